"""A board's envelope on a channel that was declared raw."""

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level
from nmr_emg.dsp.quality.slow import SECONDS

FLOOR = 0.15
"""The lowest value, as a share of the highest, at most: an electrode's offset rarely lets a signal come near zero."""
SMOOTH = 0.02
"""Largest RMS of the EMG's band, as a share of the signal's own standard deviation."""
RISES = 2
MIDDLE = 0.4
"""The median, at most, on the way from the lowest to the highest: an envelope rests below, a swaying lead sways both ways."""


def envelope(seen: Seen, _: Limits) -> Levels:
    """Bad where ten seconds never went below zero, rose twice from near it, and hold nothing of the EMG's band."""
    if seen.slow.seconds < SECONDS:
        return np.full(len(seen.rest), UNKNOWN, np.uint8)
    x = seen.slow.values
    low, high = x.min(axis=0), x.max(axis=0)
    hit = seen.raw & (low >= 0) & (low < FLOOR * high)
    verdict = level(bad=np.zeros(len(hit), bool))
    if not hit.any():
        return verdict
    hit &= seen.memory.fast_power() < (SMOOTH * x.std(axis=0)) ** 2
    hit &= np.median(x, axis=0) < low + MIDDLE * (high - low)
    for column in np.flatnonzero(hit):
        verdict[column] = 2 * (_rises(x[:, column], low[column], high[column]) >= RISES)
    return verdict


def _rises(x: Array, low: float, high: float) -> int:
    """How often it went from the lowest third to the highest."""
    third = (high - low) / 3
    where = np.where(x < low + third, -1, np.where(x > high - third, 1, 0))
    turns = where[where != 0]
    return int(np.count_nonzero((turns[1:] == 1) & (turns[:-1] == -1)))
