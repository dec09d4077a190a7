"""Columns that frames carry only now and then: the last value stands until a new one comes."""

from collections.abc import Callable, Sequence

import numpy as np

from nmr_emg.block import Array
from nmr_emg.framing.frames import Wire

Hold = Callable[[Array, Array], Array]
"""Takes values (rows, columns) and the frames they came from, one a row; gives the values that stand."""


def hold(columns: Sequence[Wire]) -> Hold | None:
    """The function that lets values stand, zero before the first; `None` if no column needs it.

    >>> stand = hold([Wire(0, "u8", hold=True)])
    >>> stand(np.array([[0], [5], [0]]), np.zeros((3, 1), "uint8")).ravel().tolist()
    [0, 5, 5]
    """
    picked = [i for i, one in enumerate(columns) if one.hold or one.when is not None]
    if not picked:
        return None
    skips_zero = np.array([columns[i].hold for i in picked])
    conditions = [(k, when) for k, i in enumerate(picked) if (when := columns[i].when) is not None]
    part = slice(picked[0], picked[-1] + 1) if picked == list(range(picked[0], picked[-1] + 1)) else picked
    everywhere = np.arange(len(picked))
    last: Array | None = None

    def stand(values: Array, frames: Array) -> Array:
        nonlocal last
        if not len(values):
            return values
        chosen = values[:, part]
        if last is None:
            last = np.zeros((1, len(picked)), values.dtype)
        new = (chosen != 0) | ~skips_zero
        for k, when in conditions:
            new[:, k] &= frames[:, when.at] == when.equals
        if len(values) == 1:
            last = np.where(new, chosen, last)
            values[:, part] = last
            return values
        rows = np.where(new, np.arange(1, len(values) + 1)[:, None], 0)
        known = np.concatenate([last, chosen])
        filled = known[np.maximum.accumulate(rows, axis=0), everywhere]
        last = filled[-1:].copy()
        values[:, part] = filled
        return values

    return stand
