"""Onset and offset where the board sends an envelope: a threshold in level and in time."""

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.onset.dates import Change
from nmr_emg.dsp.unbroken import unbroken

ON, OFF = 1.8, 1.44
"""Multiples of rest."""
LEAST_ON, LEAST_OFF = 0.03, 0.1
"""For so long (s)."""


class Levels:
    """Decides channels whose board sends an envelope or a rectified signal, as `Muscles` does raw ones."""

    def __init__(self, rate: float, columns: int) -> None:
        self._least = max(1, round(LEAST_ON * rate)), max(1, round(LEAST_OFF * rate))
        self._runs = np.zeros((2, columns), np.intp)
        self.active = np.zeros(columns, bool)
        self.row = 0

    def __call__(
        self, envelope: Floats, rest: Floats, unsettled: int
    ) -> tuple[NDArray[np.bool_], list[Change]]:
        """Whether every row is active, (rows, columns), and what became known."""
        over = envelope > ON * rest
        over[:unsettled] = False
        rising = self._run(0, over) >= self._least[0]
        falling = self._run(1, ~(envelope >= OFF * rest)) >= self._least[1]
        active = np.empty(envelope.shape, bool)
        active[:] = self.active
        changes: list[Change] = []
        for column in np.flatnonzero((rising | falling).any(axis=0)):
            active[:, column] = self._column(int(column), rising[:, column], falling[:, column], changes)
        self.row += len(active)
        return active, sorted(changes, key=lambda change: change.row)

    def _column(self, column: int, rising: Array, falling: Array, changes: list[Change]) -> Array:
        active = np.empty(len(rising), bool)
        on, first = bool(self.active[column]), 0
        while first < len(active):
            active[first:] = on
            found = np.flatnonzero((falling if on else rising)[first:])
            if not len(found):
                break
            row = first + int(found[0])
            on = not on
            least = self._least[0] if on else self._least[1]
            at = self.row + row
            changes.append(Change("onset" if on else "offset", at, column, max(0, at + 1 - least)))
            active[row:] = on
            first = row + 1
        self.active[column] = on
        return active

    def _run(self, which: int, true: Array) -> Array:
        length = unbroken(true, self._runs[which])
        if len(true):
            self._runs[which] = length[-1]
        return length
