"""How much later than usual samples come, and what that may mean."""

from math import floor, inf, isfinite, nan

import numpy as np

from nmr_emg.timing.claim import Claim
from nmr_emg.timing.clock import Clock
from nmr_emg.timing.counter import Integers

RECENT = 1.0
"""Usual is the least lateness of the last one to two such stretches (s)."""
OUTAGE = 0.06
"""Shortest outage that is seen of a board without a counter (s)."""
YOUNGEST, LONG_OUTAGE = 1.5, 0.4
"""After so much signal an outage of so long is seen even while the clock is young (s)."""
EARLY = 0.05
"""Samples can't come earlier than the clock says by more than this: the counter is wrong (s)."""
YOUNG = 3.0, 10.0
"""Length of signal below which short cycles, and outages without a counter, are not told from late arrival (s)."""
UNSURE = 0.25
"""What a young clock may be wrong by (s)."""


class Lateness:
    """Measure lateness in samples against a clock, and say which counts as usual.

    Args:
        rate: samples a second, nominal.
        period: length of the counter's cycle, 0 if it never wraps.
        counted: whether the board counts at all.
    """

    def __init__(self, rate: float, period: int, *, counted: bool) -> None:
        self.clock = Clock(rate)
        self._rate = rate
        self._period = period
        self.counted = counted
        self._least = self._least_before = (0, nan)
        self._since = -inf
        self._began = False
        self._claim = Claim()
        self._claimed = 0, nan, rate

    @property
    def most(self) -> float:
        """Lateness (samples) up to which nothing was lost that the counter does not show."""
        if not self.counted:
            if self.clock.span < YOUNGEST:
                return inf
            outage = OUTAGE if self.clock.span >= YOUNG[1] else LONG_OUTAGE
            return max(outage * self._rate, 2, self._claim.usual)
        if not self._period:
            return inf
        unsure = UNSURE * self._rate if self.clock.span < YOUNG[0] else 0
        return max(self._period - self._margin, unsure, self._claim.usual)

    @property
    def slack(self) -> float:
        """Lateness (samples), or earliness, that a rightly placed row may have for long."""
        return (UNSURE if self.clock.span < YOUNG[0] else EARLY) * self._rate + 2

    @property
    def most_after_jump(self) -> float:
        """Lateness (samples) up to which a jump of the counter is loss, and no counter that began anew."""
        return min(self.most, max(self._margin, self.slack))

    @property
    def _margin(self) -> float:
        return max(self._period / 8, 2)

    def of(self, index: int, arrived: float) -> float:
        """By how many samples `index` came later than usual; NaN where that is not known."""
        least = min(self._seconds(*self._least), self._seconds(*self._least_before, other=inf))
        return (self._seconds(index, arrived) - least) * self._rate

    def add(self, index: int, arrived: float) -> None:
        """Note that sample `index`, the last of its chunk, came in at `arrived`."""
        self._began = True
        if not isfinite(arrived):
            return
        self._claim.check((arrived - self._line(index)) * self._rate, arrived)
        self.clock.add(index, arrived)
        if arrived - self._since > RECENT:
            self._since, self._least_before, self._least = arrived, self._least, (index, arrived)
        elif self._seconds(index, arrived) < self._seconds(*self._least):
            self._least = index, arrived

    def accept(self, index: int, arrived: float) -> None:
        """Take the lateness of a row as usual from now on."""
        self._least = self._least_before = index, arrived

    def believed(self, steps: Integers) -> Integers:
        """Steps, without long jumps where nothing came before: such numbers are left over from another stream."""
        return steps if self._began else np.where(steps > UNSURE * self._rate, 1, steps)

    def cycles(self, late: float) -> int | None:
        """How many samples in whole cycles make up for such a lateness; `None` if no number of cycles does.

        Delays only ever add to it, so it is taken for the cycles that it reaches, not for the nearest.
        """
        if not self._period:
            return None
        whole = floor((late + self._margin) / self._period) * self._period
        return whole if late - whole <= max(self._margin, self.slack) else None

    def claimed(self, by: int, late: float, arrived: float) -> int:
        """Count `by` samples as lost because rows came `late`; gives how many, less what was counted wrongly before."""
        if not self._claim.by:
            index = self._least[0]
            self._claimed = index, self.clock.line(index), self.clock.rate
        return self._claim.make(by, late, arrived, self._period or 1)

    def _line(self, index: int) -> float:
        """When a sample should come by what was known when loss was claimed: the clock itself follows what comes after."""
        known, then, rate = self._claimed
        return then + (index - known) / rate

    def surely(self, late: float) -> bool:
        """Whether so much lateness is believed without waiting for more rows."""
        return abs(late) > UNSURE * self._rate

    def _seconds(self, index: int, arrived: float, other: float = nan) -> float:
        late = arrived - self.clock.line(index)
        return late if isfinite(late) else other
