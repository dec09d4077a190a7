"""One channel's one-second windows of activity, as the numbers that sum up their spectra."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.continuity import Floats

FIELDS = ("middle", "share", "rms", "mdf", "mnf", "finsm5")


@dataclass(frozen=True, slots=True)
class Frames:
    """Windows in order, overlapping; one array of each.

    Args:
        length: samples of a window.
        middle: sample index of a window's middle.
        share: how much of it is active (0 to 1).
        rms: of `filtered` (µV).
        mdf: median frequency (Hz).
        mnf: mean frequency (Hz).
        finsm5: spectral fatigue index of order 5 (Hz⁻⁶); NaN where motion may have its hand in it.
    """

    length: int
    middle: Floats
    share: Floats
    rms: Floats
    mdf: Floats
    mnf: Floats
    finsm5: Floats

    def at(self, picked: NDArray[np.intp]) -> "Frames":
        """Some of them."""
        return Frames(self.length, *(getattr(self, name)[picked] for name in FIELDS))

    def mean(self, picked: NDArray[np.intp]) -> "Frames":
        """One in place of some: their means, of `rms` in power, of `finsm5` where at least half can be trusted."""
        some = self.at(picked)
        trusted = some.finsm5[np.isfinite(some.finsm5)]
        index = trusted.mean() if 2 * len(trusted) >= len(picked) else np.nan
        rms = np.sqrt(np.square(some.rms).mean())
        row = (some.middle.mean(), some.share.mean(), rms, some.mdf.mean(), some.mnf.mean(), index)
        return Frames(self.length, *(np.array([value]) for value in row))


def joined(parts: Sequence[Frames]) -> Frames:
    """Frames one after the other."""
    return Frames(parts[0].length, *(np.concatenate([getattr(p, name) for p in parts]) for name in FIELDS))


class Growing:
    """Rows of numbers, eight bytes each."""

    def __init__(self) -> None:
        self._kept = array("d")

    def add(self, *row: float) -> None:
        """Keep one window's numbers, in the order of `FIELDS`."""
        self._kept.extend(row)

    def frames(self, length: int) -> Frames:
        """All of them."""
        table = np.array(self._kept, np.float64).reshape(-1, len(FIELDS))
        return Frames(length, *table.T)
