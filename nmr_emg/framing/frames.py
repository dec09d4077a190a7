"""What passes between a framing and those who use it: how samples lie on the wire, and what was read off it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Protocol, TypeAlias

from nmr_emg.block import Array
from nmr_emg.errors import ConfigError
from nmr_emg.timing.counter import Counting, Integers

Half = Literal["", "even", "odd"]
NoteKind = Literal["text", "marker", "damage"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Condition:
    """One byte of a frame has one value.

    Args:
        at: which byte, from 0.
        equals: its value; the file's key is `is`.
    """

    at: int
    equals: int = field(metadata={"key": "is"})


@dataclass(frozen=True, slots=True)
class Wire:
    """How one column of samples lies in a frame.

    Args:
        at: byte at which the value begins, counted from the start of its sample.
        type: how the value is written ("i24be", "u16le", "f32le", ...); see `fields.TYPES`.
        bits: instead of `type`, pieces of bytes put together: [byte, mask, shift], where the value is the sum
            of `(byte & mask) << shift`, to the right for a negative shift.
        label: instead of either, the name or number (from 0) of a column of text.
        when: the frame carries this column only if this holds; else the last value stands.
        hold: a zero means "nothing new": the last value stands.
        half: in paired frames, which of the two carries it.
    """

    at: int = 0
    type: str = ""
    bits: tuple[tuple[int, ...], ...] = ()
    label: str = ""
    when: Condition | None = None
    hold: bool = False
    half: Half = ""

    def __post_init__(self) -> None:
        if any(len(piece) != 3 for piece in self.bits):
            raise ConfigError(f"bits is {self.bits!r}; each piece is [byte, mask, shift]")


Columns: TypeAlias = tuple[Wire, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something read between the samples.

    Args:
        kind: "text" the board said, a "marker" it sent, or "damage": bytes that belong to no frame.
        row: how many rows of the same `Frames` came before it.
        data: details, JSON-like: {"text": ...}, {"bytes": ...}.
    """

    kind: NoteKind
    row: int
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """What a piece of the byte stream held.

    Args:
        values: stored values as the board sent them, shape (rows, columns).
        ids: the board's counter, one value a row; `None` where a board sends none.
        notes: in their order.
    """

    values: Array
    ids: Integers | None = None
    notes: tuple[Note, ...] = ()


class Parse(Protocol):
    """Takes the next bytes of one stream."""

    def __call__(self, data: bytes, *, final: bool = False) -> Frames:
        """What can be told from the bytes so far; `final` says that none follow."""
        ...


class Framing(Protocol):
    """Frozen settings of how samples are cut out of bytes. A framing reads no clock and no port."""

    @property
    def columns(self) -> Columns:
        """How each column of its rows lies on the wire."""
        ...

    @property
    def dtype(self) -> str:
        """NumPy's name of the stored values."""
        ...

    @property
    def counting(self) -> Counting | None:
        """How the board counts rows; `None` where it doesn't."""
        ...

    def start(self) -> Parse:
        """A parser at the beginning of a stream."""
        ...
