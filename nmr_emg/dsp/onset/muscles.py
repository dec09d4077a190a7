"""Decides, for every raw channel, when a muscle begins and ceases to work."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.onset.bands import Split
from nmr_emg.dsp.onset.dates import Change, Dates
from nmr_emg.dsp.onset.evidence import weights
from nmr_emg.dsp.onset.floor import Floor
from nmr_emg.dsp.onset.page import MOST, SLACK, Page, Piece
from nmr_emg.dsp.onset.walk import State, Stretch, Walk
from nmr_emg.dsp.tumbling import known_mean


@dataclass(frozen=True, slots=True)
class Needed:
    """Evidence that is needed, as natural logarithms of likelihood ratios.

    Args:
        onset: for an onset.
        beside: for the same without the stretch that gives most.
        offset: for an offset.
    """

    onset: float
    beside: float
    offset: float


@dataclass(frozen=True, slots=True)
class Rows:
    """What decisions are made by.

    Args:
        emg: µV, (rows, columns).
        filtered: its band, (rows, columns).
        rest: RMS of `filtered` at rest, (rows, columns).
        unsettled: so many rows at the beginning count for nothing.
        blanked: rows that count for nothing, (rows, columns).
    """

    emg: Floats
    filtered: Floats
    rest: Floats
    unsettled: int
    blanked: NDArray[np.bool_] | None

    def part(self, first: int, last: int) -> "Rows":
        """Rows `first` to `last`."""
        blanked = None if self.blanked is None else self.blanked[first:last]
        return Rows(self.emg[first:last], self.filtered[first:last], self.rest[first:last], 0, blanked)


class Muscles:
    """One run over consecutive rows; a new one is made after a gap.

    Args:
        rate: samples a second.
        floor: the level at rest, which outlives gaps.
        needed: evidence.
        refine: rows after a declaration at which the date is refined.
    """

    def __init__(self, rate: float, floor: Floor, needed: Needed, refine: int) -> None:
        columns = floor.columns
        self._floor = floor
        self._needed = needed
        self._split = Split(rate, columns)
        self._dates = Dates(rate, columns, refine)
        self._walk = Walk(rate, needed.onset, needed.beside, needed.offset, self._dates, columns)
        self._page = Page(weights(rate), columns)
        self._window = np.zeros((len(floor.power), floor.length, columns))
        self._filled = 0
        self._worked = np.zeros(columns, bool)
        self._since = np.zeros(columns, np.intp)
        self._crossed: dict[int, int] = {}
        self._known: Floats | None = None
        self._over = np.zeros_like(floor.power)
        self._began = np.zeros(columns, np.intp)
        self.active = np.zeros(columns, bool)
        self.row = 0

    def __call__(self, rows: Rows, lost: int) -> tuple[NDArray[np.bool_], list[Change]]:
        """Whether every row is active, (rows, columns), and what became known; rows counted from the run's first."""
        squares = self._split(rows.emg, lost)
        if not rows.unsettled and len(rows.emg) < self._floor.length - self._filled and rows.blanked is None:
            active, changes = self._piece(squares, rows)
            self._fill(squares, active)
            return active, changes
        active = np.empty(rows.emg.shape, bool)
        active[: rows.unsettled] = self.active
        changes = []
        blanked, done = rows.blanked, rows.unsettled
        self._skip(squares[:, :done], rows.filtered[:done])
        while done < len(active):
            stop = min(len(active), done + self._floor.length - self._filled)
            part = squares[:, done:stop]
            active[done:stop], found = self._piece(part, rows.part(done, stop))
            changes += found
            self._fill(
                part if blanked is None else np.where(blanked[done:stop], np.nan, part), active[done:stop]
            )
            done = stop
        return active, changes

    def end(self) -> list[Change]:
        """Refine what still can be, at a gap."""
        return self._dates.rest()

    def _skip(self, squares: Floats, filtered: Floats) -> None:
        if len(filtered):
            self._walk.add(squares)
            self._dates.add(filtered)
            self.row += len(filtered)
            self._since[:] = self.row

    def _fill(self, squares: Floats, active: NDArray[np.bool_]) -> None:
        """Put rows into the window by which rest is measured."""
        self._window[:, self._filled : self._filled + len(active)] = squares
        self._filled += len(active)
        self._worked |= active.any(axis=0)
        if self._filled == self._floor.length:
            self._floor.add(known_mean(self._window, axis=1), self._worked)
            self._filled = 0
            self._worked = self.active.copy()

    def _piece(self, squares: Floats, rows: Rows) -> tuple[NDArray[np.bool_], list[Change]]:
        piece = self._page(squares, self._inverse(), self.active, rows.blanked)
        self._walk.add(piece.z)
        self._dates.add(rows.filtered)
        active = np.empty((len(rows.emg), len(self.active)), bool)
        active[:] = self.active
        changes: list[Change] = []
        crossed, self._crossed = self._crossed, {}
        wanted = np.where(self.active, piece.offset > self._needed.offset, piece.onset > self._needed.onset)
        for column in map(int, np.flatnonzero(wanted)):
            state = self._state(column, piece, crossed.get(column, -1))
            active[:, column], found = self._walk(column, state, self._stretch(column, piece, rows))
            changes += found
            self._restore(column, state)
        self.row += len(active)
        changes += self._dates.due(self.row)
        return active, sorted(changes, key=lambda change: (change.row, change.column))

    def _inverse(self) -> Floats:
        """One over the power at rest; 0 where it is not known, so that nothing is above it."""
        power = self._floor.power
        if power is not self._known:
            self._known, self._over = power, 1 / np.where(np.isfinite(power), power, np.inf)
        return self._over

    def _stretch(self, column: int, piece: Piece, rows: Rows) -> Stretch:
        blanked = rows.blanked
        if blanked is not None:
            blanked = blanked[:, column]
        z = piece.z[..., column]
        evidence, slack = (self._page.evidence(z, most, blanked) for most in (MOST, SLACK))
        return Stretch(self.row, evidence, -slack, np.square(rows.rest[:, column]))

    def _state(self, column: int, piece: Piece, crossed: int) -> State:
        rises = piece.rises[0][:, column], piece.rises[1][:, column]
        falls = piece.falls[0][:, column], piece.falls[1][:, column]
        rows = int(self._since[column]), crossed, int(self._began[column]), int(self._page.lowest[column])
        return State(bool(self.active[column]), rises, falls, *rows)

    def _restore(self, column: int, state: State) -> None:
        self.active[column] = state.active
        self._page.set(column, state.rises, state.falls, state.lowest)
        self._since[column], self._began[column] = state.since, state.began
        if state.crossed >= 0:
            self._crossed[column] = state.crossed
