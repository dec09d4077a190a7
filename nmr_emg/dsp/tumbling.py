"""Windows of a fixed number of samples, one after the other, however blocks are cut."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import numpy as np

from nmr_emg.block import Array

Feed: TypeAlias = Callable[[Array], Iterator[tuple[int, Array | None]]]


def tumbling(length: int, columns: int) -> Feed:
    """A function that takes rows and yields how many of them lie before each window's end, with the full window.

    For every call it yields `(last, window)` pairs: rows up to `last` (counted from the call's first row) complete
    `window`, an array (length, columns) that is used again afterwards; the final pair carries `None`.

    >>> feed = tumbling(3, 1)
    >>> [(last, None if w is None else w.sum()) for last, w in feed(np.ones((4, 1)))]
    [(3, np.float64(3.0)), (4, None)]
    >>> [(last, None if w is None else w.sum()) for last, w in feed(np.ones((2, 1)))]
    [(2, np.float64(3.0)), (2, None)]
    """
    window = np.zeros((length, columns))
    filled = 0

    def feed(x: Array) -> Iterator[tuple[int, Array | None]]:
        nonlocal filled
        done = 0
        while done + length - filled <= len(x):
            done += length - filled
            window[filled:] = x[done - length + filled : done]
            filled = 0
            yield done, window
        window[filled : filled + len(x) - done] = x[done:]
        filled += len(x) - done
        yield len(x), None

    return feed


def known_mean(window: Array, axis: int = 0) -> Array:
    """Mean of what is a number in a window; not a number where that is under a quarter of the rows.

    >>> known_mean(np.array([[1.0, np.nan], [3.0, np.nan]]))
    array([ 2., nan])
    """
    known = np.isfinite(window)
    if known.all():
        mean: Array = window.mean(axis=axis)
        return mean
    count = known.sum(axis=axis)
    total = np.where(known, window, 0.0).sum(axis=axis)
    enough = 4 * count >= window.shape[axis]
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=enough))
