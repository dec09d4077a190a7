"""Rows made of two frames: that of an even number and that of the next, odd one."""

from collections.abc import Callable, Sequence

import numpy as np

from nmr_emg.block import Array
from nmr_emg.framing.frames import Wire
from nmr_emg.timing.counter import Integers

Pair = Callable[[Array, Integers], tuple[Array, Integers, Integers]]
"""Takes values and numbers of frames; gives rows, their ids, and how many rows came before each frame."""


def pairs(columns: Sequence[Wire], cycle: int) -> Pair:
    """The function that pairs frames; one whose other half is lost makes no row.

    A column that belongs to neither half is that of the odd frame, the later one.

    >>> pair = pairs([Wire(0, "u8", half="even"), Wire(0, "u8", half="odd")], 256)
    >>> rows, ids, _ = pair(np.array([[1, 2], [3, 4]]), np.array([6, 7]))
    >>> rows.tolist(), ids.tolist()
    ([[1, 4]], [3])
    """
    even = np.array([one.half == "even" for one in columns])
    waiting: tuple[Array, int] | None = None

    def pair(values: Array, numbers: Integers) -> tuple[Array, Integers, Integers]:
        nonlocal waiting
        if waiting is not None:
            values = np.concatenate([waiting[0], values])
            numbers = np.concatenate([[waiting[1]], numbers])
        ahead = np.diff(numbers) % cycle == 1
        firsts = np.flatnonzero(ahead & (numbers[:-1] % 2 == 0))
        rows = np.where(even, values[firsts], values[firsts + 1])
        begun = np.zeros(len(values) + 1, np.int64)
        begun[firsts + 2] = 1
        before = np.cumsum(begun)[1 if waiting is not None else 0 :]
        held = len(values) > 0 and numbers[-1] % 2 == 0
        waiting = (values[-1:].copy(), int(numbers[-1])) if held else None
        return rows, numbers[firsts] // 2, before

    return pair
