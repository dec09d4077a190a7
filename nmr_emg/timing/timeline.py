"""From rows as they are read to blocks on the sample index, with the time at which they were sampled."""

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite, nan
from typing import NamedTuple

import numpy as np

from nmr_emg.block import Array, Block
from nmr_emg.event import Event
from nmr_emg.timing.clock import Clock
from nmr_emg.timing.counter import Counting, Integers
from nmr_emg.timing.held import Held, Part, advances
from nmr_emg.timing.lateness import Lateness
from nmr_emg.timing.steps import SAME, STRANGE, Steps


class Lost(NamedTuple):
    """Samples known to be missing before a row."""

    row: int
    samples: int


class Timeline:
    """Place the rows of one stream on the sample index, and tell when they were sampled.

    The board's counter says what was lost: the index jumps, and no row is invented. A counter that wraps can't tell
    whole lost cycles, nor one that began anew how long that took: the clock does, by how much later the rows come
    than they should. A board without a counter has only the clock: when everything is late from one moment on, an
    event of kind "gap" says how many samples that makes, with the reason "clock". The computer itself may have
    paused, so rows that are late are held back until others catch up or all have stayed late for 0.3 s. Nothing
    else is held back but a row after a jump, which waits for the next.

    Args:
        rate: samples a second, nominal.
        counting: how the board counts; `None` without a counter.
        first: sample index of the first row.

    >>> from nmr_emg.timing.counter import BYTE
    >>> place = Timeline(250, BYTE).place
    >>> [block.start for block in place(np.zeros((4, 1)), np.array([254, 255, 3, 4]), 7.0)]
    [0, 5]
    """

    def __init__(self, rate: float, counting: Counting | None = None, first: int = 0) -> None:
        self.repeated = 0
        self.strange = 0
        period = len(counting.cycle) if counting else 0
        self._lateness = Lateness(rate, period, counted=counting is not None)
        self._steps = Steps(counting) if counting else None
        self._held = Held(self._lateness)
        self._waiting: list[Event] = []
        self._missing: list[Lost] = []
        self._next = first

    @property
    def clock(self) -> Clock:
        """The clock fitted to the stream."""
        return self._lateness.clock

    @property
    def held(self) -> int:
        """Rows held back for now."""
        return self._held.rows

    def place(
        self,
        rows: Array,
        ids: Integers | None,
        arrived: float,
        events: Sequence[Event] = (),
        lost: Sequence[Lost] = (),
    ) -> list[Block]:
        """Blocks of consecutive samples from rows that came in together.

        Args:
            rows: shape (rows, channels), as read.
            ids: the counter of each row; `None` for a board without one.
            arrived: `time.monotonic()` when they came in, or NaN.
            events: their index is a row's number; one past the last means the row that comes next.
            lost: of a board without a counter, samples that are known to be missing: row and how many before it.
        """
        count = len(rows)
        if self._steps is None:
            self._missing += [Lost(*one) for one in lost]
        if not count:
            self._missing = [Lost(0, one.samples) for one in self._missing]
            if self._held:
                self._held.mark(events)
            else:
                self._waiting += events
            return []
        last = self._next + count - 1
        follow = not self._held and not self._missing and self._follow(ids)
        if follow and not events and not self._waiting and self._in_time(last, arrived):
            return [self._clean(rows, last, arrived)]
        self._held.add(Part(rows, arrived, events), self._next - 1)
        self._held.know(np.ones(count, np.int64) if follow else self._counted(ids, count))
        return self._released(final=False)

    def flush(self) -> list[Block]:
        """What is held back, at the end of the stream."""
        if self._steps is not None and self._held:
            self._held.know(self._steps(np.empty(0, np.int64), final=True))
        return self._released(final=True)

    def _follow(self, ids: Integers | None) -> bool:
        return self._steps is None or (ids is not None and self._steps.follows(ids))

    def _in_time(self, last: int, arrived: float) -> bool:
        return not self._lateness.of(last, arrived) > self._lateness.most

    def _counted(self, ids: Integers | None, rows: int) -> Integers:
        if self._steps is None or ids is None:
            return self._uncounted(rows)
        return self._steps(np.asarray(ids, np.int64))

    def _uncounted(self, rows: int) -> Integers:
        """Every row is one sample later than the one before, and as many more as are known to be missing."""
        steps = np.ones(rows, np.int64)
        for row, samples in self._missing:
            if row < rows:
                steps[row] += samples
        self._missing = [Lost(0, one.samples) for one in self._missing if one.row >= rows]
        return steps

    def _clean(self, rows: Array, last: int, arrived: float) -> Block:
        start, self._next = self._next, last + 1
        self._lateness.add(last, arrived)
        return Block(start, {"raw": rows}, arrived, (), self._time(last, arrived))

    def _released(self, *, final: bool) -> list[Block]:
        return [block for part in self._held.released(final=final) for block in self._blocks(part)]

    def _blocks(self, part: Part) -> list[Block]:
        """Blocks of consecutive samples from a part that is settled."""
        self.repeated += int((part.steps == SAME).sum())
        self.strange += int((part.steps == STRANGE).sum())
        steps = advances(part.steps)
        kept = np.flatnonzero(steps)
        index = self._next - 1 + np.cumsum(steps)[kept]
        events = self._placed(part, kept, index)
        if not len(kept):
            return []
        rows = part.rows if len(kept) == len(part.rows) else part.rows[kept]
        self._next = int(index[-1]) + 1
        self._lateness.add(self._next - 1, part.arrived)
        edges = [0, *(np.flatnonzero(np.diff(index) != 1) + 1).tolist(), len(index)]
        return [self._block(int(index[a]), rows[a:b], part.arrived, events) for a, b in pairwise(edges)]

    def _block(self, start: int, rows: Array, arrived: float, events: Sequence[Event]) -> Block:
        stop = start + len(rows)
        mine = tuple(event for event in events if start <= event.index < stop)
        return Block(start, {"raw": rows}, arrived, mine, self._time(stop - 1, arrived))

    def _time(self, index: int, arrived: float) -> float:
        return self.clock.time(index) if isfinite(arrived) else nan

    def _placed(self, part: Part, kept: Integers, index: Integers) -> list[Event]:
        """The part's events on the sample index; those after its last sample wait for the next."""
        events = [event.at(0) for event in self._waiting] + [*part.events]
        places = np.searchsorted(kept, [event.index for event in events]).tolist()
        found = [
            event.at(int(index[at])) for event, at in zip(events, places, strict=True) if at < len(index)
        ]
        self._waiting = [event for event, at in zip(events, places, strict=True) if at >= len(index)]
        told = [] if part.clocked is None else [part.clocked]
        if self._steps is None:
            told = np.flatnonzero(part.steps > 1).tolist()
        for row in told:
            if (lost := int(part.steps[row]) - 1) > 0:
                reason = "clock" if row == part.clocked else "damage"
                start = int(index[np.searchsorted(kept, row)])
                found.append(Event("gap", start, data={"samples": lost, "reason": reason}))
        return sorted(found, key=lambda event: (event.index, event.kind != "gap"))
