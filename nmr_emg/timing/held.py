"""Rows held back until it is clear how much was lost before them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from math import inf, nan

import numpy as np

from nmr_emg.block import Array
from nmr_emg.event import Event
from nmr_emg.timing.counter import Integers
from nmr_emg.timing.lateness import Lateness
from nmr_emg.timing.steps import RESTARTED, SAME

SETTLED = 0.3
"""How long rows stay late before it counts as loss and not as a pause of the computer (s)."""
PATIENCE = 2.0
"""How long rows are held back, at most, while they are catching up (s)."""
MOST = 65536
"""Rows held back, at most."""
AGAIN = 0.05
"""How often rows that are catching up are looked at (s)."""


@dataclass(slots=True, eq=False)
class Part:
    """Rows that came in one call.

    Args:
        rows: shape (rows, channels).
        arrived: when they came in (s).
        events: their index is a row's number.
        steps: of the first rows, as far as they are known.
        late: lateness of the last of those (samples), NaN if unknown.
        clocked: the row whose step the clock has decided, if there is one.
    """

    rows: Array
    arrived: float
    events: Sequence[Event] = ()
    steps: Integers = field(default_factory=lambda: np.empty(0, np.int64))
    late: float = nan
    clocked: int | None = None

    @property
    def whole(self) -> bool:
        """Whether the steps of all its rows are known."""
        return len(self.steps) == len(self.rows)

    def set_step(self, row: int, step: int, *, clocked: bool) -> None:
        """Put one step right."""
        self.steps = self.steps.copy()
        self.steps[row] = step
        self.clocked = row if clocked else self.clocked

    def split(self) -> tuple["Part", "Part"]:
        """Its rows with known steps, and the others."""
        at = len(self.steps)
        early = [event for event in self.events if event.index < at]
        late = [event.at(event.index - at) for event in self.events if event.index >= at]
        known = Part(self.rows[:at], self.arrived, early, self.steps, self.late, self.clocked)
        return known, Part(self.rows[at:], self.arrived, late)


def advances(steps: Integers) -> Integers:
    """By how many samples each row is later than the one before; 0 for a row that is no new sample."""
    return np.where(steps == RESTARTED, 1, np.maximum(steps, 0))


class Held:
    """Hold parts that are late until a later one is not, or until they have stayed late long enough to be loss.

    Args:
        lateness: tells what is late.
    """

    def __init__(self, lateness: Lateness) -> None:
        self._lateness = lateness
        self._parts: list[Part] = []
        self._whole = 0
        self._sound = 0
        self._end = 0
        self._jumped = self._restarted = False
        self._look = -inf
        self.rows = 0

    def __len__(self) -> int:
        return len(self._parts)

    def add(self, part: Part, before: int) -> None:
        """Hold a part, none of whose steps is known; `before` is the newest index that was let go."""
        if not self._parts:
            self._end = before
        self._parts.append(part)
        self.rows += len(part.rows)

    def mark(self, events: Sequence[Event]) -> None:
        """Events that belong to the row after those that are held."""
        last = self._parts[-1]
        last.events = [*last.events, *(event.at(len(last.rows)) for event in events)]

    def know(self, steps: Integers) -> None:
        """Take the steps of the rows that come next."""
        while len(steps):
            part = self._parts[self._whole]
            news, steps = np.split(steps, [len(part.rows) - len(part.steps)])
            news = self._lateness.believed(news)
            part.steps = np.concatenate([part.steps, news]) if len(part.steps) else news
            self._end += int(advances(news).sum())
            self._note(news)
            part.late = self._lateness.of(self._end, part.arrived)
            self._whole += part.whole
            if self._is_sound(part.late):
                self._sound = self._whole + (not part.whole)

    def released(self, *, final: bool) -> Iterator[Part]:
        """Let go of the parts that are settled."""
        yield from self._let_go(self._sound)
        while self._parts and len(self._parts[0].steps) and self._settle(final=final):
            yield from self._let_go(max(self._sound, 1))

    def _note(self, steps: Integers) -> None:
        self._jumped = self._jumped or bool((steps > 1).any())
        self._restarted = self._restarted or bool((steps == RESTARTED).any())

    def _is_sound(self, late: float) -> bool:
        """Whether a part so late leaves nothing open before it; one whose lateness is not known leaves nothing."""
        most, slack = self._lateness.most, self._lateness.slack
        if self._restarted:
            most = min(most, slack)
        elif self._jumped:
            most = self._lateness.most_after_jump
        return not (late > most or (self._jumped and late < -slack))

    def _let_go(self, count: int) -> list[Part]:
        if not count:
            return []
        going, self._parts = self._parts[:count], self._parts[count:]
        self._whole = max(0, self._whole - count)
        self._sound, self._look = 0, -inf
        self._jumped = self._restarted = False
        if not going[-1].whole:
            going[-1], rest = going[-1].split()
            self._parts.insert(0, rest)
        for part in self._parts:
            self._note(part.steps)
        self.rows -= sum(len(part.rows) for part in going)
        return going

    def _settle(self, *, final: bool) -> bool:
        """Say what the first part's lateness means, if that can be told by now."""
        newest = self._parts[-1].arrived
        waited = newest - self._parts[0].arrived
        must = final or self.rows > MOST
        if not must and (waited < SETTLED or newest < self._look):
            return False
        self._look = newest + AGAIN
        late = self._groups(inf if must else newest)
        half = len(late) // 2
        clearly = min(self._lateness.slack, self._lateness.most / 2)
        falling = half > 0 and min(late[half:]) < min(late[:half]) - clearly
        if not late or (falling and not must and waited < PATIENCE):
            return False
        if final and waited < SETTLED and not self._lateness.surely(min(late)):
            self._sound = len(self._parts)
        elif falling and min(late) > 0:
            self._accept()
        else:
            self._explain(late)
        return True

    def _groups(self, before: float) -> list[float]:
        """Lateness of what came in together, for all that came before a time: more may come of the newest."""
        known = (part for part in self._parts if len(part.steps) and part.arrived < before)
        return [[part.late for part in group][-1] for _, group in groupby(known, lambda part: part.arrived)]

    def _explain(self, late: list[float]) -> None:
        """Say by how much the index jumps and where: if what came first is not late enough, then after it.

        The last rows before a loss may have been late only because nothing came that would have sent them on.
        """
        least = min(late) if late[0] < 0 else min(late[1:], default=late[0])
        restarted = any((part.steps == RESTARTED).any() for part in self._first())
        cycles = None if restarted else self._lateness.cycles(least)
        by = round(least) if cycles is None else cycles
        if cycles is None and least > 0 and not self._told(restarted):
            self._accept()
        elif 0 < late[0] < min(by, least) - max(0.5, 0 if cycles else by / 8):
            self._sound = len(self._first())
        else:
            known = self._parts[-1]
            claimed = self._lateness.claimed(by, least, known.arrived) if by > 0 else by
            self._correct(claimed, clocked=cycles is None)
            if claimed < by:
                self._accept()

    def _told(self, restarted: bool) -> bool:
        """Whether anything but lateness tells of a loss, or nothing else could: the board has no counter."""
        return (
            restarted or not self._lateness.counted or any((part.steps > 1).any() for part in self._first())
        )

    def _accept(self) -> None:
        """Take the rows as they are: the board paused, or its link is slow."""
        known = [part for part in self._parts if len(part.steps)]
        self._lateness.accept(self._end, known[-1].arrived)
        self._sound = len(known)

    def _first(self) -> list[Part]:
        """Parts that came in together with the first."""
        arrived = self._parts[0].arrived
        return [
            part for part in takewhile(lambda part: part.arrived == arrived, self._parts) if len(part.steps)
        ]

    def _correct(self, by: int, *, clocked: bool) -> None:
        """Add samples at the largest jump of the rows that came first, or take them from the jumps from there on."""
        if by < 0:
            self._shift(by - self._taken(by))
            return
        part = max(self._first(), key=_largest)
        row = int(_sizes(part.steps).argmax())
        part.set_step(row, int(advances(part.steps)[row]) + by, clocked=clocked)
        self._shift(by)

    def _taken(self, by: int) -> int:
        """Take samples from the jumps, the largest of each part first; gives what is left to take."""
        for part in self._parts:
            for row in np.argsort(-part.steps, kind="stable").tolist():
                step = int(part.steps[row])
                if not by or step <= 1:
                    break
                kept = max(1, step + by)
                part.set_step(row, kept, clocked=False)
                by += step - kept
        return by

    def _shift(self, by: int) -> None:
        """All parts lie `by` samples later than it seemed."""
        self._end += by
        for number, part in enumerate(self._parts, 1):
            part.late -= by
            if len(part.steps) and self._is_sound(part.late):
                self._sound = number


def _sizes(steps: Integers) -> Integers:
    """How likely samples are missing before each row: where the counter began anew, then where it jumped most.

    Then where it seems to repeat itself, as it does when all of a cycle but one sample was lost.
    """
    sizes = np.select([steps == RESTARTED, steps > 1, steps == SAME], [np.iinfo(np.int64).max, steps, 1])
    return np.asarray(sizes, np.int64)


def _largest(part: Part) -> int:
    return int(_sizes(part.steps).max())
