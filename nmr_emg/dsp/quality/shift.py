"""Jumps of the baseline: an electrode that was touched, pulled or pops."""

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level
from nmr_emg.dsp.quality.slow import moving_means

SUDDEN = 0.03
"""Means over so long (s) are compared, one right after the other."""
LASTING = 0.25
"""And means over so long, to see whether it stays (s)."""
PAST = 2
"""How far back a jump is compared with what else there was (s)."""
HEIGHT = 50.0
"""Smallest jump, in RMS of the rest."""
ALONE = 2.5
"""How many times it must stand out from every other edge: beats and contractions come in numbers."""
STAYS = 0.3
"""Share of it that must still be there a quarter of a second later."""


def shift(seen: Seen, _: Limits) -> Levels:
    """Warn of one sudden step, between half a second after the last look and half a second ago."""
    rate = seen.slow.rate
    x = seen.slow.last(PAST + 1)
    verdict = level(warn=np.zeros(x.shape[1], bool))
    sudden, lasting = max(2, round(SUDDEN * rate)), round(LASTING * rate)
    first, last = len(x) - round(1.5 * rate), len(x) - round(0.5 * rate)
    if first < 2 * lasting:
        verdict[:] = UNKNOWN
        return verdict
    means = moving_means(x - x[0], sudden)
    edges = np.abs(means[sudden:] - means[:-sudden])
    new = edges[first - sudden : last - sudden]
    place = first + new.argmax(axis=0)
    for column in np.flatnonzero((new.max(axis=0) > HEIGHT * seen.rest) & seen.raw & (seen.rest > 0)):
        at = int(place[column])
        verdict[column] = _is_jump(x[:, column], edges[:, column], at - sudden, at, lasting)
    verdict[seen.blanked] = UNKNOWN
    return verdict


def _is_jump(x: Array, edges: Array, edge: int, at: int, lasting: int) -> bool:
    others = np.concatenate([edges[: max(0, edge - lasting)], edges[edge + lasting :]])
    if edges[edge] < ALONE * others.max(initial=0.0):
        return False
    parts = [x[at + i * lasting : at + (i + 1) * lasting].mean() for i in (-2, -1, 0, 1)]
    stays = abs((parts[2] - parts[1]) - 0.5 * ((parts[1] - parts[0]) + (parts[3] - parts[2])))
    return bool(stays > STAYS * edges[edge])
