"""One channel, row by row: what is done where activity begins or ends, or might."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.onset.alike import SHORT, Alike
from nmr_emg.dsp.onset.dates import Change, Dates
from nmr_emg.dsp.onset.evidence import Carried, excess, fallen
from nmr_emg.dsp.onset.history import History
from nmr_emg.dsp.onset.verdict import Judge, Verdict

Steps: TypeAlias = tuple[int, list[Change]]

LOOK_BACK = 0.3
"""So much of an excursion is judged (s)."""
BELOW = 1
"""An offset is asked of ratios up to so many below the one by which the onset was seen best, where no hearts beat."""
GRID = 0.004
"""An open excursion is judged anew this often (s)."""


@dataclass(slots=True)
class State:
    """What is carried for one channel from row to row.

    Args:
        active: whether it is.
        rises: running sum for an onset.
        falls: running sum for an offset.
        since: nothing before this row belongs to a new excursion.
        crossed: row where an excursion that is still open became one; −1 if there is none.
        began: row where the evidence for the last onset begins.
        lowest: number of the first expected ratio that is asked for an offset.
    """

    active: bool
    rises: Carried
    falls: Carried
    since: int
    crossed: int
    began: int
    lowest: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of one channel.

    Args:
        first: number of the first.
        evidence: for an onset, (ratios, rows).
        slack: for an offset, (ratios, rows).
        rest: power of rest, (rows,).
    """

    first: int
    evidence: Floats
    slack: Floats
    rest: Floats

    def after(self, row: int) -> "Stretch":
        """What begins at a row, counted from the first."""
        return Stretch(self.first + row, self.evidence[:, row:], self.slack[:, row:], self.rest[row:])


class Walk:
    """Walks through stretches of any channel.

    Args:
        rate: samples a second.
        onset: evidence that an onset needs.
        beside: evidence that must be left of it without its best stretch.
        offset: evidence that an offset needs.
        dates: where dates come from.
        columns: how many channels there are.
    """

    def __init__(
        self, rate: float, onset: float, beside: float, offset: float, dates: Dates, columns: int
    ) -> None:
        self._onset, self._offset = onset, offset
        self._judge = Judge(rate, beside)
        self._dates = dates
        self._alike, self._short = Alike(rate, columns), round(SHORT * rate)
        self._look_back, self._grid = round(LOOK_BACK * rate), max(1, round(GRID * rate))
        self._z = History(self._look_back)
        self._row = 0

    def add(self, z: Floats) -> None:
        """Keep rows (bands, rows, columns) by which excursions are judged."""
        self._z.add(z)
        self._row += z.shape[1]

    def __call__(self, column: int, state: State, stretch: Stretch) -> tuple[NDArray[np.bool_], list[Change]]:
        """Whether every row is active, and what became known; the state is carried on."""
        active = np.empty(stretch.evidence.shape[1], bool)
        changes: list[Change] = []
        row = 0
        while row < len(active):
            active[row:] = state.active
            step = self._to_offset if state.active else self._to_onset
            done, found = step(column, state, stretch.after(row))
            changes += found
            row += done
            active[row - 1 :] = state.active
        return active, changes

    def _to_offset(self, column: int, state: State, stretch: Stretch) -> Steps:
        sums, least, over = excess(state.falls, stretch.slack)
        lowest = np.array(state.lowest)
        done = np.flatnonzero(fallen(sums, over, lowest) > self._offset)
        if not len(done):
            state.falls = sums[:, -1], least[:, -1]
            return len(stretch.rest), []
        row = int(done[0])
        ratio = state.lowest + int(np.argmin(sums[state.lowest :, row]))
        before = np.flatnonzero(over[ratio, : row + 1] <= 0)
        found = stretch.first + (int(before[-1]) + 1 if len(before) else 0)
        changes = self._dates.offset(column, stretch.first + row, found, float(stretch.rest[row]))
        self._compare(column, int(changes[-1].happened - state.began), int(state.began), stretch.first + row)
        state.active = False
        state.rises = state.falls = zero(len(sums))
        state.since, state.crossed = stretch.first + row + 1, -1
        return row + 1, changes

    def _to_onset(self, column: int, state: State, stretch: Stretch) -> Steps:
        sums, least, over = excess(state.rises, stretch.evidence)
        hot: NDArray[np.bool_] = over.max(axis=0) > self._onset
        for row in np.flatnonzero(hot):
            at = stretch.first + int(row)
            if state.crossed < 0 or (row and not hot[row - 1]):
                state.crossed = at
            if (at - state.crossed) % self._grid:
                continue
            ratio = int(np.argmax(over[:, row]))
            verdict, first = self._verdict(column, state, at, ratio)
            if verdict is Verdict.OPEN:
                continue
            state.rises = state.falls = zero(len(sums))
            state.since, state.crossed = at + 1, -1
            if verdict is Verdict.ARTEFACT:
                self._compare(column, at - first, first, at)
                return int(row) + 1, []
            below = 0 if self._alike.known(column, at) else BELOW
            state.active, state.began, state.lowest = True, first, max(0, ratio - below)
            return int(row) + 1, [self._dates.onset(column, at, float(stretch.rest[row]))]
        state.rises = sums[:, -1], least[:, -1]
        if not hot[-1]:
            state.crossed = -1
        return len(hot), []

    def _verdict(self, column: int, state: State, at: int, ratio: int) -> tuple[Verdict, int]:
        most = min(self._look_back, at + 1 - state.since)
        z = self._z.column(column, self._row - 1 - at, most)
        verdict, first = self._judge(z, ratio, beating=self._alike.known(column, at))
        return verdict, at + 1 - z.shape[1] + first

    def _compare(self, column: int, length: int, first: int, now: int) -> None:
        """Remember a short excursion by the signal around its largest sample."""
        if length > self._short:
            return
        before, after = self._alike.before, self._alike.after
        signal = self._dates.signal(column, now, now - first + before)
        inside = np.abs(signal[before : len(signal) - after])
        if len(signal) == now - first + before and len(inside):
            top = before + int(np.argmax(inside))
            self._alike.see(column, now - (len(signal) - 1 - top), signal[top - before : top + after])


def zero(ratios: int) -> Carried:
    """A running sum that begins."""
    return np.zeros(ratios), np.zeros(ratios)
