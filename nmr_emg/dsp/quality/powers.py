"""The powers of one second in the bands and lines that tell a muscle from what disturbs it."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy import signal

from nmr_emg.block import Array
from nmr_emg.dsp.bandpass import upper_edge

SLOWEST, LOW = 4.0, 20.0
"""Movement is looked for in between (Hz); what is slower is drift, which no high-pass lets through."""
HARMONICS = 5
POOLED = 4
"""How many seconds are taken together: one alone scatters too much."""
CHANCE = 2.5
"""A line must stand out from its neighbours so many times in power, twice that in a single second."""


@dataclass(frozen=True, slots=True, eq=False)
class Powers:
    """Mean powers (µV²) of the newest seconds of one sort, one value a channel.

    Args:
        known: whether there was such a second among the last four, the newest included.
        low: 4 to 20 Hz, before any filter.
        band: 20 Hz to the upper edge, before any filter.
        hum: the louder mains frequency with its harmonics, before any filter.
        filtered: all of `filtered`.
        low_left: of it below 20 Hz.
        hum_left: of it in the mains lines.
    """

    known: Array
    low: Array
    band: Array
    hum: Array
    filtered: Array
    low_left: Array
    hum_left: Array


class Spectrum:
    """Powers of windows of one length: Hann periodograms, in which a sine of RMS a has the power a²."""

    def __init__(self, length: int, rate: float, mains: tuple[float, ...]) -> None:
        self._taper = signal.windows.hann(length, sym=False)[:, np.newaxis]
        self._scale = 2 / (length * np.square(self._taper).sum())
        self._time = np.arange(length) - (length - 1) / 2
        self._ramp = np.fft.rfft(self._time[:, np.newaxis] * self._taper, axis=0)
        width = rate / length
        bins = length // 2 + 1
        top = min(bins, round(upper_edge(rate) / width) + 1)
        self._low = slice(round(SLOWEST / width), round(LOW / width))
        self._band = slice(round(LOW / width), top)
        self._lines = [line for f in mains if (line := _Line(f, width, top)).exists]

    def before(self, x: Array, slow: Array) -> list[Array]:
        """Low, band and two of each mains line, of a window as it came; its trend is taken off, as the slow signal has it."""
        every = len(x) // len(slow)
        time = self._time.reshape(-1, every).mean(axis=1)[:, np.newaxis]
        slope = (slow * time).sum(axis=0) / np.square(time).sum()
        power = self._power(x, slope)
        return [power[self._low].sum(axis=0), power[self._band].sum(axis=0), *self._hums(power)]

    def after(self, x: Array) -> list[Array]:
        """All, low and two of each mains line, of a filtered window."""
        power = self._power(x)
        return [power.sum(axis=0), power[: self._low.stop].sum(axis=0), *self._hums(power)]

    def _power(self, x: Array, slope: Array | None = None) -> Array:
        """A mean needs no removing: the taper lets none of it past the first two bins."""
        turned = np.fft.rfft(x * self._taper, axis=0)
        if slope is not None:
            turned[: self._band.start] -= self._ramp[: self._band.start] * slope
        power: Array = np.square(turned.real)
        power += np.square(turned.imag)
        power *= self._scale
        return power

    def _hums(self, power: Array) -> list[Array]:
        return [one for line in self._lines for one in line.of(power)]


class _Line:
    """A mains frequency and its harmonics in a spectrum: what stands out from the bins beside."""

    def __init__(self, frequency: float, width: float, top: int) -> None:
        own: list[int] = []
        beside: list[int] = []
        for k in range(1, HARMONICS + 1):
            middle, reach = round(k * frequency / width), 1 if k < 3 else 2
            if middle + 7 > top:
                break
            own += range(middle - reach, middle + reach + 1)
            beside += [*range(middle - 6, middle - 2), *range(middle + 3, middle + 7)]
        self.exists = bool(own)
        self._own, self._beside = own, beside
        self._share = len(own) / max(1, len(beside))

    def of(self, power: Array) -> list[Array]:
        """The power in its bins, and what would be there if it were not."""
        return [power[self._own].sum(axis=0), power[self._beside].sum(axis=0) * self._share]


class Pool:
    """The newest seconds, each counted for the channels that were at rest, or at work, in it.

    >>> pool = Pool(1)
    >>> for second in (1.0, 3.0):
    ...     pool.add([np.array([second])] * 4, np.array([True]))
    >>> pool.mean().band
    array([2.])
    """

    def __init__(self, columns: int, seconds: int = POOLED) -> None:
        self._columns = columns
        self._held: deque[tuple[Array, Array]] = deque(maxlen=seconds)

    def forget(self) -> None:
        """Begin anew."""
        self._held.clear()

    def add(self, powers: list[Array], counts: Array) -> None:
        """Take one second: low, band, filtered, low left, then the lines before and the lines left."""
        self._held.append((np.where(counts, np.array(powers), 0.0), counts))

    def mean(self) -> Powers:
        """The mean over the seconds that count."""
        if not self._held:
            nothing = np.zeros(self._columns)
            return Powers(np.zeros(self._columns, bool), *[nothing] * 6)
        count = np.zeros(self._columns)
        total = np.zeros_like(self._held[0][0])
        for powers, counts in self._held:
            total += powers
            count += counts
        low, band, filtered, low_left, *lines = total / np.maximum(count, 1)
        half = len(lines) // 2
        least = CHANCE * (1 + 1 / np.maximum(count, 1))
        known = self._held[-1][1]
        hum, left = _loudest(lines[:half], least), _loudest(lines[half:], least)
        return Powers(known, low, band, hum, filtered, low_left, left)


def _loudest(lines: list[Array], least: Array) -> Array:
    """Of the lines that stand out, the one that does so most."""
    loudest = np.zeros(len(least))
    for own, chance in zip(lines[::2], lines[1::2], strict=True):
        loudest = np.maximum(loudest, np.where(own > least * chance, own - chance, 0.0))
    return loudest
