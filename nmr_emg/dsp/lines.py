"""The lines that the mains draw into a spectrum, tracked in the stream: one frequency, and amplitudes on every channel."""

from dataclasses import dataclass
from math import ceil, pi
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.continuity import Floats

Complexes: TypeAlias = NDArray[np.complex128]

HOP = 0.1
"""Lines are measured anew this often (s), in Hann windows twice as long."""
LOWEST = 20.0
"""Lines that fold to below this, or to within a bin of the Nyquist frequency, are left alone (Hz)."""
BESIDE = 3
"""This many bins from a line, a Hann window does not show the line any more: there lies the noise."""
FADING = 0.01
"""Share by which an amplitude may wander from hop to hop."""
WANDERING = 2 * pi * 0.003
"""By how much the frequency may wander from hop to hop (rad/s)."""
FARTHEST = 2 * pi * 2.0
"""How far the frequency may lie from its nominal value (rad/s)."""
UNCERTAIN = (2 * pi * 0.3) ** 2
"""Variance of the frequency before it was measured (rad²/s²)."""
UNKNOWN = 1e12
"""Variance of an amplitude that was never measured (µV²)."""
ALIAS = 0.3
"""An aliased harmonic that falls on another line is at first taken for at most this share of the fundamental."""
SURPRISE = 14.0
"""Two hops in a row that miss by the same vector, this much in variances: the line itself has changed."""
LEAST = 1e-30
"""Power (µV²) under which nothing counts: some boards send exact zeros."""
STANDS_OUT = 4.0
"""An amplitude counts as far as its square is over this many of its variances."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Where the harmonics of a mains frequency show in the spectrum of one window.

    Harmonics over the Nyquist frequency fold back, and turn the other way: at 250 Hz the third of 50 Hz shows at
    100 Hz, as order −3. Of these the second and the odd ones below the rate are followed; the others are weak, and
    what lies higher the converter took.
    """

    hop: int
    rate: float
    nominal: float
    orders: Floats
    bins: NDArray[np.intp]
    beside: NDArray[np.intp]
    together: Floats
    alone: Floats

    @classmethod
    def of(cls, frequency: float, rate: float, harmonics: int) -> "Lines":
        """The lines of one mains frequency at a rate; none if it does not fit below the Nyquist frequency.

        >>> Lines.of(50, 250, 9).orders.ravel(), Lines.of(60, 250, 9).bins * 5
        (array([ 1.,  2., -3.]), array([ 60, 120,  70]))
        """
        hop = max(8, round(HOP * rate))
        spacing = rate / (2 * hop)
        found = []
        for order in range(1, harmonics + 1):
            turned = (order * frequency) % rate
            over = turned > rate / 2
            shown = min(turned, rate - turned)
            followed = order * frequency < rate and (not over or order == 2 or order % 2)
            if followed and LOWEST <= shown <= rate / 2 - spacing:
                found.append((-order if over else order, round(shown / spacing)))
        if not found or found[0][0] != 1:
            found = []
        bins = np.array([b for _, b in found], np.intp)
        near = np.abs(bins[:, np.newaxis] - bins) <= 1
        beside = [_beside(int(b), bins, range(ceil(0.75 * LOWEST / spacing), hop)) for b in bins]
        return cls(
            hop=hop,
            rate=rate,
            nominal=2 * pi * frequency,
            orders=np.array([[float(k)] for k, _ in found]).reshape(-1, 1),
            bins=bins,
            beside=np.array(beside, np.intp).reshape(-1, 4),
            together=near[:, :, np.newaxis].astype(float),
            alone=((near.sum(axis=1) == 1) | (np.arange(len(bins)) == 0)).astype(float)[:, np.newaxis],
        )


def _beside(line: int, lines: NDArray[np.intp], band: range) -> list[int]:
    """The four bins nearest to a line in which no line shows; fewer, repeated, where a low rate has no more."""
    for apart in range(BESIDE, -1, -1):
        free = [b for b in band if np.abs(lines - b).min() >= apart]
        if free:
            break
    return (sorted(free, key=lambda b: (abs(b - line), b)) * 4)[:4]


class Tracker:
    """A Kalman filter of every line's complex amplitude on every channel, and one of their common frequency.

    The noise is measured beside each line in the same window, so that a burst of EMG hardly moves an amplitude. An
    amplitude may wander by `FADING` a hop. When two windows in a row miss by the same vector, the line itself has
    changed, and is learnt anew.
    """

    def __init__(self, lines: Lines, columns: int, frequency: float | None = None) -> None:
        shape = len(lines.orders), columns
        self._lines = lines
        self._shared = bool(lines.together.sum() > len(lines.orders))
        self._turns = 1j * lines.orders * (np.arange(lines.hop) / lines.rate)
        self._step = lines.hop / lines.rate
        self._amplitude: Complexes = np.zeros(shape, complex)
        self._power = np.zeros(shape)
        self._variance = np.full(shape, UNKNOWN)
        self._noise = np.zeros(shape)
        self._surprise: Complexes = np.zeros(shape, complex)
        self._measured = False
        self._phase = 0.0
        self._frequency = lines.nominal if frequency is None else frequency
        self._spread = (0.0, 0.0, UNCERTAIN)
        self._waves: Complexes = np.exp(self._turns * self._frequency)

    @property
    def frequency(self) -> float:
        """Of the fundamental (rad/s)."""
        return self._frequency

    def learn(self, spectrum: Complexes, noise: Floats, subtracted: Complexes) -> None:
        """Take one window in.

        Args:
            spectrum: of the window after subtraction, its phases counted from the window's centre and scaled so that
                a line shows its amplitude, (bins, columns).
            noise: variance of such an amplitude beside each line, (lines, columns).
            subtracted: the amplitudes that were subtracted meanwhile (lines, columns).
        """
        centre = self._waves[:, :1]
        self.go_on()
        self._noise = noise = np.maximum(noise, 0.5 * self._noise) + LEAST
        missed = self._turned(self._missed(spectrum, subtracted, centre), noise)
        variance = self._variance
        expected = noise + self._pooled(variance)
        told = missed / np.sqrt(expected)
        agreed = (told * self._surprise).real
        self._surprise = told.conj()
        if agreed.max() > SURPRISE:
            variance = np.where(agreed > SURPRISE, variance + agreed * noise, variance)
        if not self._measured:
            self._measured = True
            variance = np.where(self._lines.alone > 0, variance, ALIAS**2 * _square(missed[:1]))
        beside = noise + (self._pooled(variance) - variance)
        gain = variance / (beside + variance)
        self._amplitude = self._amplitude + gain * missed
        self._power = _square(self._amplitude)
        # Not `variance - gain * variance`: of a variance that is not known yet, nothing right would be left.
        self._variance = gain * beside

    def go_on(self) -> None:
        """Let a hop pass, without a window to learn from."""
        step = self._step
        self._phase += self._frequency * step
        a, b, c = self._spread
        self._spread = (
            a + 2 * step * b + step**2 * c + 1e-6,
            b + step * c,
            min(c + WANDERING**2, 3 * UNCERTAIN),
        )
        self._variance = self._variance + FADING**2 * self._power

    def counted(self) -> tuple[Complexes, Floats]:
        """The amplitudes, each as far as it stands out of its own uncertainty, and the power of that (µV²).

        Shapes: (lines, columns) and (columns,).
        """
        share = np.maximum(1.0 - STANDS_OUT * self._variance / (self._power + LEAST), 0.0)
        return share * self._amplitude, np.add.reduce(share * self._power, axis=0) / 2

    def waves(self, amplitudes: Complexes) -> Floats:
        """The next hop of the hum, (hop, columns)."""
        turned = self.turn()[:, :, np.newaxis]
        hum = turned.real * amplitudes.real[:, np.newaxis] - turned.imag * amplitudes.imag[:, np.newaxis]
        return np.asarray(np.add.reduce(hum, axis=0))

    def turn(self) -> Complexes:
        """Go on to the next hop: its unit waves, (lines, hop)."""
        self._waves = np.exp(1j * self._phase * self._lines.orders + self._turns * self._frequency)
        return self._waves

    def _missed(self, spectrum: Complexes, subtracted: Complexes, centre: Complexes) -> Complexes:
        """What each line differs by from its amplitude; lines that fall together show one difference between them."""
        ahead = (subtracted - self._amplitude) * centre
        if self._shared:
            ahead = np.add.reduce(self._lines.together * ahead, axis=1)
        return np.asarray((spectrum[self._lines.bins] + ahead) * centre.conj())

    def _pooled(self, variance: Floats) -> Floats:
        if not self._shared:
            return variance
        return np.asarray(np.add.reduce(self._lines.together * variance, axis=1))

    def _turned(self, missed: Complexes, noise: Floats) -> Complexes:
        """Correct phase and frequency by what all lines tell of them; the rest of what was missed."""
        lines = self._lines
        lever = lines.orders * lines.alone * (self._power > STANDS_OUT * self._variance)
        lever /= noise + self._variance
        information = 2.0 * float((lever * self._power * lines.orders).sum())
        if not information > 0:
            return missed
        across = float((lever * (self._amplitude.conj() * missed).imag).sum())
        angle = max(-1.0, min(1.0, 2.0 * across / information))
        a, b, c = self._spread
        step = self._step
        # The window's centre lies one hop back.
        to_phase, to_frequency = a - step * b, b - step * c
        total = to_phase - step * to_frequency + 1 / information
        to_phase, to_frequency = to_phase / total, to_frequency / total
        self._spread = (
            a - to_phase * (a - step * b),
            b - to_phase * (b - step * c),
            c - to_frequency * (b - step * c),
        )
        self._phase = (self._phase + to_phase * angle) % (2 * pi)
        wanted = self._frequency + to_frequency * angle
        self._frequency = max(lines.nominal - FARTHEST, min(lines.nominal + FARTHEST, wanted))
        shift = (to_phase - step * to_frequency) * angle
        return np.asarray(missed - 1j * shift * lines.orders * self._amplitude)


def _square(x: Complexes) -> Floats:
    return np.asarray(x.real * x.real + x.imag * x.imag)
