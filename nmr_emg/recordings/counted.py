"""Rows that carry a device's counter, placed on the sample index and cut into blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from math import nan

import numpy as np

from nmr_emg.block import Array, Block
from nmr_emg.event import Event
from nmr_emg.recordings.skipped import Skipped
from nmr_emg.timing.counter import FOREIGN, REPEATED, Integers, Times, Unwrap

ROWS = 1024
"""Rows of a block, if nobody asks for another size."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Consecutive rows of a file.

    Args:
        lines: line of the file that each stands in.
        ids: their counter.
        values: shape (rows, channels), as stored.
        times: seconds, NaN for unknown.
        marks: marker column; 0 is none.
    """

    lines: Integers
    ids: Integers
    values: Array
    times: Times
    marks: Times

    def __len__(self) -> int:
        return len(self.ids)

    def cut(self, places: slice | Array) -> "Rows":
        """Some of the rows."""
        return Rows(*(getattr(self, one.name)[places] for one in fields(self)))

    def and_(self, others: "Rows") -> "Rows":
        """These rows with others after them."""
        pairs = ((getattr(self, one.name), getattr(others, one.name)) for one in fields(self))
        return Rows(*(np.concatenate(pair) for pair in pairs))


def rows_without_times(lines: Integers, ids: Integers, values: Array) -> Rows:
    """Rows of a file that stores no times and no markers."""
    return Rows(lines, ids, values, np.full(len(ids), nan), np.zeros(len(ids)))


def blocks(pieces: Iterable[Rows], place: Unwrap, skipped: Skipped, rows: int) -> Iterator[Block]:
    """Blocks of at most `rows` rows; their start jumps where the counter says that samples are missing."""
    for index, piece in _placed(pieces, place, skipped):
        breaks = np.flatnonzero(np.diff(index) != 1) + 1
        edges = [0, *breaks.tolist(), len(index)]
        for first, last in pairwise(edges):
            for at in range(first, last, rows):
                yield _block(int(index[at]), piece.cut(slice(at, min(at + rows, last))))


def _placed(pieces: Iterable[Rows], place: Unwrap, skipped: Skipped) -> Iterator[tuple[Integers, Rows]]:
    held: Rows | None = None
    for piece in pieces:
        whole = piece if held is None else held.and_(piece)
        index = place(whole.ids, whole.times, final=False)
        held = whole.cut(slice(len(index), None))
        yield _kept(index, whole, skipped)
    if held is not None and len(held):
        yield _kept(place(held.ids, held.times), held, skipped)


def _kept(index: Integers, rows: Rows, skipped: Skipped) -> tuple[Integers, Rows]:
    """The rows that are new samples; the others are told to `skipped`."""
    for at in np.flatnonzero(index < 0).tolist():
        why = {REPEATED: "repeats the one before", FOREIGN: "is no sample of this board"}[int(index[at])]
        skipped.add(int(rows.lines[at]), f"counter {rows.ids[at]} {why}")
    kept = np.flatnonzero(index >= 0)
    return index[kept], rows.cut(kept)


def _block(start: int, rows: Rows) -> Block:
    marked = np.flatnonzero(rows.marks)
    events = tuple(Event("marker", start + int(at), data={"text": f"{rows.marks[at]:g}"}) for at in marked)
    return Block(start, {"raw": rows.values}, float(rows.times[-1]), events)
