"""Short excursions that look alike: a heart beats there, or a stimulator, or something else that is no muscle's doing."""

from collections import deque

import numpy as np

from nmr_emg.dsp.continuity import Floats

SHORT = 0.3
"""An excursion up to this long is short (s)."""
BEFORE, AFTER = 0.06, 0.02
"""So much around the largest sample is compared (s)."""
ALIKE = 0.8
"""Correlation of two that look alike; those of muscle are random and seldom reach the half of it."""
REMEMBERED = 4
"""So many are remembered ..."""
ENOUGH = 1
"""... and so many before it must be like the newest."""
RECENT, VALID = 10.0, 60.0
"""Alike within this time (s), which is believed for that long (s)."""


class Alike:
    """Remembers each channel's last short excursions."""

    def __init__(self, rate: float, columns: int) -> None:
        self._rate = rate
        self._held: list[deque[tuple[int, Floats]]] = [deque(maxlen=REMEMBERED) for _ in range(columns)]
        self._until = [-1] * columns
        self.before, self.after = round(BEFORE * rate), max(1, round(AFTER * rate))

    def known(self, column: int, row: int) -> bool:
        """Whether short excursions that look alike were seen on a channel, not long before a row."""
        return row < self._until[column]

    def see(self, column: int, row: int, shape: Floats) -> None:
        """Take the signal around the largest sample of one, and the row of that sample."""
        shape = shape - np.add.accumulate(shape)[-1] / len(shape)
        size = float(np.sqrt(np.add.accumulate(np.square(shape))[-1]))
        if not 0 < size < np.inf:
            return
        shape = shape / size
        recent = [one for at, one in self._held[column] if row - at < RECENT * self._rate]
        same = sum(float(np.add.accumulate(one * shape)[-1]) > ALIKE for one in recent)
        if same >= ENOUGH:
            self._until[column] = row + round(VALID * self._rate)
        self._held[column].append((row, shape))
