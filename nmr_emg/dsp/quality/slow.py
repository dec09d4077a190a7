"""The last seconds of a signal at a low rate: enough for heartbeats, jumps and envelopes, and cheap."""

from collections import deque

import numpy as np

from nmr_emg.block import Array

LEAST_RATE = 120.0
SECONDS = 10


def steps(rate: float) -> int:
    """How many samples become one.

    >>> steps(250), steps(2000), steps(125)
    (2, 16, 1)
    """
    return max(1, int(rate // LEAST_RATE))


class Slow:
    """Means of a few samples each, of the last ten seconds, (rows, channels)."""

    def __init__(self, rate: float) -> None:
        self._every = steps(rate)
        self.rate = rate / self._every
        self._held: deque[Array] = deque(maxlen=SECONDS)
        self.newest: Array = np.empty((0, 0))

    def forget(self) -> None:
        """Begin anew."""
        self._held.clear()

    def add(self, x: Array) -> None:
        """Take one second."""
        self.newest = x.reshape(len(x) // self._every, self._every, x.shape[1]).sum(axis=1) / self._every
        self._held.append(self.newest)

    @property
    def values(self) -> Array:
        """All of it."""
        return np.concatenate(self._held)

    @property
    def seconds(self) -> int:
        """How many seconds it holds."""
        return len(self._held)

    def last(self, seconds: int, columns: slice = slice(None)) -> Array:
        """The newest of it, as much as there is up to so many whole seconds, of some channels."""
        return np.concatenate([one[:, columns] for one in list(self._held)[-seconds:]])


def moving_means(x: Array, rows: int) -> Array:
    """Means over every `rows` rows in a row; one less than `rows` fewer than there are.

    >>> moving_means(np.arange(4.0)[:, None], 2).ravel()
    array([0.5, 1.5, 2.5])
    """
    total = np.zeros((len(x) + 1, x.shape[1]))
    np.add.accumulate(x, axis=0, out=total[1:])
    means: Array = (total[rows:] - total[:-rows]) / rows
    return means
