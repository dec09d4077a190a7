"""The spectrum of a model surface EMG, what of it an instrument records, and how long a filter delays it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import signal

from nmr_emg.dsp.continuity import Floats

Power: TypeAlias = Callable[[Floats], Floats]

LOW = 60.0
HIGH = 120.0
"""The model's corners (Hz)."""
WHOLE = (20.0, 450.0)
"""The band of a laboratory amplifier (Hz)."""
STEP = 0.01
"""Integrals are sums of this many Hz a term."""
FOLDS = 8
"""Aliases are counted from so many multiples of the rate."""


def emg_power(f: Floats) -> Floats:
    """Power density of the model EMG at frequencies `f` (Hz), 1 at its peak near 65 Hz.

    P(f) ∝ f_h⁴ f² / [(f² + f_l²)(f² + f_h²)²] with f_l = 60 and f_h = 120 Hz (Stulen & De Luca 1981, IEEE Trans Biomed
    Eng 28:515–523).

    >>> emg_power(np.array([0.0, 60.0, 450.0])).round(3)
    array([0.   , 0.991, 0.013])
    """
    return np.asarray(_shape(np.square(np.asarray(f, float))) / _PEAK)


def _shape(squared: Floats) -> Floats:
    return np.asarray(HIGH**4 * squared / ((squared + LOW**2) * np.square(squared + HIGH**2)))


_PEAK = float(_shape(np.square(np.arange(0, 200, STEP))).max())


def sinc(f: Floats, rate: float, inner: float, order: int = 1) -> Floats:
    """Amplitude response at `f` (Hz) of `order` moving averages that make `rate` samples a second of `inner`.

    |sin(πNf/f_in) / (N sin(πf/f_in))|^order with N = `inner` / `rate`, 1 at 0 Hz. With order 3 it is the decimator of the
    ADS1299, whose modulator runs at 1.024 MHz (TI datasheet SBAS499).

    >>> (20 * np.log10(sinc(np.array([20.0, 65.5, 115.0]), 250, 1.024e6, 3))).round(2)
    array([-0.27, -3.01, -9.8 ])
    """
    turn = np.pi * np.asarray(f, float) / inner
    below = np.sin(turn) * inner / rate
    whole = np.abs(below) < 1e-12
    return np.asarray(
        np.abs(np.where(whole, 1.0, np.sin(turn * inner / rate) / np.where(whole, 1.0, below))) ** order
    )


def recorded(gain: Power, rate: float) -> Power:
    """Power density of the model EMG in samples taken at `rate`, of what a filter of amplitude `gain` let through.

    What lies above half of the rate is folded into the band below.
    """

    def folded(f: Floats) -> Floats:
        images = [abs(k * rate + sign * f) for k in range(FOLDS) for sign in ((1, -1) if k else (1,))]
        return np.asarray(sum(emg_power(image) * np.square(gain(image)) for image in images))

    return folded


@dataclass(frozen=True, slots=True)
class Band:
    """What lies between two frequencies of a spectrum.

    Args:
        low: lower edge (Hz).
        high: upper edge (Hz).
        power: the spectrum; the model EMG unless given.

    >>> cyton = Band(20, 115, recorded(lambda f: sinc(f, 250, 1.024e6, 3), 250))
    >>> round(cyton.share, 3), round(cyton.amplitude, 3), round(cyton.median, 1), round(cyton.bandwidth, 1)
    (0.293, 0.541, 54.9, 78.5)
    """

    low: float
    high: float
    power: Power = emg_power

    @property
    def share(self) -> float:
        """Its power as a share of what a 20–450 Hz amplifier records."""
        return float(self.density().sum() / Band(*WHOLE).density().sum())

    @property
    def amplitude(self) -> float:
        """Its RMS as a share of what a 20–450 Hz amplifier reports."""
        return float(np.sqrt(self.share))

    @property
    def median(self) -> float:
        """Its median frequency (Hz)."""
        total = np.add.accumulate(self.density())
        return float(np.interp(total[-1] / 2, total, self.frequencies() + STEP / 2))

    @property
    def bandwidth(self) -> float:
        """Its statistical bandwidth (Hz), (∫P)²/∫P² (Bendat & Piersol 2010, ch. 8)."""
        density = self.density()
        return float(STEP * density.sum() ** 2 / np.square(density).sum())

    def frequencies(self) -> Floats:
        """Middles of the steps that are summed (Hz)."""
        return np.arange(self.low + STEP / 2, self.high, STEP)

    def density(self) -> Floats:
        """Power density at each of `frequencies`."""
        return self.power(self.frequencies())


def weighted_delay(sos: Floats, rate: float, low: float, high: float, power: Power = emg_power) -> float:
    """How long a filter delays EMG (s): its group delay from `low` to `high` Hz, weighted with the power that comes out.

    That is where the energy of a short burst lies on average. A notch is best left out of `sos`: it keeps back only what
    is within its own width, for as long as it rings.

    Args:
        sos: second-order sections, (sections, 6).
        rate: samples a second (Hz).
        low: lower edge of what is weighted (Hz).
        high: upper edge (Hz).
        power: the spectrum that goes in; the model EMG unless given.

    >>> band = signal.butter(4, [20, 450], "bandpass", fs=1000, output="sos")
    >>> round(1000 * weighted_delay(band, 1000, 20, 450), 1)
    2.5
    """
    f = np.arange(low, high, 0.1)
    turn = np.exp(-2j * np.pi * f / rate)
    delay = sum(_samples(one[:3], turn) - _samples(one[3:], turn) for one in sos)
    weight = power(f) * np.square(np.abs(signal.sosfreqz(sos, f, fs=rate)[1]))
    return float((delay * weight).sum() / weight.sum() / rate)


def _samples(coefficients: Floats, turn: Floats) -> Floats:
    """Group delay of a polynomial in z⁻¹ (samples)."""
    ramped = np.polyval((coefficients * np.arange(len(coefficients)))[::-1], turn)
    return np.asarray(np.real(ramped / np.polyval(coefficients[::-1], turn)))
