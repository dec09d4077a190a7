"""Noise at rest."""

import numpy as np

from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level


def noise(seen: Seen, limits: Limits) -> Levels:
    """Warn of the RMS of `filtered` at rest, hum taken off; only where µV are true.

    Never bad: whoever has not let go yet looks just the same.
    """
    found = seen.at_rest
    rms = np.sqrt(np.maximum(found.filtered - found.hum_left, 0.0))
    # The level at rest leaves out a spike, which the mean power does not.
    verdict = level(warn=np.minimum(rms, seen.rest) > limits.noise)
    verdict[~(seen.calibrated & found.known)] = UNKNOWN
    return verdict
