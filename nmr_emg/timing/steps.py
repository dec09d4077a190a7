"""By how many samples each row is later than the one before it, as a board's counter tells."""

import numpy as np

from nmr_emg.timing.counter import Counting, Integers, Row, places

SAME = 0
"""The step of a row whose sample came already."""
STRANGE = -1
"""The step of a row that is no sample."""
RESTARTED = -2
"""The step of a row with which the counter begins anew: only a clock can tell how long it really is."""
AHEAD = 4
"""Rows looked at, at most, to understand one whose number does not follow: it and the next ones."""
ENDLESS_JUMP = 2**31
"""No counter jumps that far by loss."""
ENDLESS_MOST = 2**61
"""No counter gets that far."""


class Steps:
    """Follow a counter, and tell lost samples from broken numbers.

    A number that jumps is understood by the ones after it, so its row waits for the next, and for two more if that
    one jumps as well. Numbers that go on from the jump mean loss. Numbers that go on from before it mean that this
    one was broken: its row is a sample if there is room for one, else it is none.

    Args:
        counting: how the board counts.

    >>> from nmr_emg.timing.counter import BYTE
    >>> Steps(BYTE)(np.array([253, 254, 1, 2, 2, 77, 4, 5])).tolist()
    [1, 1, 3, 1, 0, 1, 1, 1]
    """

    def __init__(self, counting: Counting) -> None:
        self._place = places(counting)
        self._period = len(counting.cycle)
        self._plain = counting.cycle == tuple(range(self._period)) and not counting.other
        self._places = {} if self._plain else _distinct(counting)
        self._seen = Row()
        self._last: int | None = None
        self._held: Integers = np.empty(0, np.int64)

    @property
    def held(self) -> int:
        """How many of the newest rows wait for the next one."""
        return len(self._held)

    def follows(self, ids: Integers) -> bool:
        """Take rows if each one's number follows the one before; else take nothing."""
        count = len(ids)
        if self._last is None or len(self._held) or not count:
            return False
        first, final = self._next(self._last), self._last + count
        if self._period:
            final %= self._period
        head, tail = int(ids[0]), int(ids[-1])
        if not self._plain:
            head, tail = self._places.get(head, -1), self._places.get(tail, -1)
        if head != first or tail != final or (count > 2 and not self._run(ids)):
            return False
        self._last = final
        return True

    def __call__(self, ids: Integers, *, final: bool = False) -> Integers:
        """The steps of the rows held before and of these, up to the ones that are now held; all if they are the final ones."""
        turns, positions = self._place(self._seen, np.clip(ids, -ENDLESS_MOST, ENDLESS_MOST))
        counted = np.flatnonzero(positions >= 0)
        if len(counted):
            self._seen = Row(int(ids[counted[-1]]), int(turns[counted[-1]]))
        rows = np.concatenate([self._held, positions])
        steps = self._judged(rows, final=final)
        if len(steps) and self._last is not None:
            self._last = int(rows[len(steps) - 1])
        self._held = rows[len(steps) :]
        return steps

    def _run(self, ids: Integers) -> bool:
        """Whether each number follows the one before, where that is quickly seen."""
        if not self._plain:
            return False
        breaks = np.flatnonzero(ids[1:] - ids[:-1] != 1)
        return not len(breaks) or (
            self._period > 0 and bool((ids[breaks] == self._period - 1).all() and not ids[breaks + 1].any())
        )

    def _judged(self, rows: Integers, *, final: bool) -> Integers:
        """The steps of the first rows. Where a number is broken, `rows` gets the place that it should have had."""
        samples = rows[rows >= 0] if self._period else rows
        if self._last is None and not len(samples):
            return np.full(len(rows), STRANGE)
        last = self._last = int(samples[0]) - 1 if self._last is None else self._last
        steps = self._plain_steps(rows, last)
        clear = (steps == SAME) | (steps == 1)
        clear[:-1] |= (steps[:-1] > 1) & (steps[:-1] < ENDLESS_JUMP) & (steps[1:] == 1)
        unclear = [*np.flatnonzero(~clear).tolist(), len(rows)]
        turn, at = 0, unclear[0]
        while at < len(rows):
            before = int(rows[at - 1]) if at else last
            found = self._understood(before, rows[at : at + AHEAD].tolist(), final=final)
            if found is None:
                return steps[:at]
            steps[at], place = found
            moved, rows[at] = place != rows[at], place
            turn += at == unclear[turn]
            at = at + 1 if moved else unclear[turn]
        return steps

    def _plain_steps(self, rows: Integers, last: int) -> Integers:
        steps = np.concatenate([rows[:1] - last, rows[1:] - rows[:-1]])
        if not self._period:
            return steps
        strange = rows < 0
        strange[1:] |= strange[:-1]
        return np.where(strange, STRANGE, steps % self._period)

    def _advance(self, before: int, after: int) -> int:
        return (after - before) % self._period if self._period else after - before

    def _understood(self, before: int, ahead: list[int], *, final: bool) -> tuple[int, int] | None:
        """Step and place of the row at the head of `ahead`; `None` where more rows are needed to tell."""
        row = ahead[0]
        if row < 0 and self._period:
            return self._not_counted(before, ahead, final=final)
        step = self._advance(before, row)
        if step in (SAME, 1):
            return step, row
        after = [(at, one) for at, one in enumerate(ahead) if at and (one >= 0 or not self._period)]
        goes_on = bool(after) and self._advance(row, after[0][1]) in (SAME, 1)
        if not goes_on and any(self._advance(before, one) == at + 1 for at, one in after):
            return 1, self._next(before)
        if not goes_on and len(ahead) < AHEAD and not final:
            return None
        both = self._advance(before, after[0][1]) if after else step + 1
        if goes_on or 1 <= step < both or not after:
            return step if 0 < step < ENDLESS_JUMP else RESTARTED, row
        return (1, self._next(before)) if both > 1 else (STRANGE, before)

    def _not_counted(self, before: int, ahead: list[int], *, final: bool) -> tuple[int, int] | None:
        """A row whose number no sample carries: a sample if exactly as many are missing as there are such rows."""
        rows = next((at for at, one in enumerate(ahead) if one >= 0), None)
        if rows is None:
            return (STRANGE, before) if final or len(ahead) == AHEAD else None
        room = self._advance(before, ahead[rows]) - 1
        return (1, self._next(before)) if room == rows else (STRANGE, before)

    def _next(self, place: int) -> int:
        return (place + 1) % self._period if self._period else place + 1


def _distinct(counting: Counting) -> dict[int, int]:
    """Place of each number, if none stands twice in the cycle; else nothing."""
    found = {one: at for cycle in (counting.cycle, counting.other) for at, one in enumerate(cycle)}
    return found if len(found) == len(counting.cycle) + len(counting.other) else {}
