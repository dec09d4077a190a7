"""Median frequency while a muscle is active, and its trend."""

from typing import Any

import numpy as np
from scipy import stats

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import bridged
from nmr_emg.dsp.tumbling import tumbling

FEWEST = 8
SHORTEST = 20.0
"""A trend takes at least this many active seconds, over at least this long (s)."""


def median_frequency(power: Array, resolution: float) -> float:
    """Frequency (Hz) below which half of the power lies, linear between bins.

    >>> median_frequency(np.ones(101), 5.0)
    250.0
    """
    edges = np.concatenate([[0.0], np.cumsum(power)])
    frequencies = (np.arange(len(edges)) - 0.5) * resolution
    return float(np.interp(edges[-1] / 2, edges, frequencies))


class Spectrum:
    """A sink that collects one-second periodograms (Hann) of `filtered` wherever a channel is mostly active."""

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        self._length = max(16, round(info.rate))
        self._columns = len(info.emg)
        self._window = np.hanning(self._length)[:, np.newaxis]
        self._power = np.zeros((self._length // 2 + 1, self._columns))
        self._trend: list[list[tuple[float, float]]] = [[] for _ in info.emg]
        self._restart()

    def _restart(self) -> None:
        self._feed = tumbling(self._length, 2 * self._columns)

    def write(self, block: Block) -> None:
        """Add one block."""
        if not bridged(block.lost, self._info.rate):
            self._restart()
        usable = block["active"] & ~block["settling"]
        for last, window in self._feed(np.concatenate([block["filtered"], usable], axis=1)):
            if window is not None:
                self._take(window, block.start + last)

    def close(self) -> None:
        """Nothing to do."""

    def _take(self, window: Array, index: int) -> None:
        busy = np.flatnonzero(window[:, self._columns :].mean(axis=0) >= 0.5)
        if not len(busy):
            return
        power = np.square(np.abs(np.fft.rfft(window[:, busy] * self._window, axis=0)))
        self._power[:, busy] += power
        resolution = self._info.rate / self._length
        for column, one in zip(busy, power.T, strict=True):
            self._trend[column].append((index / self._info.rate, median_frequency(one, resolution)))

    def mdf(self, column: int) -> float | None:
        """Median frequency over all active seconds (Hz)."""
        if not self._trend[column]:
            return None
        return round(median_frequency(self._power[:, column], self._info.rate / self._length), 2)

    def fatigue(self, column: int) -> dict[str, Any]:
        """Trend of the median frequency: Theil–Sen slope in % of its start a second, with a 95 % interval."""
        points = np.array(self._trend[column])
        if len(points) < FEWEST or np.ptp(points[:, 0]) < SHORTEST:
            reason = f"needs {FEWEST} active seconds over {SHORTEST:g} s; there are {len(points)}"
            return {
                "mdf_start_hz": None,
                "slope_percent_s": None,
                "ci": None,
                "windows": len(points),
                "reason": reason,
            }
        time = points[:, 0] - points[0, 0]
        slope, start, low, high = stats.theilslopes(points[:, 1], time)
        scale = 100 / start
        return {
            "mdf_start_hz": round(float(start), 2),
            "slope_percent_s": round(float(slope * scale), 5),
            "ci": [round(float(low * scale), 5), round(float(high * scale), 5)],
            "windows": len(points),
            "reason": None,
        }
