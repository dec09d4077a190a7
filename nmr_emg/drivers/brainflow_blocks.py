"""From BrainFlow's arrays to blocks that carry the board's own sample count."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Block
from nmr_emg.counter import Integers, detect, unwrap
from nmr_emg.drivers.brainflow_boards import Sent
from nmr_emg.event import Event

FIRST_ROWS = 32
"""Rows gathered before the first is handed out, to see how the board counts."""

Data: TypeAlias = NDArray[np.float64]
"""Shape (rows of the board, samples), as BrainFlow hands it out."""
Cut: TypeAlias = Callable[[Data, float, bool], list[Block]]


def cutting(sent: Sent) -> Cut:
    """Start cutting one stream into blocks.

    The function returned takes what came in, when, and whether BrainFlow's buffer was full, and gives blocks of
    consecutive samples. It keeps the first few samples back until there are `FIRST_ROWS` of them.
    """
    early: list[Data] = []
    place: Callable[[Data], Integers] | None = None
    expected = 0

    def cut(data: Data, arrived: float, overflow: bool) -> list[Block]:
        nonlocal place, expected
        if place is None:
            early.append(data)
            if sum(one.shape[1] for one in early) < FIRST_ROWS:
                return []
            data = np.concatenate(early, axis=1)
            early.clear()
            place = _placing(sent, data)
        index = place(data)
        kept = np.flatnonzero(index >= 0)
        blocks = _blocks(sent, data[:, kept], index[kept], arrived)
        if blocks and overflow and blocks[0].start > expected:
            lost = {"samples": blocks[0].start - expected, "reason": "overflow"}
            blocks[0] = blocks[0].with_events([Event("gap", blocks[0].start, data=lost)])
        expected = blocks[-1].stop if blocks else expected
        return blocks

    return cut


def _placing(sent: Sent, first: Data) -> Callable[[Data], Integers]:
    """What finds sample indexes: by the counter, or row by row where the board has none that counts samples."""
    counting = None if sent.counter is None else detect(_ids(first, sent.counter))
    if sent.counter is None or counting is None:
        return _one_after_the_other()
    place, counter = unwrap(counting, sent.rate), sent.counter
    return lambda data: place(_ids(data, counter), None if sent.stamp is None else data[sent.stamp])


def _ids(data: Data, counter: int) -> Integers:
    """Counter values; of a wider counter the lowest byte, which wraps as any other."""
    return np.asarray(data[counter].astype(np.int64) % 256)


def _one_after_the_other() -> Callable[[Data], Integers]:
    count = 0

    def place(data: Data) -> Integers:
        nonlocal count
        count += data.shape[1]
        return np.arange(count - data.shape[1], count)

    return place


def _blocks(sent: Sent, data: Data, index: Integers, arrived: float) -> list[Block]:
    """Blocks of consecutive samples."""
    if not len(index):
        return []
    raw = np.ascontiguousarray(data[list(sent.signals)].T)
    marks: NDArray[Any] = np.zeros(len(index)) if sent.marker is None else data[sent.marker]
    edges = [0, *(np.flatnonzero(np.diff(index) != 1) + 1).tolist(), len(index)]
    return [
        Block(int(index[a]), {"raw": raw[a:b]}, arrived, _markers(int(index[a]), marks[a:b]))
        for a, b in pairwise(edges)
    ]


def _markers(start: int, marks: NDArray[Any]) -> tuple[Event, ...]:
    found = np.flatnonzero(marks).tolist()
    return tuple(Event("marker", start + at, data={"text": f"{marks[at]:g}"}) for at in found)
