"""Opens a recording of any known format, which is found by what the file holds, never by its name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from inspect import signature
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.recordings.lines import opened, unreadable
from nmr_emg.recordings.recording import Recording

GROUP = "nmr_emg.readers"
"""Entry points under which other packages offer readers: objects shaped like `Reader`."""

HEAD = 1 << 16
"""Bytes that a reader may look at to know its format."""


class Reader(Protocol):
    """What reads one format."""

    @property
    def name(self) -> str:
        """Short name of the format."""
        ...

    def sniff(self, head: bytes, path: Path) -> bool:
        """Whether a file that begins with `head` is of this format."""
        ...

    def open(self, path: Path, **options: Any) -> Recording:
        """A driver that reads the file; it is not open yet."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format of this package; what reads it is imported when it is needed.

    Args:
        name: short, without blanks.
        title: in words.
        sniffer: "module:function" that takes a file's first bytes.
        reader: "module:class" that takes the path, and options as keywords.
    """

    name: str
    title: str
    sniffer: str
    reader: str

    def sniff(self, head: bytes, _path: Path) -> bool:
        """Whether a file that begins with `head` is of this format."""
        return bool(_load(self.sniffer)(head))

    def open(self, path: Path, **options: Any) -> Recording:
        """A driver that reads the file; it is not open yet.

        Raises:
            ConfigError: this format has no such option.
        """
        reader = _load(self.reader)
        known = list(signature(reader).parameters)[1:]
        for key in options:
            if key not in known:
                raise ConfigError(f"{path} is {self.title}; reading that has no option {key!r}")
        recording: Recording = reader(path, **options)
        return recording


def _load(where: str) -> Any:
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


_OURS = (
    Format(
        "nmr-emg",
        "a recording of nmr-emg (HDF5)",
        "nmr_emg.recordings.replay:is_hdf5",
        "nmr_emg.recordings.replay:HDF5Recording",
    ),
    Format(
        "openbci-text",
        "a text file of the OpenBCI GUI",
        "nmr_emg.recordings.openbci_header:is_openbci_text",
        "nmr_emg.recordings.openbci_text:OpenBCIText",
    ),
    Format(
        "openbci-sd",
        "a file from the SD card of an OpenBCI Cyton",
        "nmr_emg.recordings.openbci_sd:is_openbci_sd",
        "nmr_emg.recordings.openbci_sd:OpenBCISD",
    ),
)


def formats() -> Mapping[str, Reader]:
    """Everything that reads a format, by its name: ours, then what other packages offer.

    Raises:
        ConfigError: another package's reader does not load.

    >>> list(formats())[:3]
    ['nmr-emg', 'openbci-text', 'openbci-sd']
    """
    ours: dict[str, Reader] = {one.name: one for one in _OURS}
    return {**ours, **{one.name: one for one in _foreign() if one.name not in ours}}


def _foreign() -> Iterator[Reader]:
    """Readers of other packages, loaded one by one."""
    for point in entry_points(group=GROUP):
        try:
            reader: Reader = point.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"the reader {point.name!r} ({point.value}) does not load: {error}") from error
        yield reader


def sniff(path: str | Path) -> Reader:
    """What reads a file, by its first bytes; readers of other packages are asked last.

    Raises:
        RecordingError: the file is not there, can't be read, or is of no format that we know.
        ConfigError: another package's reader does not load.
    """
    path = Path(path)
    head = _head(path)
    for reader in chain(_OURS, _foreign()):
        if reader.sniff(head, path):
            return reader
    known = ", ".join(formats())
    raise RecordingError(f"{path} is of no format that can be read ({_looks(head)}); those are {known}")


def open_recording(path: str | Path, **options: Any) -> Recording:
    """A driver for a recording of any known format. It still has to be opened, which finds what is wrong inside.

    Args:
        path: the file.
        options: for its reader, such as `rows` or `rate`; `None` leaves one out.

    Raises:
        RecordingError: the file is not there, can't be read, or is of no format that we know.
        ConfigError: its format has no such option.
    """
    given = {key: value for key, value in options.items() if value is not None}
    return sniff(path).open(Path(path), **given)


def _head(path: Path) -> bytes:
    with opened(path) as file:
        try:
            return file.read(HEAD)
        except OSError as error:
            raise unreadable(path, error) from error


_BEGINNINGS = {
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"MATLAB 5.0": "a MATLAB file",
    b"\x89PNG": "a picture",
    b"%PDF": "a PDF",
    b"SQLite": "a database",
    b"XDF:": "an XDF file",
    b"\xffBIOSEMI": "a BDF file",
    b"0       ": "an EDF file",
    b"\xff\xfe": "text in UTF-16; save it as UTF-8",
}


def _looks(head: bytes) -> str:
    """What a file's first bytes look like, in words."""
    for beginning, words in _BEGINNINGS.items():
        if head.startswith(beginning):
            return f"it looks like {words}"
    if not head.strip(b"\0"):
        return "it begins with nothing but zeros, as a file that was never written to its end"
    line = head.splitlines()[0][:40].decode("utf-8", "replace")
    if line.isprintable() and "\ufffd" not in line:
        return f"it begins with the text {line!r}"
    return f"it begins with the bytes {head[:8].hex(' ')}"
