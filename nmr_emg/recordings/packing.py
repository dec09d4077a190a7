"""Events as records of a fixed size, as SWMR needs them, and back."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import h5py
import numpy as np

from nmr_emg.block import Array
from nmr_emg.errors import RecordingError
from nmr_emg.event import Event
from nmr_emg.jsonable import as_json

KIND_BYTES = 24
DATA_BYTES = 119
MOST_PARTS = 2**16 - 1
NO_CHANNEL = -1

EVENT = np.dtype(
    [
        ("index", "<i8"),
        ("channel", "<i4"),
        ("input", "u1"),
        ("part", "<u2"),
        ("parts", "<u2"),
        ("kind", h5py.string_dtype("utf-8", KIND_BYTES)),
        ("data", h5py.string_dtype("utf-8", DATA_BYTES)),
    ]
)
"""One record of `/events`, 160 bytes; an event with much to say takes several."""


def pack(event: Event) -> Array:
    """An event's records, in order.

    Raises:
        RecordingError: its kind or its data is longer than a recording can hold.
    """
    kind = event.kind.encode()
    pieces = cut_text(as_json(event.data), DATA_BYTES)
    if len(kind) > KIND_BYTES or len(pieces) > MOST_PARTS:
        raise RecordingError(
            f"event {event.kind!r} at sample {event.index} is too long to record: a kind may have {KIND_BYTES} "
            f"bytes, its data {MOST_PARTS * DATA_BYTES // 10**6} MB"
        )
    channel = NO_CHANNEL if event.channel is None else event.channel
    records: Array = np.zeros(len(pieces), EVENT)
    for part, piece in enumerate(pieces):
        records[part] = (event.index, channel, event.is_input, part, len(pieces), kind, piece)
    return records


def unpack(records: Iterable[Any]) -> Iterator[tuple[Event, bool]]:
    """Events, each with whether it came from outside; one of which a part is missing is passed over."""
    parts: list[Any] = []
    for record in records:
        if record["part"] == 0:
            parts = []
        if record["part"] != len(parts):
            continue
        parts.append(record)
        if len(parts) == record["parts"]:
            event = _joined(parts)
            if event is not None:
                yield event, bool(record["input"])


def cut_text(text: str, size: int) -> list[bytes]:
    """UTF-8 of `text` in pieces of at most `size` bytes, each of them whole characters.

    >>> [piece.decode() for piece in cut_text("fünf µV", 3)]
    ['fü', 'nf ', 'µV']
    """
    data = text.encode("utf-8", "backslashreplace")  # half a surrogate pair becomes JSON's own escape for it
    pieces: list[bytes] = []
    while data:
        end = min(size, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[:end])
        data = data[end:]
    return pieces


def _joined(parts: list[Any]) -> Event | None:
    first = parts[0]
    try:
        data = json.loads(b"".join(part["data"] for part in parts))
        kind = first["kind"].decode()
    except ValueError:
        return None
    channel = None if first["channel"] == NO_CHANNEL else int(first["channel"])
    return Event(kind, int(first["index"]), channel, data) if kind and isinstance(data, dict) else None
