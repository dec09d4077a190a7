"""Low-pass filters for rectified signals, and the threshold on what they leave."""

import numpy as np
from scipy import signal

from nmr_emg.dsp.continuity import Floats

ORDER = 2


def zero_phase(values: Floats, cutoff: float, rate: float) -> Floats:
    """A Butterworth low-pass of order 2, run forwards and backwards; nothing is delayed."""
    if cutoff >= rate / 2:
        return values
    sos = signal.butter(ORDER, cutoff, fs=rate, output="sos")
    longest = min(len(values) - 1, round(3 * rate / cutoff))
    return np.asarray(signal.sosfiltfilt(sos, values, padtype="even", padlen=longest))


def causal(values: Floats, cutoff: float, rate: float, before: float) -> Floats:
    """A causal Butterworth low-pass of order 2; before the first value there was always `before`."""
    if cutoff >= rate / 2:
        return values
    sos = signal.butter(ORDER, cutoff, fs=rate, output="sos")
    smooth, _ = signal.sosfilt(sos, values, zi=signal.sosfilt_zi(sos) * before)
    return np.asarray(smooth)


def over(quiet: Floats, deviations: float) -> float:
    """The threshold µ + h·s of what is quiet.

    >>> over(np.array([1.0, 3.0]), 3)
    5.0
    """
    return float(quiet.mean() + deviations * quiet.std())
