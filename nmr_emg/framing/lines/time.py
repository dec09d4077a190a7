"""A board's own time in a column of its lines, made a count of samples, so that a lost line shows.

A step of about one period is the next sample. Any other step is believed only if the line after it goes on from there;
if it goes on from before, the time itself was damaged. Time that both lines tell to be earlier began anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nmr_emg.timing.counter import ENDLESS, Counting, Integers

Unit = Literal["", "ms", "us", "s", "count"]

_TICKS = {"ms": 1000.0, "us": 1.0, "s": 1e6, "count": 1.0}
"""Ticks in one of each unit: a tick is a microsecond, or a sample that was counted."""
_WRAPS = {"ms": 1000 << 32, "us": 1 << 32, "s": 0, "count": 1 << 32}
"""Ticks after which `millis()`, `micros()` and an endless count begin again; 0 for never."""
_FARTHEST = float(1 << 61)
_FEW = 8
"""Steps up to which the nominal period is exact enough."""
_MOST_S = 20.0
"""A step further than this (s) is no gap: a board that is silent for so long is opened anew."""


def counting_of(unit: Unit, rate: float, wrap: int) -> Counting | None:
    """How the rows of such a column count: a short count as it stands, all else endlessly."""
    if unit == "count" and 0 < wrap <= 1 << 16:
        return Counting(f"0 to {wrap - 1}", tuple(range(wrap)))
    return ENDLESS if unit == "count" or (unit and rate > 0) else None


@dataclass(slots=True)
class Counted:
    """Ids of rows from their times.

    Args:
        unit: of the times.
        rate: samples a second, nominal.
        told: is given the row and both times where time began anew.
    """

    unit: Unit
    rate: float
    told: Callable[[int, float, float], None]
    _last: int | None = None
    _id: int = -1
    _spent: int = 0
    _steps: int = 0

    def place(self, times: NDArray[np.float64], *, final: bool) -> Integers:
        """Ids of the rows that are settled; the last row is not while the line after it must tell."""
        farthest = _FARTHEST / _TICKS[self.unit]
        ticks = np.rint(np.clip(times, -farthest, farthest) * _TICKS[self.unit]).astype(np.int64)
        if not len(ticks):
            return ticks
        if self._last is None:
            self._last = int(ticks[0]) - round(self._period)
        steps = np.diff(ticks, prepend=self._last)
        if (steps > 0).all() and (steps < 1.5 * self._period).all():
            self._go_on(int(ticks[-1]), len(ticks), int(ticks[-1]) - self._last)
            return np.arange(self._id - len(ticks) + 1, self._id + 1)
        return self._one_by_one(ticks.tolist(), final=final)

    @property
    def _period(self) -> float:
        return 1.0 if self.unit == "count" else 1e6 / self.rate

    @property
    def _most(self) -> float:
        if self.unit == "count":
            return _MOST_S * self.rate if self.rate else _FARTHEST
        return _MOST_S * 1e6

    def _go_on(self, tick: int, steps: int, spent: int) -> None:
        self._last, self._id = tick, self._id + steps
        self._spent += spent
        self._steps += steps

    def _one_by_one(self, ticks: list[int], *, final: bool) -> Integers:
        ids = []
        for row, (tick, following) in enumerate(zip(ticks, [*ticks[1:], None], strict=True)):
            last = tick if self._last is None else self._last
            step = self._ahead(last, tick)
            if 0 < step < 1.5 * self._period:
                self._go_on(tick, 1, step)
            elif step:
                if following is None and not final:
                    break
                self._jump(row, last, tick, following)
            ids.append(self._id)
        return np.array(ids, np.int64)

    def _jump(self, row: int, last: int, tick: int, following: int | None) -> None:
        step = self._ahead(last, tick)
        if 0 < step <= self._most and (following is None or self._ahead(tick, following) >= 0):
            self._last, self._id = tick, self._id + self._many(step)
            return
        self._id += 1
        if following is None or 0 < self._ahead(last, following) <= self._most:
            self._last = last + round(self._period)
            return
        self._last = tick
        scale = _TICKS[self.unit]
        self.told(row, last / scale, tick / scale)

    def _many(self, step: int) -> int:
        """Samples in a step; of a long one by the period as it was so far."""
        many = step / self._period
        if many > _FEW and self._steps > _FEW:
            many = step * self._steps / self._spent
        return max(1, round(many))

    def _ahead(self, a: int, b: int) -> int:
        step, wrap = b - a, _WRAPS[self.unit]
        return (step + wrap // 2) % wrap - wrap // 2 if wrap else step
