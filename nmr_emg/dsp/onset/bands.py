"""Short filters that split EMG into bands without ringing."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nmr_emg.dsp.bandpass import upper_edge
from nmr_emg.dsp.compiled import compiled
from nmr_emg.dsp.continuity import Floats, bridged

LOW_RATE = 400.0
"""Below this rate (Hz) the filters are a few fixed taps."""
LARGEST = 1e9
"""Nothing is larger (µV)."""
SHORT, LONG = 0.006, 0.015
"""Moving means (s) whose differences are the bands: short minus long, and the signal minus short."""
SIGNATURE = "void(float64[:,::1], float64[:,::1], float64[:,::1], float64[:,:,::1], intp)"
FEW = (
    (-0.25, 0.25, 0.25, -0.25, 0.0),
    (-1 / 3, 2 / 3, -1 / 3, 0.0, 0.0),
    (0.125, -0.5, 0.75, -0.5, 0.125),
)
"""Taps below `LOW_RATE`, the newest sample first."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Finite filters for one rate, each with two zeros at 0 Hz or more.

    What a filter of a few milliseconds has seen is gone a few milliseconds later: an electrode that pops, or a blow
    against a lead, leaves no tail, as it does behind a recursive filter. Drift and slow movement pass none of them.

    Args:
        taps: (bands, length), the newest sample first.
        freedom: degrees of freedom that one sample of each band adds, (bands,).
        gain: EMG to white noise in each band, as a multiple of the ratio between 20 Hz and the upper edge, (bands,); for
            the spectrum of Stulen & De Luca 1981, IEEE Trans Biomed Eng 28:515–523.
        delay: samples by which the bands lag.
        sharing: share of the lowest band's excess that the highest one has at least, in EMG.
    """

    taps: Floats
    freedom: Floats
    gain: Floats
    delay: float
    sharing: float


@lru_cache(maxsize=16)
def bands(rate: float) -> Bands:
    """The bands at a rate: two, or three under 400 Hz.

    >>> bands(1000.0).taps.shape, bands(250.0).taps.shape
    ((2, 15), (3, 5))
    >>> abs(bands(2000.0).taps.sum(axis=1)).max() < 1e-12
    np.True_
    """
    if rate < LOW_RATE:
        freedom = np.array([0.36, 0.32, 0.28])
        return Bands(np.array(FEW), freedom, np.array([1.07, 0.9, 0.85]), 1.5, 0.6)
    short, long = _odd(SHORT * rate), _odd(LONG * rate)
    taps = np.zeros((2, long))
    middle = slice((long - short) // 2, (long + short) // 2)
    taps[0] -= 1 / long
    taps[0, middle] += 1 / short
    taps[1, middle] -= 1 / short
    taps[1, long // 2] += 1
    high = max(0.1 * rate, upper_edge(rate) - 150)
    return Bands(taps, 2 / rate * np.array([100.0, high]), np.array([2.5, 0.35]), (long - 1) / 2, 0.13)


class Split:
    """Rows of µV in, squares of every band out, (bands, rows, columns)."""

    def __init__(self, rate: float, columns: int) -> None:
        self._rate = rate
        self._bands = bands(rate)
        self._length = self._bands.taps.shape[1]
        self._run = self._few if rate < LOW_RATE else self._means
        self._short = _odd(SHORT * rate)
        self._columns = columns
        self._kernel = compiled(differences, SIGNATURE) if rate >= LOW_RATE else None
        self._begun = False
        self._begin(np.zeros(columns))

    def _begin(self, first: Floats) -> None:
        self._zero = first.copy()
        self._past = np.zeros((self._length, self._columns))
        self._sums = np.zeros((self._length + 1, self._columns))

    def __call__(self, emg: Floats, lost: int) -> Floats:
        """Squares; a gap over 10 ms starts anew, a shorter one holds the last sample."""
        if not len(emg):
            return np.zeros((len(self._bands.taps), 0, self._columns))
        emg = _sane(emg)
        if not self._begun or not bridged(lost, self._rate):
            self._begin(emg[0])
        elif lost:
            self._run(np.repeat(self._past[-1:], lost, axis=0))
        self._begun = True
        y = self._run(np.ascontiguousarray(emg - self._zero))
        return np.multiply(y, y, out=y)

    def _few(self, new: Floats) -> Floats:
        x = np.concatenate([self._past, new])
        self._past = x[-self._length :]
        a, b, c, d, e = (x[5 - k : len(x) - k] for k in range(5))
        y = np.empty((3, *new.shape))
        np.divide((b - a) + (c - d), 4, out=y[0])
        np.divide((b - a) + (b - c), 3, out=y[1])
        np.divide((a + e) - 4 * (b + d) + 6 * c, 8, out=y[2])
        return y

    def _means(self, new: Floats) -> Floats:
        """Means as differences of one running sum, which is carried, so that no cutting changes it."""
        long, short, rows = self._length, self._short, len(new)
        if self._kernel is not None:
            x, sums = np.empty((long + rows, self._columns)), np.empty((long + 1 + rows, self._columns))
            x[:long], sums[: long + 1] = self._past, self._sums
            y = np.empty((2, rows, self._columns))
            self._kernel(new, x, sums, y, short)
            self._past, self._sums = x[-long:], sums[-long - 1 :]
            return y
        ahead = (long - short) // 2
        x = np.concatenate([self._past, new])
        sums = np.concatenate([self._sums, new])
        np.add.accumulate(sums[long:], axis=0, out=sums[long:])
        self._past, self._sums = x[-long:], sums[-long - 1 :]
        last = len(sums) - ahead
        near = sums[last - rows : last] - sums[last - rows - short : last - short]
        near /= short
        far = sums[-rows:] - sums[-rows - long : -long]
        far /= long
        y = np.empty((2, *new.shape))
        np.subtract(near, far, out=y[0])
        middle = len(x) - long // 2
        np.subtract(x[middle - rows : middle], near, out=y[1])
        return y


def differences(new: Floats, x: Floats, sums: Floats, y: Floats, short: int) -> None:
    """The bands of new rows, as differences of means, in plain loops.

    Args:
        new: rows (rows, columns).
        x: the rows before them, as many as the long mean has, and place for the new ones.
        sums: their running sums and one more before, and place for the new ones.
        y: the bands, written, (2, rows, columns).
        short: rows of the short mean.
    """
    long = x.shape[0] - new.shape[0]
    ahead, half = (long - short) // 2, long // 2
    for n in range(new.shape[0]):
        for c in range(new.shape[1]):
            x[long + n, c] = new[n, c]
            sums[long + 1 + n, c] = sums[long + n, c] + new[n, c]
            last = long + 1 + n - ahead
            near = (sums[last, c] - sums[last - short, c]) / short
            y[0, n, c] = near - (sums[long + 1 + n, c] - sums[1 + n, c]) / long
            y[1, n, c] = x[long + n - half, c] - near


def _odd(count: float) -> int:
    whole = max(3, round(count))
    return whole if whole % 2 else whole + 1


def _sane(x: Floats) -> Floats:
    """What is not a number as 0 µV, and nothing over a kilovolt: one such sample would spoil a running sum for good."""
    if np.abs(x).max() < LARGEST:
        return x
    return np.clip(np.where(np.isfinite(x), x, 0.0), -LARGEST, LARGEST)
