"""What the checks remember of earlier seconds."""

from collections import deque

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.quality.slow import SECONDS

RECENT = 4
"""Seconds after which losses and stillness are forgotten."""


class Memory:
    """Losses and stillness of the last four seconds, fast power of the last ten."""

    def __init__(self, length: int, columns: int) -> None:
        self._length = length
        self._lost: deque[tuple[int, Array]] = deque(maxlen=RECENT)
        self._still: deque[Array] = deque(maxlen=RECENT)
        self._fast: deque[Array] = deque(maxlen=SECONDS)
        self._nothing = np.zeros(columns)

    def forget(self) -> None:
        """After a gap."""
        self._still.clear()
        self._fast.clear()

    def add(self, lost: int, missing: Array, still: Array, fast: Array) -> None:
        """Take one second: samples lost in it, the share that is no number, whether nothing moved, power from 20 Hz on."""
        self._lost.append((lost, missing))
        self._still.append(still)
        self._fast.append(fast)

    def lost_share(self) -> Array:
        """Of the samples that there should be."""
        gone, due = self._nothing, 0
        for lost, missing in self._lost:
            gone = gone + (lost + missing * self._length)
            due += lost + self._length
        share: Array = gone / max(due, 1)
        return share

    def missing_share(self) -> Array:
        """Of the samples that came, those that were no number."""
        share: Array = sum((missing for _, missing in self._lost), self._nothing) / max(len(self._lost), 1)
        return share

    def still(self) -> Array:
        """Where nothing has moved for four seconds."""
        return np.logical_and.reduce(list(self._still)) if len(self._still) == RECENT else self._nothing > 0

    def fast_power(self) -> Array:
        """Mean over the last ten seconds (µV²)."""
        mean: Array = sum(self._fast, self._nothing) / max(len(self._fast), 1)
        return mean
