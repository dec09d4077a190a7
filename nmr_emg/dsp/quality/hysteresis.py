"""A state that does not flicker: worse after two verdicts, better after three."""

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Array

Levels = NDArray[np.uint8]

UNKNOWN = 255
"""The verdict of a check that could not look: everything stays as it was."""

WORSE, BETTER = 2, 3
"""How many verdicts in a row it takes."""


class Hysteresis:
    """The levels of many checks on many channels.

    A level rises to what the last two verdicts reach at least (the last one alone, for checks that count at once), and
    falls to what the last three stay under. `UNKNOWN` is no verdict.

    >>> one = Hysteresis(np.array([False]), 1)
    >>> [int(one.take(np.array([[v]], np.uint8))[0, 0]) for v in (1, 2, 2, 0, 255, 0, 0)]
    [0, 1, 2, 2, 2, 2, 0]
    """

    def __init__(self, at_once: Array, columns: int) -> None:
        self._at_once = at_once[:, np.newaxis]
        self._past = np.zeros((BETTER, len(at_once), columns), np.uint8)
        self.levels: Levels = np.zeros((len(at_once), columns), np.uint8)

    def take(self, verdicts: Array) -> Levels:
        """Take one verdict (0, 1, 2 or `UNKNOWN`) per check and channel; the levels that follow."""
        past = self._past
        shifted = np.concatenate([past[1:], verdicts[np.newaxis]])
        self._past = past = np.where(verdicts == UNKNOWN, past, shifted)
        least = np.where(self._at_once, past[-1], past[-WORSE:].min(axis=0))
        self.levels = np.minimum(np.maximum(self.levels, least), past.max(axis=0))
        return self.levels
