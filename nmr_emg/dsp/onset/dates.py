"""Dates of onsets and offsets, and onsets dated again when more is known."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.dating import Dated, date_end, date_onset
from nmr_emg.dsp.onset.history import History
from nmr_emg.dsp.rising import rising

SPAN = 1.2
"""So much signal tells a date (s)."""
STILL = 0.06
"""For so long after an offset the signal may still hold what ended (s)."""
SHORTEST = 0.05
"""Less activity than this (s) does not tell when it ended."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that became known, in rows since the run began.

    Args:
        kind: what.
        row: when it became known.
        column: of which channel.
        happened: when it happened; between rows where the signal tells so much.
        dated: how sure that is; `None` where the signal does not tell.
        declared: for a refinement, when the onset was declared.
    """

    kind: Literal["onset", "offset", "refined"]
    row: int
    column: int
    happened: float
    dated: Dated | None = None
    declared: int | None = None


class Dates:
    """Keeps what dating needs of every column.

    Args:
        rate: samples a second.
        columns: how many.
        refine: rows after a declaration at which its date is refined; earlier if the activity ends before.
    """

    def __init__(self, rate: float, columns: int, refine: int) -> None:
        self._rate = rate
        self._refine = refine
        self._span, self._still = round(SPAN * rate), round(STILL * rate)
        self._shortest = max(4, round(SHORTEST * rate))
        self._signal = History(self._span + refine)
        self._row = 0
        self._ended = np.zeros(columns, np.intp)
        self._began = np.zeros(columns)
        self._open: dict[int, tuple[int, float]] = {}
        rising(rate)

    def add(self, filtered: Floats) -> None:
        """Keep rows."""
        if len(filtered):
            self._signal.add(filtered)
            self._row += len(filtered)

    def signal(self, column: int, row: int, length: int) -> Floats:
        """Up to so many rows of one channel's signal, a row the last of them."""
        return self._signal.column(column, self._row - 1 - row, length)

    def onset(self, column: int, row: int, rest: float) -> Change:
        """Date an onset that is declared at a row, with the power of rest."""
        self._open[column] = row, rest
        found = self._dated(column, row, row, rest)
        self._began[column] = found.happened
        return found

    def offset(self, column: int, row: int, found: int, rest: float) -> list[Change]:
        """Date an offset declared at a row; `found` is where the evidence puts it. What is still to be refined comes first."""
        changes = self._refined(column, row)
        length = min(row + 1 - int(self._began[column]), self._span)
        dated, happened = None, float(found)
        if length >= self._shortest:
            dated = date_end(self.signal(column, row, length), rest, self._rate)
            happened = row + dated.index
        happened = min(max(happened, self._began[column] + 1), row)
        self._ended[column] = min(row, int(happened) + self._still)
        return [*changes, Change("offset", row, column, happened, dated)]

    def due(self, until: int) -> list[Change]:
        """Refine what was declared long enough before a row."""
        ripe = [column for column in sorted(self._open) if self._open[column][0] + self._refine < until]
        return [change for column in ripe for change in self._refined(column, until - 1)]

    def rest(self) -> list[Change]:
        """Refine the rest with what there is."""
        return [change for column in sorted(self._open) for change in self._refined(column, self._row - 1)]

    def _refined(self, column: int, last: int) -> list[Change]:
        if column not in self._open:
            return []
        declared, rest = self._open.pop(column)
        row = min(last, declared + self._refine)
        found = self._dated(column, row, declared, rest)
        if row > declared:
            self._began[column] = found.happened
            return [found]
        return []

    def _dated(self, column: int, row: int, declared: int, rest: float) -> Change:
        length = min(self._span, row + 1 - int(self._ended[column]))
        dated = date_onset(self.signal(column, row, length), rest, self._rate, row - declared)
        happened = min(max(row + dated.index, float(self._ended[column] - self._still)), float(declared))
        if row == declared:
            return Change("onset", row, column, happened, dated)
        return Change("refined", row, column, happened, dated, declared)
