"""Whether a channel sends anything at all, and all of it."""

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level

STUCK_SECONDS = 0.04
FEWEST_STUCK = 8
"""As many equal values in a row are a stuck converter, one of fine steps given: noise alone never repeats so."""
COARSE = 0.1
"""Share of equal neighbours elsewhere above which a converter's steps are coarse, and repeating means nothing."""
SOME_LOST = 0.01
MANY_FALSE = 0.1
"""Share of values that are no number; the chain goes on with the last good one."""


def flat(seen: Seen, limits: Limits) -> Levels:
    """Bad where nothing moves: for the whole second (four, for envelopes), or stuck for 40 ms."""
    still = seen.still | (seen.calibrated & _under(seen, limits.flat))
    dead = np.where(seen.raw, still | _stuck(seen), seen.memory.still())
    verdict = level(bad=dead & (seen.at_rail == 0))
    verdict[(seen.missing > 0.5) | seen.blanked] = UNKNOWN
    return verdict


def lost(seen: Seen, _: Limits) -> Levels:
    """Warn of samples that never came in the last four seconds: those that came are right. Many false ones are bad."""
    return level(warn=seen.memory.lost_share() > SOME_LOST, bad=seen.memory.missing_share() > MANY_FALSE)


def _under(seen: Seen, limit: float) -> Array:
    """Where the standard deviation is under a limit (µV); it is never more than half of the range."""
    spread = 0.5 * (seen.highest - seen.lowest)
    for column in np.flatnonzero(spread < 10 * limit):
        spread[column] = seen.values[:, column].std()
    under: Array = spread < limit
    return under


def _stuck(seen: Seen) -> Array:
    least = max(FEWEST_STUCK, round(STUCK_SECONDS * seen.columns.rate)) - 1
    stuck = np.zeros(len(seen.repeats), bool)
    for column in np.flatnonzero((seen.repeats >= least) & ~seen.still):
        x = seen.values[:, column]
        longest = _longest(x[1:] == x[:-1])
        elsewhere = (seen.repeats[column] - longest) / max(1, len(x) - 1 - longest)
        stuck[column] = longest >= least and elsewhere < COARSE
    return stuck


def _longest(same: Array) -> int:
    breaks = np.flatnonzero(~same)
    edges = np.concatenate([[-1], breaks, [len(same)]])
    return int(np.diff(edges).max()) - 1
