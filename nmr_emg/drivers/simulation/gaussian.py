"""Surface EMG as filtered Gaussian noise."""

from collections.abc import Callable
from functools import lru_cache
from math import pi, sqrt
from typing import TypeAlias

import numpy as np
from scipy import signal

from nmr_emg.drivers.simulation.window import Signal

LOW_HZ, HIGH_HZ = 60.0, 120.0
"""Corner frequencies f_l and f_h of the spectrum (Hz)."""

BAND = (20.0, 450.0)
"""Band (Hz) in which amplitudes are stated."""

Emg: TypeAlias = Callable[[Signal, float], Signal]
"""From drive (share of 100 %) and conduction velocity (share of fresh) to EMG of RMS 1 at 100 % in `BAND`."""


def spectrum(frequency: Signal, velocity: float = 1.0) -> Signal:
    """Power density of surface EMG at some frequencies (Hz), up to a factor.

    `f_h⁴ f² / ((f² + f_l²)(f² + f_h²)²)`: Stulen & De Luca 1981, IEEE Trans Biomed Eng 28:515–523, after
    Shwedyk, Balasubramanian & Scott 1977, IEEE Trans Biomed Eng 24:417–424. A lower conduction velocity
    shrinks it along the frequency axis.

    >>> density = spectrum(np.arange(1.0, 500.0))
    >>> float(np.argmax(density) + 1)
    65.0
    """
    square, low, high = frequency**2, (LOW_HZ * velocity) ** 2, (HIGH_HZ * velocity) ** 2
    density: Signal = high**2 * square / ((square + low) * (square + high) ** 2)
    return density


@lru_cache(maxsize=1024)
def shaping(rate: float, velocity: float = 1.0) -> Signal:
    """The filter (second-order sections) that gives white noise of RMS 1 the EMG spectrum and RMS 1 in `BAND`.

    It is the bilinear transform of `H(s) = ω_h² s / ((s + ω_l)(s + ω_h)²)`.

    Args:
        rate: samples a second that it runs at (Hz).
        velocity: conduction velocity, as a share of the fresh muscle's.
    """
    low, high = 2 * pi * LOW_HZ * velocity, 2 * pi * HIGH_HZ * velocity
    zeros, poles, gain = signal.bilinear_zpk([0.0], [-low, -high, -high], 1.0, rate)
    sections: Signal = signal.zpk2sos(zeros, poles, float(gain))
    _, response = signal.sosfreqz(sections, np.arange(BAND[0] + 0.5, BAND[1], 1.0), fs=rate)
    sections[0, :3] /= sqrt(float(np.sum(np.abs(response) ** 2)) * 2 / rate)
    return sections


def gaussian(rate: float, random: np.random.Generator) -> Emg:
    """EMG as white Gaussian noise through `shaping`, times the drive. It begins settled."""
    state = np.zeros((2, 2))
    _, state = signal.sosfilt(shaping(rate), random.standard_normal(round(0.1 * rate)), zi=state)

    def emg(drive: Signal, velocity: float) -> Signal:
        nonlocal state
        white = random.standard_normal(len(drive))
        carrier, state = signal.sosfilt(shaping(rate, round(velocity, 4)), white, zi=state)
        product: Signal = carrier * drive
        return product

    return emg
