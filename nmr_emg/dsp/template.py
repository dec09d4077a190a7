"""The mean heart beat of every channel, and its waves where a beat is known to come."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.unbroken import unbroken

BEFORE, AFTER = 0.25, 0.45
"""How much of a beat lies before and after its R wave (s)."""
EDGE = 0.04
"""Over so much at either end a beat's level is measured and its wave fades (s)."""
STILL = 0.05
"""A column that has not changed for so long stands still (s)."""
MEMORY = 30
"""Beats over which the mean goes."""
LEARNT = 4
"""Beats that must be known before one is subtracted."""


@dataclass(slots=True, eq=False)
class _Coming:
    """A beat that was told: where its R wave is, its first sample, the waves to subtract, and what it turned out to be."""

    place: float
    first: int
    waves: Floats | None
    seen: Floats
    until: int
    whole: bool = True


class Template:
    """Learn from told beats, and give what is to be subtracted.

    A beat may fall between two samples: the mean lies on a grid round the R wave, and cubic interpolation leads there
    and back. Where the next beat begins, the one before it ends.
    """

    def __init__(self, rate: float, columns: int) -> None:
        self._before = round(BEFORE * rate)
        self._rows = self._before + round(AFTER * rate)
        self._edge = max(2, round(EDGE * rate))
        rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(self._edge) + 0.5) / self._edge)
        self._fade = np.ones((self._rows, 1))
        self._fade[: self._edge, 0], self._fade[-self._edge :, 0] = rise, rise[::-1]
        self._mean = np.zeros((self._rows, columns))
        self._weight = np.zeros((self._rows, columns))
        self._learnt = 0
        self._coming: list[_Coming] = []

    def restart(self) -> None:
        """After a gap: beats under way are given up, the mean stays."""
        self._coming.clear()

    def torn(self) -> None:
        """A few samples are missing: beats under way are subtracted to their end, but not learnt from."""
        for one in self._coming:
            one.whole = False

    def begin(self, place: float, at: int) -> None:
        """A beat will have its R wave at sample `place`; told at sample `at`."""
        # Two samples more at either end, for the interpolation.
        first = int(np.floor(place)) - self._before - 2
        waves = None
        if self._learnt >= LEARNT:
            waves = _shifted(np.pad(self._mean * self._fade, ((4, 4), (0, 0))), np.floor(place) - place)
        for one in self._coming:
            one.until = min(one.until, first)
        seen = np.zeros((self._rows + 4, self._mean.shape[1]))
        self._coming.append(_Coming(place, first, waves, seen, first + len(seen), whole=first >= at))

    def __call__(self, x: Floats, start: int) -> Floats | None:
        """What is to be subtracted from rows that begin at sample `start`, or `None`."""
        total = None
        for one in self._coming:
            low, high = max(start, one.first), min(start + len(x), one.first + len(one.seen))
            if low >= high:
                continue
            one.seen[low - one.first : high - one.first] = x[low - start : high - start]
            high = min(high, one.until)
            if one.waves is not None and low < high:
                total = np.zeros_like(x) if total is None else total
                total[low - start : high - start] += one.waves[low - one.first : high - one.first]
        over = [one for one in self._coming if one.first + len(one.seen) <= start + len(x)]
        for one in over:
            self._coming.remove(one)
            if one.whole:
                self._learn(one)
        return total

    def _learn(self, one: _Coming) -> None:
        seen = _shifted(one.seen, one.place - np.floor(one.place))[: self._rows]
        valid = min(self._rows, one.until - one.first - 2)
        if valid < 4 * self._edge:
            return
        seen = seen[:valid] - _line(seen[:valid], self._edge)
        changes = np.diff(seen - self._mean[:valid], axis=0)
        power = np.add.reduce(np.square(changes), axis=0) / len(changes) + 1e-9
        weight = self._weight[:valid] * (1 - 1 / MEMORY) + 1 / power
        self._mean[:valid] += (seen - self._mean[:valid]) / (power * weight)
        self._weight[:valid] = weight
        self._learnt += 1


class Still:
    """Tell which columns have not changed for a while: their lead is off, and holds no heart."""

    def __init__(self, rate: float, columns: int) -> None:
        self._least = max(2, round(STILL * rate))
        self._run = np.zeros(columns, np.int64)
        self._last = np.full(columns, np.nan)

    def __call__(self, x: Floats) -> NDArray[np.bool_]:
        """Of rows that follow those of the last call."""
        if not len(x):
            return np.zeros(x.shape, bool)
        run = unbroken(np.concatenate([self._last[np.newaxis], x[:-1]]) == x, self._run)
        self._run, self._last = np.minimum(run[-1], self._least), x[-1].copy()
        return np.asarray(run >= self._least)


def _line(x: Floats, edge: int) -> Floats:
    """The line through the means of both ends."""
    low = np.add.reduce(x[:edge], axis=0) / edge
    high = np.add.reduce(x[-edge:], axis=0) / edge
    share = (np.arange(len(x)) - 0.5 * (edge - 1)) / (len(x) - edge)
    return np.asarray(low + (high - low) * share[:, np.newaxis])


def _shifted(x: Floats, by: float) -> Floats:
    """Rows 2 … −2 of x, `by` samples later in x (−1 … 1), by cubic interpolation (Lagrange)."""
    whole = int(np.floor(by))
    f = by - whole
    taps = [-f * (f - 1) * (f - 2) / 6, (f + 1) * (f - 1) * (f - 2) / 2]
    taps += [-(f + 1) * f * (f - 2) / 2, (f + 1) * f * (f - 1) / 6]
    rows = len(x) - 4
    first = 1 + whole
    parts = [weight * x[first + k : first + k + rows] for k, weight in enumerate(taps)]
    return np.asarray(parts[0] + parts[1] + parts[2] + parts[3])
