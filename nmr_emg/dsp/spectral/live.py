"""The median frequency of each working muscle as it goes, for a trend on the screen."""

from collections import deque
from dataclasses import dataclass
from math import nan

import numpy as np

from nmr_emg.allowed import above, between
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.bandpass import upper_edge
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.spectral.moments import median_frequency
from nmr_emg.dsp.spectral.power import periodogram
from nmr_emg.dsp.tumbling import tumbling
from nmr_emg.dsp.usable import usable
from nmr_emg.errors import ConfigError
from nmr_emg.stage import Process

NARROWEST = 100.0
"""A band that ends below this (Hz) carries no spectrum of the EMG."""
BUSY = 0.5
"""Share of a window that has to be active."""


@dataclass(frozen=True, slots=True)
class Spectral:
    """Write the track `mdf`: the median frequency of `filtered` over the last seconds of activity, in Hz, (rows, EMG channels).

    Every window that is active for at least half, and there settled, not blanked and not of bad quality, gives one
    median frequency (Hann), and the track is the mean of the newest few of them: it moves once a window, holds while
    the muscle rests, and is NaN before the first activity, for channels that are not raw, and where the band ends
    below 100 Hz. One window alone scatters by some 8 Hz, so read it as a trend, and only while load and posture stay
    the same.

    It is not part of a profile's usual chain; a file of your own may add it after `activation`; what is bad is left out
    if it comes after `quality`.

    Args:
        window: length of a window (s).
        average: how many windows of activity are averaged.
        low: lower edge of the band (Hz).
        high: its upper edge (Hz); `None` takes that of the usual band-pass.
    """

    window: float = 1.0
    average: int = 10
    low: float = 20.0
    high: float | None = None

    def __post_init__(self) -> None:
        between(0.25, 10, window=self.window)
        if type(self.average) is not int or not 1 <= self.average <= 600:
            raise ConfigError(f"average is {self.average!r}; it must be a whole number from 1 to 600")
        above(0, low=self.low)
        if self.high is not None:
            above(0, high=self.high)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        length = max(16, round(self.window * info.rate))
        columns = len(info.emg)
        high = upper_edge(info.rate) if self.high is None else self.high
        carried = np.array([info.channels[i].kind == "raw" and high >= NARROWEST for i in info.emg], bool)
        kept: list[deque[float]] = [deque(maxlen=self.average) for _ in info.emg]
        feed = tumbling(length, 2 * columns)
        level = np.full((1, columns), nan)

        def take(window: Floats) -> None:
            busy = window[:, columns:].mean(axis=0) >= BUSY
            power = periodogram(window[:, :columns], info.rate)
            found = median_frequency(power, info.rate / length, self.low, high)
            for column in np.flatnonzero(busy & carried & np.isfinite(found)):
                kept[column].append(float(found[column]))
                level[0, column] = sum(kept[column]) / len(kept[column])

        def process(block: Block) -> Block:
            nonlocal feed
            if not bridged(block.lost, info.rate):
                feed = tumbling(length, 2 * columns)
            mdf = np.empty((block.rows, columns))
            first = 0
            active = block["active"] & usable(block, columns)
            for last, window in feed(np.concatenate([block["filtered"], active], axis=1)):
                mdf[first:last] = level
                first = last
                if window is not None:
                    take(window)
            return block.with_tracks(mdf=mdf)

        return process
