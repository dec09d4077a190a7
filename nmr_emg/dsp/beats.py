"""Heart beats found among the EMG: regular peaks between 6 and 18 Hz."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from scipy import signal

from nmr_emg.dsp.continuity import Floats, carried_filter
from nmr_emg.dsp.tumbling import tumbling

BAND = (6.0, 18.0)
"""Where the QRS complex stands out, of muscles and of movement (Hz); 5–15 Hz in Pan & Tompkins 1985, IEEE Trans Biomed Eng 32:230–236."""
RATES = (40.0, 180.0)
"""Beats a minute that a heart makes."""
FRAME = 0.02
"""Peaks are looked for this often (s)."""
AROUND = 8
"""A peak stands above this many frames before and after it."""
NEAR = 3
"""The waves of a QRS lie within so many frames."""
KEPT = 10
"""Peaks of a channel that are remembered."""
SHARE = 0.5
"""A peak counts from this share of the usual height on, ..."""
FORGETTING = 2.0
"""... which halves every so many seconds without one."""
ALIKE = (0.5, 2.0)
"""Heights of beats, as shares of the usual one."""
REGULAR = 0.15
"""Intervals within this share of their median are regular."""
MOST = 0.7
"""Share of the intervals that must be regular."""
STRAY = 0.25
"""A beat that comes so many intervals off the beat is none, ..."""
LOST = 3.5
"""... unless there was none for so many."""
OUTSTANDING = 3.5
"""Peaks stand so many times over the usual RMS."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A beat that was recognised.

    Args:
        ago: how many samples ago its R wave was.
        interval: the usual interval (samples).
    """

    ago: float
    interval: float


class Beats:
    """Find the beats of one heart on several channels; the one on which they stand out most leads."""

    def __init__(self, rate: float, columns: int) -> None:
        self._sos = signal.butter(2, BAND, "bandpass", fs=rate, output="sos")
        self._frame = max(2, round(FRAME * rate))
        self._rate = rate
        self._columns = columns
        self._delay = _delay(self._sos, rate)
        self.restart()

    def restart(self) -> None:
        """Forget everything: the stream was interrupted."""
        self._run = carried_filter(self._sos, self._rate)
        self._feed = tumbling(self._frame, self._columns)
        self._around = np.zeros(((2 * AROUND + 1) * self._frame, self._columns))
        self._channels = [_Channel(self._rate) for _ in range(self._columns)]
        self._rows = 0
        self._last = -np.inf

    def feed(self, x: Floats, lost: int) -> Iterator[tuple[int, Beat]]:
        """The beats recognised in rows (rows, columns), each with the row at which that was."""
        done = 0
        for last, window in self._feed(self._run(x, lost)):
            self._rows += last - done
            done = last
            if window is None:
                continue
            self._around = np.concatenate([self._around[self._frame :], window])
            for beat in self._look():
                yield last - 1, beat

    def _look(self) -> list[Beat]:
        size = self._frame
        loud = np.abs(self._around)
        centre = loud[AROUND * size : (AROUND + 1) * size]
        top = centre.max(axis=0)
        for channel, square in zip(self._channels, np.square(centre).mean(axis=0).tolist(), strict=True):
            channel.hear(square, size)
        peaks = np.flatnonzero((top >= loud.max(axis=0)) & (top > 0)).tolist()
        if not peaks:
            return []
        for c in peaks:
            self._take(c, AROUND * size + int(centre[:, c].argmax()))
        leader = self._channels[max(peaks, key=lambda c: self._channels[c].standing)]
        if not leader.regular or leader.standing < max(one.standing for one in self._channels) / 2:
            return []
        return [Beat(self._rows - 1 - p + self._delay, leader.interval) for p in self._new(leader)]

    def _new(self, leader: "_Channel") -> Iterator[float]:
        """The leader's peaks that are on the beat and were not told; once it is regular, those from before too."""
        for place in leader.alike:
            turns = (place - self._last) / leader.interval
            if turns < 0.5 or (turns < LOST and abs(turns - round(turns)) > STRAY):
                continue
            self._last = place
            yield place

    def _take(self, column: int, at: int) -> None:
        """Date a peak by the wave that has the channel's usual sign: both waves of a QRS can be the larger one."""
        wave = self._around[:, column]
        channel = self._channels[column]
        height = float(wave[at])
        if channel.sign:
            near = max(1, at - NEAR * self._frame)
            at = near + int((channel.sign * wave[near : at + NEAR * self._frame + 1]).argmax())
        place = self._rows - len(wave) + at + _vertex(np.sign(wave[at]) * wave[at - 1 : at + 2])
        channel.take(place, height)


class _Channel:
    """What one channel's peaks say."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._kept: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._signs: deque[float] = deque(maxlen=KEPT)
        self._usual = 0.0
        self._power = 0.0
        self._heard = 0
        self.newest = -np.inf
        self.alike: list[float] = []
        self.sign = 0.0
        self.interval = 0.0
        self.regular = False

    @property
    def standing(self) -> float:
        """How far regular beats stand over the rest; 0 for none."""
        return self._usual / (self._power**0.5 + 1e-12) if self.regular else 0.0

    def hear(self, square: float, rows: int) -> None:
        """Take in the power of a frame, over about three seconds; what stands out counts for little."""
        self._heard += rows
        if self._heard > self._rate:
            square = min(square, 4 * self._power + 1e-6)
        self._power += (square - self._power) * max(rows / self._heard, rows / (3 * self._rate))

    def take(self, place: float, height: float) -> None:
        """Take in a peak that is the highest around, or the lowest."""
        signed, height = height, abs(height)
        quiet = (place - self.newest) / self._rate
        if quiet < 30 / RATES[1]:
            return
        if height < SHARE * self._usual * 0.5 ** (min(quiet, 60.0) / FORGETTING if self._kept else 0):
            return
        self.newest = place
        self._kept.append((place, height))
        self._signs.append(signed)
        self.sign = float(np.sign(sum(self._signs)))
        self._usual = median(h for _, h in self._kept)
        self._judge()

    def _judge(self) -> None:
        low, high = (share * self._usual for share in ALIKE)
        self.alike = [place for place, height in self._kept if low <= height <= high]
        gaps = [b - a for a, b in pairwise(self.alike)]
        self.regular = False
        if len(gaps) < 4 or self.alike[-1] != self.newest:
            return
        self.interval = median(gaps)
        steady = sum(abs(g - self.interval) <= REGULAR * self.interval for g in gaps)
        per_minute = 60 * self._rate / self.interval
        self.regular = (
            steady >= MOST * len(gaps)
            and RATES[0] <= per_minute <= RATES[1]
            and self._usual > OUTSTANDING * self._power**0.5
        )


def _delay(sos: Floats, rate: float) -> float:
    """By how many samples the filter delays the top of an R wave (10 ms of standard deviation)."""
    second = np.arange(round(rate)) / rate
    wave = np.exp(-0.5 * ((second - 0.5) / 0.01) ** 2)
    at = int(np.abs(passed := signal.sosfilt(sos, wave)).argmax())
    return at + _vertex(passed[at - 1 : at + 2]) - 0.5 * rate


def _vertex(around: Floats) -> float:
    """How far from the middle one of three samples the parabola through them has its top."""
    if len(around) < 3:
        return 0.0
    left, middle, right = (float(v) for v in around)
    bend = left - 2 * middle + right
    return 0.5 * (left - right) / bend if bend < 0 else 0.0
