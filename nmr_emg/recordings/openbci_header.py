"""The lines above the samples in a text file of the OpenBCI GUI, of any generation."""

import re
from dataclasses import dataclass
from pathlib import Path

from nmr_emg.errors import RecordingError

FIRST = b"%OpenBCI Raw "
_SIGNS = (FIRST, b"%First Column = SampleIndex", b"%Board = OpenBCI_GUI$")

_ROW = re.compile(r"\s*\d+(?:\.\d+)?\s*,(?:[^,]+,){3}")

_BOARDS = {
    "CytonSerial": "OpenBCI Cyton",
    "CytonSerialDaisy": "OpenBCI Cyton Daisy",
    "CytonWifi": "OpenBCI Cyton WiFi",
    "CytonWifiDaisy": "OpenBCI Cyton Daisy WiFi",
    "GanglionNative": "OpenBCI Ganglion",
    "GanglionBLE": "OpenBCI Ganglion",
    "GanglionWifi": "OpenBCI Ganglion WiFi",
    "BrainFlowSynthetic": "BrainFlow Synthetic",
}
_BY_CHANNELS = {4: "OpenBCI Ganglion", 8: "OpenBCI Cyton", 16: "OpenBCI Cyton Daisy"}


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the samples.

    Args:
        lines: how many lines it takes, the row of column names or its stand-in included.
        rate: samples a second, or `None`.
        channels: how many EXG channels, or `None`.
        board: the GUI's class of board without "Board", or empty.
        names: of the columns; empty in the generations before version 6.
        times: whether it promises a time column.
        strays: lines among them that are neither.
    """

    lines: int
    rate: float | None = None
    channels: int | None = None
    board: str = ""
    names: tuple[str, ...] = ()
    times: bool = False
    strays: tuple[int, ...] = ()

    @property
    def generation(self) -> str:
        """Which generation of the GUI wrote it: "2016", "v4", "v5" or "v6"."""
        if self.board or self.names:
            return "v6" if any(name.startswith("Marker") for name in self.names) else "v5"
        return "v4" if self.times else "2016"

    def device(self, channels: int) -> str:
        """The board in words; without a line about it, what usually has so many channels."""
        if not self.board:
            return _BY_CHANNELS.get(channels, "OpenBCI")
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.board)
        return _BOARDS.get(self.board, f"OpenBCI GUI: {words}")


def is_openbci_text(head: bytes) -> bool:
    """Whether a file that begins like this is a recording of the OpenBCI GUI."""
    return any(sign in head[:4096] for sign in _SIGNS)


def read_header(texts: list[str], path: Path) -> Header:
    r"""The header from a file's first lines.

    Raises:
        RecordingError: it is the file of auxiliary data, or no row follows.

    >>> read_header(["%OpenBCI Raw EEG Data", "%Sample Rate = 250.0 Hz", "0, 1.00, 0, 0, 0"], Path("x")).rate
    250.0
    """
    count = next((i for i, text in enumerate(texts) if _ROW.match(text) or _names(text)), None)
    above = texts[:count]
    comments = "\n".join(text for text in above if _is_comment(text))
    if "OpenBCI Raw Aux Data" in comments:
        raise RecordingError(
            f"{path} holds only a recording's auxiliary data; open the file beside it that holds the EXG data"
        )
    if count is None:
        raise RecordingError(f"{path} holds no whole row of samples in its first {len(texts)} lines")
    names = _names(texts[count])
    channels = re.search(r"Number of channels\s*=\s*(\d{1,4})\b", comments)
    board = re.search(r"Board\s*=\s*(?:OpenBCI_GUI\$)?(?:Board)?(\w+)", comments)
    return Header(
        lines=count + bool(names or _is_stub(texts[count])),
        rate=_rate(comments),
        channels=int(channels[1]) if channels else None,
        board=board[1] if board else "",
        names=names,
        strays=tuple(i + 1 for i, text in enumerate(above) if text.strip() and not _is_comment(text)),
        times="Last Column = Timestamp" in comments,
    )


def _is_comment(text: str) -> bool:
    return text.lstrip("\xef\xbb\xbf \t").startswith("%")


def _rate(comments: str) -> float | None:
    found = re.search(r"Sample Rate\s*=\s*(\d{1,6}(?:[.,]\d{1,6})?)", comments)
    rate = float(found[1].replace(",", ".")) if found else 0.0
    return rate or None


def _names(text: str) -> tuple[str, ...]:
    """Column names, if that is what the line holds."""
    names = tuple(name.strip() for name in text.split(","))
    return names if names[0].casefold().startswith("sample index") else ()


def _is_stub(text: str) -> bool:
    """Version 5 writes a row of zeros where column names belong."""
    return {field.strip() for field in text.split(",")} == {"0.0"}
