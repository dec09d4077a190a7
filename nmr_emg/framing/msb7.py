"""Numbers of fourteen bits in two bytes of seven, the top bit set on a frame's first byte only: SpikerBox, SpikerShield."""

from dataclasses import dataclass

from nmr_emg.errors import ConfigError
from nmr_emg.framing.frames import Columns, Parse
from nmr_emg.framing.msb7_read import reader

LONGEST = 64


@dataclass(frozen=True, slots=True)
class Escape:
    """How a message inside the stream begins and ends, as hexadecimal bytes such as "FF FF 01"."""

    begin: str
    end: str

    def __post_init__(self) -> None:
        for name, text in (("begin", self.begin), ("end", self.end)):
            try:
                known = bytes.fromhex(text)
            except ValueError:
                raise ConfigError(f"{name} is {text!r}; write hexadecimal bytes, such as FF FF 01") from None
            if len(known) < 2:
                raise ConfigError(f"{name} is {text!r}; it needs at least two bytes")
        begin = bytes.fromhex(self.begin)
        if begin[0] < 0x80 or begin[1] < 0x80:
            raise ConfigError(
                f"begin is {self.begin!r}; its first two bytes must be 80 or above, as in no frame"
            )


@dataclass(frozen=True, slots=True)
class Msb7:
    """Two bytes a column, the upper seven bits first.

    Nothing but the place of the top bits tells a frame, so one is taken once the byte after it is there. Frames
    aren't numbered: `damage` notes say how many rows were probably lost.

    Args:
        columns: each at the byte where it begins: 0, 2, 4, ...
        length: of a frame, in bytes; by itself, what the columns cover.
        escape: marks messages of the form TYPE:VALUE; inside the stream; EVNT is a marker, all others are text.

    >>> from nmr_emg.framing.frames import Wire
    >>> Msb7((Wire(0),)).start()(bytes.fromhex("8400 8401 FF7F"), final=True).values.ravel().tolist()
    [512, 513, 16383]
    """

    columns: Columns
    length: int = 0
    escape: Escape | None = None

    def __post_init__(self) -> None:
        if not self.columns:
            raise ConfigError("there are no columns; a board's file needs [[channels]] with wire = { at }")
        if not 0 <= self.length <= LONGEST or self.length % 2:
            raise ConfigError(f"length is {self.length}; it is an even number of bytes, at most {LONGEST}")
        for number, column in enumerate(self.columns, 1):
            if column.at % 2 or not 0 <= column.at <= self.size - 2:
                raise ConfigError(
                    f"column {number} begins at byte {column.at}; columns begin at bytes 0, 2, ... {self.size - 2}"
                )
            if column.type or column.bits or column.when or column.hold or column.half:
                raise ConfigError(f"column {number}: of its wire only at can be chosen")

    @property
    def size(self) -> int:
        """Bytes of a frame."""
        return self.length or max(column.at for column in self.columns) + 2

    @property
    def dtype(self) -> str:
        """Fourteen bits fit."""
        return "int32"

    @property
    def counting(self) -> None:
        """Frames aren't numbered."""
        return

    def start(self) -> Parse:
        """A parser at the beginning of a stream."""
        begin = bytes.fromhex(self.escape.begin) if self.escape else b""
        end = bytes.fromhex(self.escape.end) if self.escape else b""
        return reader(tuple(column.at for column in self.columns), self.size, begin, end)
