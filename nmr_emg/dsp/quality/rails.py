"""Whether a signal fits the amplifier."""

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level

FEW, MANY = 3, 6
"""Fewest samples at a known rail that are bad; fewest at one end of the signal, where it is not known."""
CHANCE = 0.01
"""Share of equal neighbours above which an end that comes often proves nothing."""
CLOSE, CLOSER = 0.75, 0.9
"""Shares of the converter's range, electrode offset included."""


def clipped(seen: Seen, limits: Limits) -> Levels:
    """Samples at the converter's rail; where it is not known, tops and bottoms that are cut off flat."""
    count = seen.at_rail
    many = (count >= FEW) & (count > limits.clipped * len(seen.values))
    verdict = level(warn=count > 0, bad=many | _cut_off(seen))
    verdict[seen.blanked] = UNKNOWN
    return verdict


def rail(seen: Seen, _: Limits) -> Levels:
    """How much of the range the electrode offset takes."""
    share = np.abs(seen.slow.newest.mean(axis=0)) / seen.columns.rails
    return level(warn=seen.raw & (share > CLOSE), bad=seen.raw & (share > CLOSER))


def _cut_off(seen: Seen) -> Array:
    """Where the highest or the lowest value comes again and again, though no other one does."""
    cut = np.zeros(len(seen.repeats), bool)
    unknown = seen.raw & ~np.isfinite(seen.columns.rails) & ~seen.still
    for column in np.flatnonzero(unknown):
        x = seen.values[:, column]
        high, low = x == seen.highest[column], x == seen.lowest[column]
        if max(np.count_nonzero(high), np.count_nonzero(low)) >= MANY:
            elsewhere = np.count_nonzero((x[1:] == x[:-1]) & ~(high | low)[1:])
            cut[column] = elsewhere < CHANCE * len(x)
    return cut
