"""From rows with a sender's time stamps to blocks with sample indexes and our own time."""

from math import isnan, nan

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Array, Block
from nmr_emg.drivers.lsl.lateness import Lateness, Stamps
from nmr_emg.event import Event
from nmr_emg.timing.clock import Clock

JUMP = 1.5
"""Stamps further apart than so many sample periods may mean lost samples."""
LATE = 0.75
"""Rows later than this (sample periods), and later than is usual, are looked at."""
SURE = 1.2
"""Rows after a loss are later, by this factor, than the latest of the last seconds."""
FADE = 0.95
FEWEST = 8
"""Rows that must be late, at least, for samples to count as lost."""
SHORT, LONG = 0.15, 1.0
"""How long (s) rows must be late: the former, or four times what comes at once, for even stamps, else the latter."""
CHUNKS = 4
PATIENCE = 0.3
"""Rows are held back so long (s) beyond that; if too few have come by then to tell, they are counted."""
LARGE = 0.2
"""A loss of this length (s) is believed even of a stream that has only just begun."""
RESET = 1.0
"""Stamps that go back by more than this, or lie further ahead than anything before (s): the clock was set."""
MOST_RESETS = 20
"""A sender whose clock was set more often than this stamps nonsense: its rows are only counted."""
LEAK = 1e-3
"""By how much the sender's clock may drift away from ours (s a second)."""
AGES = -1.0, 60.0
"""Age (s) of a stamp when it comes in, for it to be believed on the clock that it claims to be on."""


class Placing:
    """Place the rows of one stream.

    Loss shows as a jump of the stamps by which all later rows stay late; then the index jumps as well, and a `gap`
    event with reason "clock" says so. Since a sender that was merely held up catches up soon, rows after a jump are
    held back until they have been late for a while. Stamps that jitter, come in bunches or go back a little change
    nothing: such rows are counted.

    Args:
        rate: samples a second, nominal.
    """

    def __init__(self, rate: float) -> None:
        self.clock = Clock(rate)
        self.next = 0
        self._late = Lateness()
        self._rows: Array | None = None
        self._stamps: Stamps = np.empty(0)
        self._since = nan
        self._stamp = nan
        self._before = self._arrived = nan
        self._chunk = 0.0
        self._resets = 0
        self._youngest = nan

    def place(self, rows: Array, stamps: Stamps, shift: float, arrived: float) -> list[Block]:
        """Blocks of consecutive samples; call it without rows too, so that nothing is held back for too long.

        Args:
            rows: shape (rows, channels), as they came.
            stamps: when each was sampled, by the sender's clock (s).
            shift: what to add to make that `time.monotonic()`, as far as it is known (s).
            arrived: `time.monotonic()` when they came in.
        """
        stamps = np.where(np.isfinite(stamps), stamps, nan)
        if len(rows):
            self._chunk = max(len(rows), FADE * self._chunk)
        if len(rows) and self._rows is None:
            self._before, self._arrived = self._arrived, arrived
        if self._rows is not None:
            rows, stamps = np.concatenate([self._rows, rows]), np.concatenate([self._stamps, stamps])
            self._rows = None
        blocks: list[Block] = []
        lost = settled = 0
        while len(rows):
            jump = self._jump(stamps, settled, arrived)
            blocks += self._emit(rows[:jump], stamps[:jump], lost, shift, arrived)
            rows, stamps = rows[jump:], stamps[jump:]
            verdict = self._lost(stamps, arrived) if len(rows) else 0
            if verdict is None:
                self._rows, self._stamps = rows, stamps
                break
            lost, settled = verdict, 1
            self.next += lost
        return blocks

    def _jump(self, stamps: Stamps, settled: int, arrived: float) -> int:
        """The first row, from `settled` on, before which samples may be missing; past the last if there is none."""
        rate = self.clock.rate
        steps = np.diff(stamps, prepend=self._stamp) * rate
        steps[:settled] = 1.0
        wide, back = steps > JUMP, steps < -RESET * rate
        if self._resets > MOST_RESETS or not (wide.any() or back.any()):
            return len(stamps)
        unusual = self._late.of(self.next, stamps, rate) > max(LATE, SURE * self._late.spread)
        unusual |= not self._late.known
        found = np.flatnonzero(back | (wide & (unusual | self._ahead(stamps, arrived))))
        return int(found[0]) if len(found) else len(stamps)

    def _ahead(self, stamps: Stamps, arrived: float) -> NDArray[np.bool_]:
        """Whether stamps lie further ahead of their arrival than any before."""
        return np.asarray(arrived - stamps < self._youngest - RESET)

    def _lost(self, stamps: Stamps, arrived: float) -> int | None:
        """How many samples are missing before the first of these rows; `None` if that can't be told yet."""
        rate = self.clock.rate
        if stamps[0] < self._stamp - RESET or self._ahead(stamps[:1], arrived)[0]:
            return self._by_arrival(len(stamps), rate)
        if isnan(self._since):
            self._since = arrived
        long = self._long(rate)
        inside = stamps <= stamps[0] + long
        inside[:FEWEST] = True
        least = float(self._late.of(self.next, stamps, rate)[inside].min())
        if least < LATE or arrived > self._since + long + PATIENCE:
            return 0
        if len(stamps) < FEWEST or stamps[-1] <= stamps[0] + long:
            return None
        sure = self._late.settled or least > LARGE * rate
        return round(least) if sure and least > SURE * self._late.spread else 0

    def _long(self, rate: float) -> float:
        """How long (s) rows must be late to show that samples are missing."""
        return min(max(SHORT, FEWEST / rate, CHUNKS * self._chunk / rate), LONG) if self._late.even else LONG

    def _by_arrival(self, rows: int, rate: float) -> int:
        """What is missing by the time of arrival, where the sender's clock was set; only a large loss shows so."""
        self._late, self._youngest, self._resets = Lateness(), nan, self._resets + 1
        missing = (self._arrived - self._before) * rate - rows
        return round(missing) if missing > LARGE * rate else 0

    def _emit(self, rows: Array, stamps: Stamps, lost: int, shift: float, arrived: float) -> list[Block]:
        if not len(rows):
            return []
        start, last = self.next, self.next + len(rows) - 1
        self.next, self._since = last + 1, nan
        if np.isfinite(stamps).all():
            self._late.add(start, stamps, self.clock.rate)
            self._stamp = float(stamps[-1])
            younger = np.fmin(self._youngest + LEAK * len(rows) / self.clock.rate, arrived - self._stamp)
            self._youngest = float(younger)
        taken = float(stamps[-1]) + shift
        self.clock.add(last, taken if AGES[0] < arrived - taken < AGES[1] else arrived)
        gap = [Event("gap", start, data={"samples": lost, "reason": "clock"})] if lost else []
        return [Block(start, {"raw": rows}, arrived, tuple(gap), self.clock.time(last))]
