"""The power of every band while the muscle rests."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.continuity import Floats

Counts: TypeAlias = NDArray[np.intp]

WINDOW = 0.25
"""Powers are means over this long (s)."""
MEMORY = 60
"""So many windows are remembered."""
SHARE = 0.35
"""This quantile of them is taken for rest ..."""
BELOW = 0.385
"""... which lies so many standard deviations below the mean of what noise gives."""
EXCESS = 4.0
"""A window with more than this many times the power at rest is not rest."""
FIRST = 3
"""Windows until rest is known."""
PATIENCE, FAINT = 480, 40
"""After so many windows in a row that are not rest, what was activity is the new rest; sooner where it is no more than `EXCESS`."""


def window_length(rate: float) -> int:
    """Samples of a window at a rate (Hz)."""
    return max(2, round(WINDOW * rate))


def unbiased(freedom: Floats, length: int) -> Floats:
    """What to multiply the low quantile of windows with to have their mean in noise, (bands,).

    Args:
        freedom: degrees of freedom of one sample of each band, (bands,).
        length: samples a window.
    """
    factor: Floats = 1 / (1 - BELOW * np.sqrt(2 / (freedom * length)))
    return factor


class Floor:
    """A level for every band and column, from windows one after the other.

    Args:
        length: samples a window.
        freedom: degrees of freedom of one sample of each band, (bands,).
        columns: how many.
    """

    def __init__(self, length: int, freedom: Floats, columns: int) -> None:
        shape = len(freedom), columns
        self.length = length
        self.columns = columns
        self._unbiased = unbiased(freedom, length)[:, np.newaxis]
        self._held = np.full((MEMORY, *shape), np.inf)
        self._count: Counts = np.zeros(shape, np.intp)
        self._busy: Counts = np.zeros(shape, np.intp)
        self._most = np.full(shape, np.inf)
        self._at = np.ix_(np.arange(shape[0]), np.arange(columns))
        self._trial: list[Floats] | None = None
        self.power = np.full(shape, np.nan)

    def add(self, powers: Floats, active: NDArray[np.bool_]) -> None:
        """Take one window's powers, (bands, columns), and where a muscle was declared active in it, (columns,)."""
        if self._trial is not None:
            self._trial.append(powers)
        known = self._count >= FIRST
        loud = powers > EXCESS * self.power
        busy = known & (active | loud)
        patient = self._busy < np.where(loud, PATIENCE, FAINT)
        take = np.isfinite(powers) & (powers > 0) & ~(busy & patient)
        self._busy = np.where(take, 0, self._busy + 1)
        self._forget(take & busy)
        place = self._count % MEMORY, *self._at
        self._held[place] = np.where(take, powers, self._held[place])
        self._count += take
        self._measure()

    def trial(self, edge: str | None) -> None:
        """A rest trial starts, or stops: then the median of its windows is declared."""
        held, self._trial = self._trial, [] if edge == "start" else None
        if held and edge != "start":
            # What says nothing is infinite here, and sorted behind the others.
            powers = np.sort(np.where(np.isfinite(held), held, np.inf), axis=0)
            self.declare(powers[((np.isfinite(powers).sum(axis=0) - 1) // 2, *self._at)])

    def declare(self, power: Floats) -> None:
        """Rest is so much, NaN where nothing is said: it may fall by itself, but not rise over `EXCESS` times that."""
        told = np.isfinite(power) & (power > 0)
        self._forget(told)
        self._held[:FIRST] = np.where(told, power / self._unbiased, self._held[:FIRST])
        self._count = np.where(told, FIRST, self._count)
        self._most = np.where(told, EXCESS * power, self._most)
        self._measure()

    def _forget(self, which: NDArray[np.bool_]) -> None:
        self._held[:, which] = np.inf
        self._count[which] = 0

    def _measure(self) -> None:
        held = np.sort(self._held, axis=0)
        place = SHARE * (np.clip(self._count, 1, MEMORY) - 1)
        low = place.astype(np.intp)
        under, over = held[(low, *self._at)], held[(np.minimum(low + 1, MEMORY - 1), *self._at)]
        step = np.subtract(over, under, out=np.zeros_like(under), where=np.isfinite(over))
        level = np.minimum((under + (place - low) * step) * self._unbiased, self._most)
        self.power = np.where(self._count >= FIRST, level, np.nan)
