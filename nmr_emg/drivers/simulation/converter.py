"""The converter of a board: from µV at a high rate to counts at the board's rate."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from nmr_emg.drivers.simulation.window import Signal

GAIN = 24
LSB = 4.5 / GAIN / (2**23 - 1) * 1e6
"""µV per count of an ADS1299 at gain 24 (datasheet SBAS499, reference 4.5 V)."""

FULL_SCALE = 4.5 / GAIN * 1e6
"""Its rails (µV)."""

TOP, BOTTOM = 2**23 - 1, -(2**23)


def sinc3(factor: int) -> Signal:
    """Impulse response of the ADS1299's decimator: three boxcars of `factor` samples one after the other.

    Its gain is |sin(π·factor·f) / (factor·sin(π·f))|³ at f cycles a sample (datasheet SBAS499).

    >>> sinc3(2) * 8
    array([1., 3., 3., 1.])
    """
    box = np.full(factor, 1 / factor)
    taps: Signal = np.convolve(np.convolve(box, box), box)
    return taps


def antialias(factor: int) -> Signal:
    """Impulse response of a clean decimator: flat to 0.45 of the new rate, 60 dB down from 0.55 of it.

    It is symmetric and rings up to 18 samples to either side of a step, ever more faintly.
    """
    taps, beta = signal.kaiserord(60.0, 0.1 * 2 / factor)
    response: Signal = signal.firwin(taps | 1, 1.0 / factor, window=("kaiser", beta))
    return response


def decimator(taps: Signal, factor: int) -> Callable[[Signal], Signal]:
    """A function that filters by `taps` and keeps one sample in `factor`, fed in whole multiples of it.

    Each sample that comes out sits on the first sample of its `factor`: it weighs that one and those before.
    """
    held = np.zeros(-(-(len(taps) - 1) // factor) * factor)

    def decimate(samples: Signal) -> Signal:
        nonlocal held
        whole = np.concatenate([held, samples])
        out: Signal = signal.upfirdn(taps, whole, down=factor)
        first = len(held) // factor
        held = whole[len(whole) - len(held) :]
        return out[first : first + len(samples) // factor]

    return decimate


def counts(microvolts: Signal) -> NDArray[np.int32]:
    """Whole counts, stopped at the rails.

    >>> counts(np.array([0.0, 1.0, 1e9, -1e9]))
    array([       0,       45,  8388607, -8388608], dtype=int32)
    """
    return np.clip(np.rint(microvolts / LSB), BOTTOM, TOP).astype(np.int32)
