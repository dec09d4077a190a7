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
