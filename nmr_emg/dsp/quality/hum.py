"""Mains hum, at rest and under a contraction."""

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level

MUCH = 0.25
"""Hum with so much of the power of all else (−6 dB) is worth a word before the notch, and too much behind it."""
TWOFOLD = 4.0
"""Where µV are not known: hum with four times the power of all else in the band."""
LEFT = 2.5
"""How many times `hum` may be left behind the notch at rest."""


def mains(seen: Seen, limits: Limits) -> Levels:
    """Warn of hum before the notch, which is a matter of leads; bad is what the notch leaves, which spoils numbers."""
    rest, work = seen.at_rest, seen.at_work
    warn = work.known & (work.hum > MUCH * _beside(work.hum, work.band))
    for found in (rest, seen.newest):
        beside = _beside(found.hum, found.band)
        loud = (found.hum > limits.hum**2) & (found.hum > MUCH * beside)
        warn |= found.known & np.where(seen.calibrated, loud, found.hum > TWOFOLD * beside)
    left = rest.known & seen.calibrated & (rest.hum_left > (LEFT * limits.hum) ** 2)
    bad = left & (rest.hum_left > _beside(rest.hum_left, rest.filtered))
    bad |= work.known & (work.hum_left > MUCH * _beside(work.hum_left, work.filtered))
    verdict = level(warn=warn, bad=bad)
    verdict[~seen.newest.known] = UNKNOWN
    return verdict


def _beside(hum: Array, total: Array) -> Array:
    """The power of all else; never quite nothing."""
    beside: Array = np.maximum(total - hum, 1e-6 * total)
    return beside
