"""Columns of numbers out of frames of bytes, for many frames at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nmr_emg.block import Array
from nmr_emg.errors import ConfigError
from nmr_emg.framing.frames import Wire


@dataclass(frozen=True, slots=True)
class Type:
    """How a number is written.

    Args:
        kind: "i" signed (two's complement), "u" unsigned, "f" IEEE 754.
        width: bytes.
        order: "be" or "le".
    """

    kind: str
    width: int
    order: str = "be"


TYPES = MappingProxyType(
    {"i8": Type("i", 1), "u8": Type("u", 1)}
    | {
        f"{kind}{8 * width}{order}": Type(kind, width, order)
        for kind, widths in (("i", (2, 3, 4)), ("u", (2, 3, 4)), ("f", (4, 8)))
        for width in widths
        for order in ("be", "le")
    }
)
"""Number types by the word that a board's file uses."""

Decode = Callable[[Array], Array]
"""Takes frames, uint8 of shape (frames, length); gives values of shape (frames, columns)."""


def type_named(word: str) -> Type:
    """The number type that a file calls `word`.

    Raises:
        ConfigError: there is none.
    """
    if word not in TYPES:
        raise ConfigError(f"type is {word!r}; it must be one of {', '.join(TYPES)}")
    return TYPES[word]


def dtype_of(columns: Sequence[Wire]) -> str:
    """NumPy's name of the smallest of int32, int64, float32 and float64 that holds every column exactly."""
    types = [type_named(one.type) for one in columns if not one.bits]
    floats = [one.width for one in types if one.kind == "f"]
    if floats:
        return "float32" if floats == [4] * len(columns) else "float64"
    return "int64" if any(one.kind == "u" and one.width == 4 for one in types) else "int32"


def span(column: Wire) -> int:
    """How many bytes, from the start of its sample, a frame must have to hold a column."""
    if column.bits:
        return max(piece[0] for piece in column.bits) + 1
    return column.at + type_named(column.type).width


def check_columns(columns: Sequence[Wire], room: int) -> None:
    """Refuse columns that don't say how they are written, or lie outside a sample of `room` bytes.

    Raises:
        ConfigError: naming the column by its number, from 1.
    """
    if not columns:
        raise ConfigError("there are no columns; a board's file needs [[channels]] with wire = { at, type }")
    for number, column in enumerate(columns, 1):
        if bool(column.type) == bool(column.bits):
            raise ConfigError(f"column {number}: give either type or bits")
        try:
            end = span(column)
        except ConfigError as error:
            raise ConfigError(f"column {number}: {error}") from None
        lowest = min((piece[0] for piece in column.bits), default=column.at)
        if lowest < 0 or end > room:
            raise ConfigError(
                f"column {number} covers bytes {lowest} to {end - 1}; there are 0 to {room - 1}"
            )
        if column.when is not None and not 0 <= column.when.at < room:
            raise ConfigError(
                f"column {number}: when.at is {column.when.at}; there are bytes 0 to {room - 1}"
            )


def decoder(columns: Sequence[Wire], samples: int = 1, stride: int = 0) -> Decode:
    """The function that reads columns out of frames.

    Args:
        columns: how each lies in a sample.
        samples: how many samples a frame carries, one row each.
        stride: bytes from one sample to the next.

    >>> decode = decoder([Wire(0, "i24be"), Wire(3, "u8")])
    >>> decode(np.array([[0xFF, 0xFF, 0xFE, 7]], "uint8"))
    array([[-2,  7]], dtype=int32)
    """
    dtype = np.dtype(dtype_of(columns))
    parts = [
        (where, make([columns[i] for i in where], samples, stride))
        for where, make in (
            ([i for i, one in enumerate(columns) if not one.bits and not _is_float(one)], _whole_numbers),
            ([i for i, one in enumerate(columns) if one.bits], _pieces),
            ([i for i, one in enumerate(columns) if not one.bits and _is_float(one)], _floats),
        )
        if where
    ]
    count = len(columns)
    if len(parts) == 1 and dtype.kind == "i":
        only = parts[0][1]
        return lambda frames: only(frames).reshape(-1, count).astype(dtype, copy=False)

    def decode(frames: Array) -> Array:
        values = np.empty((len(frames) * samples, count), dtype)
        for where, part in parts:
            values[:, where] = part(frames).reshape(-1, len(where))
        return values

    return decode


def _is_float(column: Wire) -> bool:
    return type_named(column.type).kind == "f"


def _bytes_of(column: Wire, room: int) -> list[int]:
    """Bytes of a number, lowest first, at the upper end of `room` bytes; what is below is shifted out later."""
    kind = type_named(column.type)
    places = list(range(column.at, column.at + kind.width))
    upwards = places if kind.order == "le" else places[::-1]
    return [upwards[0]] * (room - kind.width) + upwards


def _gather(columns: Sequence[Wire], room: int, samples: int, stride: int) -> Array:
    one = np.array([_bytes_of(column, room) for column in columns], np.intp)
    return (one + stride * np.arange(samples)[:, None, None]).ravel()


def _whole_numbers(columns: Sequence[Wire], samples: int, stride: int) -> Decode:
    types = [type_named(one.type) for one in columns]
    room = 8 if any(one.kind == "u" and one.width == 4 for one in types) else 4
    places = _gather(columns, room, samples, stride)
    target = np.dtype(f"<i{room}")
    down = np.tile(np.array([8 * (room - one.width) for one in types], target), samples)
    keep = np.tile(
        np.array([-1 if one.kind == "i" else (1 << 8 * one.width) - 1 for one in types], target), samples
    )
    whole = bool((keep == -1).all())

    def decode(frames: Array) -> Array:
        values = frames.take(places, 1).view(target)
        values >>= down
        if not whole:
            values &= keep
        return values

    return decode


def _pieces(columns: Sequence[Wire], samples: int, stride: int) -> Decode:
    most = max(len(one.bits) for one in columns)
    table = np.zeros((most, 3, len(columns)), np.int32)
    for number, column in enumerate(columns):
        for turn, piece in enumerate(column.bits):
            table[turn, :, number] = piece
    offsets = stride * np.arange(samples)[:, None]
    steps = [
        (
            (at + offsets).ravel().astype(np.intp),
            np.tile(mask, samples),
            np.tile(np.maximum(shift, 0), samples),
            np.tile(np.maximum(-shift, 0), samples),
        )
        for at, mask, shift in table
    ]

    def decode(frames: Array) -> Array:
        values = np.zeros((len(frames), samples * len(columns)), np.int32)
        for places, mask, up, down in steps:
            values += ((frames.take(places, 1) & mask) << up) >> down
        return values

    return decode


def _floats(columns: Sequence[Wire], samples: int, stride: int) -> Decode:
    widths = [type_named(one.type).width for one in columns]
    room = max(widths)
    if min(widths) < room:
        singles = [i for i, width in enumerate(widths) if width < room]
        doubles = [i for i, width in enumerate(widths) if width == room]
        parts = [
            (where, _floats([columns[i] for i in where], samples, stride)) for where in (singles, doubles)
        ]

        def mixed(frames: Array) -> Array:
            values = np.empty((len(frames) * samples, len(columns)), np.float64)
            for where, part in parts:
                values[:, where] = part(frames).reshape(-1, len(where))
            return values

        return mixed
    places = _gather(columns, room, samples, stride)
    return lambda frames: frames.take(places, 1).view(f"<f{room}")
