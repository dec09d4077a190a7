"""How late a sender's time stamps are against the earliest of the last half second."""

from collections import deque
from math import inf

import numpy as np
from numpy.typing import NDArray

Stamps = NDArray[np.float64]

WINDOW = 0.15
"""The earliest stamp of each stretch of this length (s) is remembered, of the last `WINDOWS` stretches."""
WINDOWS = 4
EVEN = 0.25
"""Stamps that are never later or earlier than this (sample periods) are even."""
FORGET = 0.97
"""How much of the `spread` remains with each stretch: half after three seconds."""


class Lateness:
    """Lateness of stamps, in sample periods, and how much of it is usual.

    A line at the known rate through each remembered stamp says when a row is due; the one that says earliest counts.

    >>> late = Lateness()
    >>> late.add(0, np.arange(100) / 250, 250)
    >>> late.of(100, np.array([0.400, 0.412]), 250).round(6).tolist()
    [0.0, 2.0]
    """

    def __init__(self) -> None:
        self._points: deque[tuple[int, float]] = deque(maxlen=WINDOWS)
        self._best: tuple[int, float] | None = None
        self._least = inf
        self._end = inf
        self.spread = 0.0
        """Largest lateness or earliness of the last seconds."""

    @property
    def known(self) -> bool:
        """Whether any row has come."""
        return bool(self._points) or self._best is not None

    @property
    def settled(self) -> bool:
        """Whether enough has come to know how much the stamps jitter."""
        return len(self._points) == WINDOWS or (bool(self._points) and self.even)

    @property
    def even(self) -> bool:
        """Whether the stamps lie so evenly that each of them can be trusted."""
        return self.spread < EVEN

    def of(self, index: int, stamps: Stamps, rate: float) -> NDArray[np.float64]:
        """Lateness of consecutive rows from `index` on; 0 while nothing is known."""
        if not self.known:
            return np.zeros(len(stamps))
        points = list(self._points) or [self._best or (0, 0.0)]
        rows = np.arange(index, index + len(stamps))
        return np.asarray(np.max([(stamps - stamp) * rate - (rows - at) for at, stamp in points], axis=0))

    def add(self, index: int, stamps: Stamps, rate: float) -> None:
        """Take consecutive rows whose index is settled."""
        while len(stamps):
            if self._best is None:
                self._end = float(stamps[0]) + WINDOW
            over = np.flatnonzero(stamps >= self._end)
            rows = int(over[0]) + 1 if len(over) else len(stamps)
            self._take(index, stamps[:rows], rate)
            if len(over):
                self._close()
            index, stamps = index + rows, stamps[rows:]

    def _take(self, index: int, stamps: Stamps, rate: float) -> None:
        late = self.of(index, stamps, rate)
        first = int(late.argmin())
        self.spread = max(self.spread, float(np.abs(late).max()))
        if late[first] < self._least:
            self._least, self._best = float(late[first]), (index + first, float(stamps[first]))

    def _close(self) -> None:
        if self._best is not None:
            self._points.append(self._best)
        self.spread *= FORGET
        self._best, self._least = None, inf
