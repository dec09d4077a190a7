"""What a column of numbers looks like: raw EMG, rectified EMG or an envelope."""

from dataclasses import dataclass
from math import cos, pi

import numpy as np

from nmr_emg.block import Kind
from nmr_emg.framing.lines.many import Floats

SLOWEST_RAW = 100.0
"""Lines a second below which nothing of surface EMG is left but its envelope (Hz)."""
SLOW = 15.0
"""What changes more slowly than this is no raw EMG (Hz)."""
BITS = (10, 12, 14, 16)
"""Bits that converters of such boards have."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a column looks like.

    Args:
        kind: of its channel.
        centre: where zero lies in the converter's range: 0.5 in its middle, 0 at its bottom or for signed values.
        why: in words.
    """

    kind: Kind
    centre: float
    why: str


def look_at(values: Floats, rate: float) -> Look:
    """What a column looks like, at `rate` lines a second (Hz)."""
    if rate < SLOWEST_RAW:
        return Look("envelope", 0.0, f"{rate:g} lines a second are too few for raw EMG")
    low, high = float(values.min()), float(values.max())
    if low < -0.05 * max(high, -low):
        return Look("raw", 0.0, "it swings round zero")
    full, spread = full_range(values), float(values.std())
    slow = _is_slow(values, rate)
    if 0.3 <= float(np.median(values)) / full <= 0.7 and not (slow and spread > 0.1 * full):
        return Look("raw", 0.5, "it swings round the middle of the converter's range")
    if slow:
        return Look("envelope", 0.0, "it changes slowly")
    if low <= 0.1 * spread and float(values.mean()) < 2 * spread:
        return Look("rectified", 0.0, "it is one-sided and changes fast")
    return Look("envelope", 0.0, "it is one-sided")


def full_range(values: Floats) -> float:
    """The converter's range: of a power of two for whole numbers, 5 or 3.3 V for volts."""
    high = float(np.abs(values).max())
    if is_whole(values):
        return float(1 << bits_of(values))
    return 3.3 if high <= 3.3 else max(5.0, high)


def bits_of(values: Floats) -> int:
    """The fewest bits of a usual converter that hold the values."""
    high = float(np.abs(values).max())
    return next((bits for bits in BITS if high < 1 << bits), BITS[-1])


def is_whole(values: Floats) -> bool:
    """Whether all are whole numbers."""
    return bool((values == np.rint(values)).all())


def _is_slow(values: Floats, rate: float) -> bool:
    """By the mean square of successive differences over the variance, of a sine 2(1 − cos(2πf/rate)).

    Von Neumann (1941), Distribution of the ratio of the mean square successive difference to the variance.
    """
    spread = float(values.var())
    if spread <= 0:
        return False
    return float(np.mean(np.diff(values) ** 2)) / spread < 2 * (1 - cos(2 * pi * SLOW / rate))
