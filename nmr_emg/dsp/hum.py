"""The mains out of the EMG by subtraction: their frequency is followed, and nothing else is taken away."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from nmr_emg.allowed import between, frequencies
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.bandpass import upper_edge
from nmr_emg.dsp.blanking import MASK
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.lines import LEAST, LOWEST, Complexes, Lines, Tracker
from nmr_emg.errors import ConfigError
from nmr_emg.stage import Process

FEWEST = 3
"""Windows that must have been seen before anything is subtracted."""
JUDGED = 5
"""Every so many hops it is judged which channels are cleaned, ..."""
MEMORY = 40
"""... by the quiet ones of so many judgements."""
FLAT = 1e-6
"""Range (µV) of a channel that does not change; exact zero but for rounding."""
PATIENCE = 20
"""Hops that hum is predicted for while nothing can be learnt, because the stream is masked."""
BETTER = 2.0
"""Another mains frequency is followed instead when it stands out this many times more ..."""
SEEN = 4.0
"""... and this many times over what lies beside it."""


@dataclass(frozen=True, slots=True)
class Hum:
    """Rewrite the track `emg` without mains hum, in µV. Off while `mains` is empty.

    Frequency, amplitudes and phases are measured in Hann windows of 0.2 s every 0.1 s and predicted for the next
    0.1 s: so nothing is delayed, nothing rings after a contraction, and no EMG is taken out of the band. The first
    0.4 s after the start and after a gap over 10 ms pass as they are.

    A channel is cleaned only while its EMG stands less than `guard` dB over its hum (3 dB more until it is left alone
    again): beyond that, subtraction adds more than it takes (Abser et al. 2011, CMBES Proceedings
    34). Channels whose board already sends an envelope or a rectified signal pass unchanged.

    Args:
        mains: frequencies (Hz) that the wall may have; of two the one that stands out is followed, within 2 Hz.
        harmonics: highest harmonic that is followed; those over the Nyquist frequency where they fold to.
        guard: ratio of EMG to hum (dB).
    """

    mains: tuple[float, ...] = ()
    harmonics: int = 9
    guard: float = 9.0

    def __post_init__(self) -> None:
        frequencies(mains=self.mains)
        between(0, 100, guard=self.guard)
        if self.harmonics not in range(1, 41):
            raise ConfigError(f"harmonics is {self.harmonics!r}; it must be a whole number from 1 to 40")

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        raw = [column for column, i in enumerate(info.emg) if info.channels[i].kind == "raw"]
        wanted = [Lines.of(f, info.rate, self.harmonics) for f in self.mains]
        choices = [one for one in wanted if len(one.orders)]
        if not raw or not choices:
            return lambda block: block
        every = len(raw) == len(info.emg)
        hops = _Hops(self, choices, len(raw))

        def process(block: Block) -> Block:
            if not bridged(block.lost, info.rate):
                hops.restart()
            emg = block["emg"]
            cleaned = hops(emg if every else emg[:, raw], block.lost, block.tracks.get(MASK))
            if cleaned is None:
                return block
            if not every:
                whole = emg.copy()
                whole[:, raw] = cleaned
                cleaned = whole
            return block.with_tracks(emg=cleaned)

        return process


class _Hops:
    """Cut the stream into hops, subtract the predicted hum, and learn from what is left."""

    def __init__(self, settings: Hum, choices: list[Lines], columns: int) -> None:
        hop = choices[0].hop
        rate = choices[0].rate
        # The newer half of a window comes first: so phases count from its centre.
        taper = 0.5 + 0.5 * np.cos(np.pi * np.arange(2 * hop) / hop)
        self._choices = choices
        self._chosen = 0
        self._columns = columns
        self._hop = hop
        self._taper = (2 * taper / taper.sum())[:, np.newaxis]
        self._band = hop / 3 * (upper_edge(rate) - LOWEST) / (rate / 2)
        self._guard = 10 ** (settings.guard / 10)
        self._frequency: float | None = None
        self.restart()

    def restart(self) -> None:
        """Forget everything but which mains it is, and its frequency."""
        self._window = np.zeros((2 * self._hop, self._columns))
        self._hum: Floats | None = None
        self._rows = 0
        self._full = False
        self._spoilt = 0
        self._coasted = 0
        self._last = np.zeros(self._columns)
        self._quiet = np.zeros(self._columns)
        self._count = 0
        self._scores = np.zeros(len(self._choices))
        self._follow(self._chosen)

    def _follow(self, chosen: int) -> None:
        self._frequency = self._frequency if chosen == self._chosen else None
        self._chosen = chosen
        self._tracker = Tracker(self._choices[chosen], self._columns, self._frequency)
        nothing: Complexes = np.zeros((len(self._choices[chosen].orders), self._columns), complex)
        self._subtracted = nothing, nothing
        self._open, self._some, self._all = np.zeros(self._columns), False, False
        self._seen = 0

    def __call__(self, x: Floats, lost: int, mask: Array | None) -> Floats | None:
        """The rows without hum, or `None` if they hold none."""
        for _ in range(lost if self._full or self._rows else 0):
            self._take(self._last[np.newaxis])
        cleaned = None
        done = 0
        while done < len(x):
            rows = min(self._hop - self._rows, len(x) - done)
            part = x[done : done + rows]
            if self._hum is not None:
                if cleaned is None:
                    cleaned = x.copy()
                part = np.subtract(
                    part, self._hum[self._rows : self._rows + rows], out=cleaned[done : done + rows]
                )
            if mask is not None and mask[done : done + rows].any():
                self._spoilt = 2
            self._take(part)
            done += rows
        if len(x):
            self._last = (x if cleaned is None else cleaned)[-1].copy()
        return cleaned

    def _take(self, cleaned: Floats) -> None:
        self._window[self._rows : self._rows + len(cleaned)] = cleaned
        self._rows += len(cleaned)
        if self._rows == self._hop:
            self._rows = 0
            self._hop_over()
            self._window[self._hop :] = self._window[: self._hop]

    def _hop_over(self) -> None:
        if not self._full:
            self._full = True
        elif self._spoilt:
            self._coast()
        else:
            self._coasted = 0
            self._learn()
        self._spoilt = max(0, self._spoilt - 1)

    def _coast(self) -> None:
        """Predict on without the window: part of it is masked."""
        self._coasted += 1
        if self._coasted > PATIENCE:
            self.restart()
            return
        self._tracker.go_on()
        self._predict(None)

    def _learn(self) -> None:
        spectrum = np.fft.rfft(self._window * self._taper, axis=0)
        powers = spectrum.real**2 + spectrum.imag**2
        noise = self._beside(powers)
        if not isfinite(noise.sum()):
            self.restart()
            return
        if len(self._choices) > 1 and not self._some and self._choose(powers):
            noise = self._beside(powers)
        before, now = self._subtracted
        self._tracker.learn(spectrum, noise, 0.5 * (before + now))
        self._frequency = self._tracker.frequency
        self._predict(noise)

    def _beside(self, powers: Floats) -> Floats:
        beside = self._choices[self._chosen].beside
        return np.asarray(np.add.reduce(powers[beside], axis=1) / beside.shape[1])

    def _predict(self, noise: Floats | None) -> None:
        tracker, now = self._tracker, self._subtracted[1]
        counted, power = tracker.counted()
        before = self._open
        if noise is not None:
            self._judge(noise, power)
        if not self._some and self._open is before:
            tracker.turn()
            self._subtracted = now, np.zeros_like(counted)
            self._hum = None
            return
        self._hum = tracker.waves(counted)
        if self._open is not before:
            rising = np.arange(1, self._hop + 1)[:, np.newaxis] / self._hop
            self._hum *= before + (self._open - before) * rising
            counted = counted * (0.5 * (before + self._open))
        elif not self._all:
            self._hum *= self._open
            counted = counted * self._open
        self._subtracted = now, counted

    def _judge(self, noise: Floats, power: Floats) -> None:
        """Open the channels whose hum stands out, and close the others."""
        self._seen += 1
        if (self._seen - FEWEST) % JUDGED:
            return
        self._count = min(self._count + 1, MEMORY)
        emg = self._band * np.add.reduce(noise, axis=0) / len(noise)
        self._quiet = self._quiet + (1 / (emg + LEAST) - self._quiet) / self._count
        most = np.where(self._open > 0, 2 * self._guard, self._guard)
        opened = ((most * power * self._quiet > 1) & ~self._flat()).astype(float)
        if (opened != self._open).any():
            self._open, self._some, self._all = opened, bool(opened.any()), bool(opened.all())

    def _flat(self) -> NDArray[np.bool_]:
        """Channels that do not change at all as they come in: their lead is off."""
        newest = self._window[: self._hop]
        came = newest if self._hum is None else newest + self._hum
        return np.asarray(came.max(axis=0) - came.min(axis=0) < FLAT)

    def _choose(self, powers: Floats) -> bool:
        """Whether another mains frequency than the one so far stands out."""
        found = [
            float(np.minimum(powers[c.bins[0]] / (powers[c.beside[0]].mean(axis=0) + LEAST), 50).mean())
            for c in self._choices
        ]
        share = 0.1 if self._scores.any() else 1.0
        self._scores = self._scores + share * (np.array(found) - self._scores)
        best = int(self._scores.argmax())
        if best == self._chosen or self._scores[best] < max(SEEN, BETTER * self._scores[self._chosen]):
            return False
        self._follow(best)
        return True
