"""How much better activity explains the samples than rest does, as a running sum."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.onset.bands import bands

Carried: TypeAlias = tuple[Floats, Floats]
"""A running sum and the least it has been, (ratios, …)."""

EXPECTED_DB = (-2.0, 5.0, 12.0)
"""Ratios of EMG to rest that are looked for: a weak contraction, a middling and a strong one."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-likelihood ratio of one sample, activity against rest, for every expected ratio.

    With z the square of a band in units of its power at rest, and R = 1 + gain · ratio the power that activity would
    have there, a Gaussian sample of f degrees of freedom gives f/2 · (z · (1 − 1/R) − ln R).

    Args:
        each: f/2 · (1 − 1/R), (ratios, 2 bands).
        cost: f/2 · ln R, (ratios, 2 bands).
    """

    each: Floats
    cost: Floats

    def of(self, z: Floats, most: float) -> Floats:
        """Evidence of every sample, (ratios, rows, …), from z (bands, rows, …); no z counts for more than `most`."""
        counted = np.minimum(z[:2], most)
        made = np.empty((len(self.each), *z.shape[1:]))
        for k, (low, high) in enumerate(self.each):
            np.multiply(counted[0], low, out=made[k])
            made[k] += counted[1] * high
            made[k] -= self.cost[k, 0] + self.cost[k, 1]
        return made


@lru_cache(maxsize=16)
def weights(rate: float) -> Weights:
    """The weights at a rate."""
    split = bands(rate)
    ratio = 1 + 10 ** (np.array(EXPECTED_DB)[:, np.newaxis] / 10) * split.gain[:2]
    return Weights(split.freedom[:2] / 2 * (1 - 1 / ratio), split.freedom[:2] / 2 * np.log(ratio))


def excess(carried: Carried, evidence: Floats) -> tuple[Floats, Floats, Floats]:
    """Running sums of evidence (ratios, rows, …), the least they have been, and by how much they are over that.

    Page's test for a change (1954, Biometrika 41:100–115): the excess is the evidence since it was last zero.

    >>> zero = np.zeros(1), np.zeros(1)
    >>> excess(zero, np.array([[-1.0, -1, 3, 2, -1]]))[2]
    array([[0., 0., 3., 5., 4.]])
    """
    sums = np.empty((len(evidence), evidence.shape[1] + 1, *evidence.shape[2:]))
    sums[:, 0] = carried[0]
    sums[:, 1:] = evidence
    np.add.accumulate(sums, axis=1, out=sums)
    least = sums.copy()
    least[:, 0] = carried[1]
    np.minimum.accumulate(least, axis=1, out=least)
    return sums[:, 1:], least[:, 1:], sums[:, 1:] - least[:, 1:]


def fallen(sums: Floats, over: Floats, lowest: NDArray[np.intp]) -> Floats:
    """Evidence for rest, by the expected ratio that explains best what has been since the onset, (rows, …).

    Ratios before number `lowest`, (…), are not asked: what began strongly is not taken for a weak contraction, as heart
    beats with rest between them would be.
    """
    ratios = np.arange(len(sums)).reshape(-1, *[1] * (sums.ndim - 1))
    best = np.argmin(np.where(ratios < lowest, np.inf, sums), axis=0)
    return np.asarray(np.take_along_axis(over, best[np.newaxis], axis=0)[0])
