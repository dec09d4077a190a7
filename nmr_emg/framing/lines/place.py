"""Rows of text given the count that the board's own time, or running number, tells."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.framing.frames import Frames, Note
from nmr_emg.framing.lines.text import Text
from nmr_emg.framing.lines.time import Counted
from nmr_emg.timing.counter import Integers

Floats: TypeAlias = NDArray[np.float64]
Place: TypeAlias = Callable[[Floats, list[Note], bool], Frames]


def placing(line: Text) -> Place:
    """What makes frames of rows, their notes, and whether none follow. The last column is the time, if there is one."""
    if not line.time:
        return lambda rows, notes, _: Frames(rows, None, tuple(notes))
    if line.counting is None:
        return lambda rows, notes, _: Frames(rows[:, :-1], None, tuple(notes))
    if line.counting.cycle:
        return lambda rows, notes, _: Frames(rows[:, :-1], _whole(rows[:, -1]), tuple(notes))
    return _timed(line)


def _timed(line: Text) -> Place:
    anew: list[Note] = []
    counted = Counted(line.time, line.rate, lambda row, a, b: anew.append(_began(row, a, b)))
    waiting: list[Note] = []
    held = np.empty((0, len(line.columns) + 1))

    def place(rows: Floats, notes: list[Note], final: bool) -> Frames:
        nonlocal held, waiting
        rows, notes = np.concatenate([held, rows]), [*waiting, *_moved(notes, len(held))]
        ids = counted.place(rows[:, -1], final=final)
        settled = len(ids)
        held = rows[settled:]
        waiting = _moved([note for note in notes if note.row > settled], -settled)
        told = sorted([note for note in notes if note.row <= settled] + anew, key=lambda note: note.row)
        anew.clear()
        return Frames(rows[:settled, :-1], ids, tuple(told))

    return place


def _moved(notes: list[Note], by: int) -> list[Note]:
    return [Note(note.kind, note.row + by, note.data) for note in notes]


def _began(row: int, before: float, after: float) -> Note:
    text = f"the board's time began anew: {before:.10g}, then {after:.10g}; it may have started again"
    return Note("text", row, {"text": text})


def _whole(numbers: Floats) -> Integers:
    """Running numbers as they stand; what can't be one is -1."""
    good = (numbers >= 0) & (numbers < 1 << 31) & (numbers == np.rint(numbers))
    return np.where(good, numbers, -1).astype(np.int64)
