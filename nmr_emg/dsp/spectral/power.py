"""The power spectrum of one window."""

from functools import lru_cache

import numpy as np

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.spectral.moments import moment

MOTION = (2.0, 20.0)
"""Cables and skin that move have their power here (Hz), surface EMG has little of its own."""


def periodogram(x: Floats, rate: float) -> Floats:
    """One-sided power density (unit²/Hz) of a window under a Hann taper, (lines, …) from (samples, …).

    Lines lie `rate / samples` Hz apart, from 0 Hz on. Nothing is subtracted and nothing padded. Like the others, the
    first and the last line hold the density at their place, of which only one half lies inside the spectrum.

    >>> t = np.arange(1000) / 1000
    >>> int(periodogram(np.sin(2 * np.pi * 80 * t), 1000).argmax())
    80
    """
    taper = _hann(len(x)).reshape(-1, *[1] * (x.ndim - 1))
    # One shape a window length: the transform of a column may not depend on how many stand beside it.
    lines = np.fft.rfft(np.ascontiguousarray(np.moveaxis(x * taper, 0, -1)), axis=-1)
    power = np.square(lines.real) + np.square(lines.imag)
    return np.asarray(np.moveaxis(power, -1, 0) * (2 / (rate * np.square(_hann(len(x))).sum())))


def low_share(x: Floats, rate: float, high: float) -> Floats:
    """Share of the power from 2 Hz to `high` that lies under 20 Hz, where motion is and EMG is not, (…) from (samples, …).

    `x` is the signal before any high-pass, (samples, …); its straight line is taken off first, so that an electrode's
    offset that drifts evenly does not count. NaN where there is no power.

    >>> rng = np.random.default_rng(1)
    >>> bool(low_share(np.linspace(0, 1e4, 1000) + rng.standard_normal(1000), 1000, 450) < 0.1)
    True
    """
    power = periodogram(_level(x), rate)
    resolution = rate / len(x)
    low, edge = MOTION
    whole = moment(power, resolution, 0, low, high)
    share = np.full(np.shape(whole), np.nan)
    np.divide(moment(power, resolution, 0, low, min(edge, high)), whole, out=share, where=whole > 0)
    return share


def _level(x: Floats) -> Floats:
    """What is left of the columns without their least-squares lines."""
    turn = (np.arange(len(x)) - (len(x) - 1) / 2).reshape(-1, *[1] * (x.ndim - 1))
    slope = (turn * x).sum(axis=0) / np.square(turn).sum()
    return np.asarray(x - x.mean(axis=0) - slope * turn)


@lru_cache(maxsize=16)
def _hann(length: int) -> Floats:
    taper = np.square(np.sin(np.pi * np.arange(length) / length))
    taper.flags.writeable = False
    return np.asarray(taper)
