"""Muscle or artefact: what an excursion of the evidence consists of."""

from enum import Enum

import numpy as np

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.onset.bands import LOW_RATE, bands
from nmr_emg.dsp.onset.evidence import weights
from nmr_emg.dsp.onset.page import MOST

CAPPED = 8.0
"""No sample counts for more than this many times the power at rest when an excursion is judged."""
SHAPE_CAP, LOW_CAP = 12.0, 30.0
"""The same where the high band is compared with the low one."""
BLOW, BLOW_LOW_RATE = 0.008, 0.016
"""A pop, a blow or a switch fills the high band for no longer than this (s) ..."""
WAVE = 0.03
"""... and a heart beat the low band for no longer than this (s)."""
BEAT = 0.13
"""Where short excursions were seen that look alike, both are so long (s) ..."""
BETWEEN = 2.0
"""... and what lies between them is taken to have so many times the power at rest: it is learned from the quietest."""
PLAIN = 2.0
"""Up to this excess in the low band, nothing is asked of the high one: too little can be seen there."""
OVER = 4.0
"""An excursion is over when its evidence has fallen by this much."""


class Verdict(Enum):
    """What an excursion is."""

    MUSCLE = "muscle"
    ARTEFACT = "artefact"
    OPEN = "open"


class Judge:
    """Judges excursions at one rate.

    Three things tell EMG from what else disturbs an electrode. It lasts: without the stretch that gives most evidence
    (a few milliseconds of the high band, a heart beat's length of the low one) enough is left. It fills the bands:
    movement and heart beats, however large, have little in the high one. And it goes on: evidence that falls again
    before that was shown was an artefact.

    Args:
        rate: samples a second.
        beside: evidence that must be left.
    """

    def __init__(self, rate: float, beside: float) -> None:
        self._weights = weights(rate)
        self._bands = bands(rate)
        self._beside = beside
        self._blow = max(1, round((BLOW if rate >= LOW_RATE else BLOW_LOW_RATE) * rate))
        self._wave = max(1, round(WAVE * rate))
        self._beat = round(BEAT * rate)

    def __call__(self, z: Floats, ratio: int, *, beating: bool = False) -> tuple[Verdict, int]:
        """Judge the excursion that ends with the last row of z (bands, rows), seen best with one expected ratio.

        Also tells in which of these rows it began. `beating` says that short excursions were seen that look alike.
        """
        evidence = self._weights.of(z, MOST)[ratio]
        first = len(evidence) - 1 - int(np.argmax(np.add.accumulate(evidence[::-1])))
        grown = np.add.accumulate(evidence[first:])
        top = int(np.argmax(grown))
        z = z[:, first : first + top + 1] / (BETWEEN if beating else 1.0)
        if self._lasts(z, beating=beating) and self._fills(z, ratio):
            return Verdict.MUSCLE, first
        over = grown[top] - grown[-1] > OVER
        return (Verdict.ARTEFACT if over else Verdict.OPEN), first

    def _lasts(self, z: Floats, *, beating: bool) -> bool:
        blow, wave = (self._beat, self._beat) if beating else (self._blow, self._wave)
        low, high = np.minimum(z[0], CAPPED), np.minimum(z[1], CAPPED)
        return any(
            _without(low * each[0] - cost[0], wave)[0] + _without(high * each[1] - cost[1], blow)[0]
            >= self._beside
            for each, cost in zip(self._weights.each, self._weights.cost, strict=True)
        )

    def _fills(self, z: Floats, ratio: int) -> bool:
        each, cost = self._weights.each[ratio, 1], self._weights.cost[ratio, 1]
        _, last = _without(np.minimum(z[1], CAPPED) * each - cost, self._blow)
        low = np.minimum(z[0], LOW_CAP) - 1
        rest = np.concatenate([low[: max(0, last + 1 - self._blow)], low[last + 1 :]])
        if not len(rest):
            return False
        excess = max(0.0, float(np.add.accumulate(rest)[-1]) / len(rest))
        # Evidence of the high band: from twice `PLAIN` on, that its share is e times as likely as that it is at rest.
        asked = min(1.0, (excess - PLAIN) / PLAIN)
        if asked <= 0:
            return True
        ratio_high, half = 1 + self._bands.sharing * excess, self._bands.freedom[-1] / 2
        shape = half * ((1 - 1 / ratio_high) * np.minimum(z[-1], SHAPE_CAP) - np.log(ratio_high))
        return _without(shape, self._blow)[0] >= asked


def _without(evidence: Floats, length: int) -> tuple[float, int]:
    """The sum without its best stretch of up to `length` rows, and where that ends.

    >>> _without(np.array([1.0, 5.0, 6.0, -1.0]), 2)
    (0.0, 2)
    """
    sums = np.add.accumulate(np.concatenate([np.zeros(length), evidence]))
    stretch = sums[length:] - sums[:-length]
    last = int(np.argmax(stretch))
    return float(sums[-1] - max(0.0, stretch[last])), last
