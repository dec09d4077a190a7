"""Heartbeats in the signal."""

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seen import Seen, level
from nmr_emg.dsp.quality.slow import moving_means

SECONDS = 6
AT_A_TIME = 8
"""Channels looked at each second, the next ones in the next: a heart beats in all of them."""
LEAST = 100.0
"""Lowest rate (Hz) at which a beat can be told."""
SHORT, LONG = 0.024, 0.2
"""A mean over `SHORT` s less one over `LONG` s: about 4 to 20 Hz, where a QRS complex stands out."""
FASTEST, SLOWEST = 1 / 3, 1.5
"""From beat to beat (s): 180 to 40 a minute."""
BEATS = 4
STRAY = 3
"""Pulses between the beats that are let pass."""
UNEVEN = 0.25
"""Largest coefficient of variation of the intervals."""
QUIET = 0.4
"""Most that 95 % of what lies between the beats may reach, as a share of a beat."""
HALF = 0.6
"""Of what only one sample in a hundred exceeds: about half a beat's height, and once for each beat."""
ALIKE = 0.8
"""Smallest median correlation of the beats with their mean: a muscle never repeats itself so."""
AROUND = 0.08
"""What is compared, to either side of a beat (s)."""
NEAR = 0.12
"""What lies further than that from every beat lies between them (s)."""
SAME_HEIGHT = 0.18
"""Largest coefficient of variation of the beats' heights: steps and strides scatter more."""


def heartbeat(seen: Seen, _: Limits) -> Levels:
    """Warn of at least four even, narrow pulses of one height and one shape within six seconds."""
    rate, columns = seen.slow.rate, len(seen.rest)
    verdict = np.full(columns, UNKNOWN, np.uint8)
    if rate < LEAST or seen.slow.seconds < 3 or not columns:
        return verdict
    first = seen.number * AT_A_TIME % (-(-columns // AT_A_TIME) * AT_A_TIME)
    looked = slice(first, min(first + AT_A_TIME, columns))
    y = _between(seen.slow.last(SECONDS, looked), rate)
    verdict[looked] = level(warn=_pulsing(y, rate) | _pulsing(-y, rate))
    verdict[~seen.raw] = 0
    return verdict


def _between(x: Array, rate: float) -> Array:
    """About 4 to 20 Hz."""
    short, long = max(1, round(SHORT * rate)), round(LONG * rate)
    x = x - x[0]
    means = moving_means(x, long)
    between: Array = moving_means(x, short)[(long - short) // 2 :][: len(means)] - means
    return between


def _pulsing(y: Array, rate: float) -> Array:
    top = -np.partition(-y, len(y) // 100, axis=0)[len(y) // 100]
    over = y > HALF * top
    begins = over[1:] & ~over[:-1]
    count = np.count_nonzero(begins, axis=0)
    found = np.zeros(y.shape[1], bool)
    for column in np.flatnonzero((count >= BEATS) & (count <= SECONDS / FASTEST) & (top > 0)):
        found[column] = _beats(y[:, column], np.flatnonzero(begins[:, column]) + 1, rate)
    return found


def _beats(y: Array, begins: Array, rate: float) -> bool:
    least = round(0.9 * FASTEST * rate)
    if np.count_nonzero(begins[1:] - begins[:-1] < least) > STRAY:
        return False
    ends = np.minimum(begins + round(AROUND * rate), len(y))
    places = np.array([a + int(y[a:b].argmax()) for a, b in zip(begins.tolist(), ends.tolist(), strict=True)])
    places = _apart(y, places, least)
    heights, intervals = y[places], np.diff(places) / rate
    return bool(
        len(places) >= BEATS
        and intervals.min() >= 0.9 * FASTEST
        and intervals.max() <= SLOWEST
        and intervals.std() <= UNEVEN * intervals.mean()
        and heights.std() <= SAME_HEIGHT * heights.mean()
        and _quiet_between(y, places, round(NEAR * rate))
        and _alike(y, places, round(AROUND * rate))
    )


def _apart(y: Array, places: Array, least: int) -> Array:
    """Without up to `STRAY` pulses that come too soon before or after a higher one."""
    for _ in range(STRAY):
        near = int(np.diff(places).argmin())
        if places[near + 1] - places[near] >= least:
            break
        places = np.delete(places, near + int(y[places[near]] > y[places[near + 1]]))
    return places


def _quiet_between(y: Array, places: Array, near: int) -> bool:
    between = np.abs(np.arange(len(y))[:, np.newaxis] - places).min(axis=1) > near
    if not between.any():
        return False
    return bool(np.quantile(np.abs(y[between]), 0.95) < QUIET * np.median(y[places]))


def _alike(y: Array, places: Array, around: int) -> bool:
    whole = [p for p in places.tolist() if p - around >= 0 and p + around < len(y)]
    if len(whole) < BEATS - 1:
        return False
    beats = np.array([y[p - around : p + around + 1] for p in whole])
    beats -= beats.mean(axis=1, keepdims=True)
    shape = beats.mean(axis=0)
    likeness = (beats * shape).sum(axis=1) / np.sqrt(np.square(beats).sum(axis=1) * np.square(shape).sum())
    return bool(np.median(likeness) > ALIKE)
