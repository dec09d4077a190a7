"""The power at rest in every band by which onsets are decided, over a whole recording."""

import numpy as np

from nmr_emg.analysis.histogram import Histogram
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.continuity import bridged
from nmr_emg.dsp.onset.bands import Split, bands
from nmr_emg.dsp.onset.floor import SHARE, unbiased, window_length
from nmr_emg.dsp.tumbling import tumbling
from nmr_emg.dsp.usable import usable


class Quiet:
    """A sink that measures what `Activation` would learn of a recording if it knew all of it beforehand.

    As there, in windows of 0.25 s in which nothing is active, of which a low quantile is taken.
    """

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        self._raw = [column for column, i in enumerate(info.emg) if info.channels[i].kind == "raw"]
        self._bands = bands(info.rate)
        self._length = window_length(info.rate)
        self._found = [[Histogram() for _ in self._bands.taps] for _ in self._raw]
        self._restart()

    def _restart(self) -> None:
        count = len(self._raw)
        self._split = Split(self._info.rate, count)
        self._feed = tumbling(self._length, (len(self._bands.taps) + 1) * count)

    def write(self, block: Block) -> None:
        """Measure one block."""
        if not self._raw or not block.rows:
            return
        if not bridged(block.lost, self._info.rate):
            self._restart()
        squares = self._split(block["emg"][:, self._raw], block.lost)
        spoiled = (block["active"] | ~usable(block, len(self._info.emg)))[:, self._raw]
        for _, window in self._feed(np.concatenate([*squares, spoiled], axis=1)):
            if window is not None:
                self._take(window)

    def _take(self, window: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> None:
        power = np.sqrt(window.mean(axis=0)).reshape(-1, len(self._raw))
        for column, held in enumerate(self._found):
            if not power[-1, column]:
                for band, histogram in enumerate(held):
                    histogram.add(power[band, column : column + 1])

    def powers(self) -> dict[str, list[float]]:
        """µV² of every band by label; channels without a quiet window are left out."""
        factors = unbiased(self._bands.freedom, self._length)
        told = {}
        for column, held in zip(self._raw, self._found, strict=True):
            levels = [histogram.quantile(SHARE) for histogram in held]
            if all(level is not None and level > 0 for level in levels):
                label = self._info.channels[self._info.emg[column]].label
                told[label] = [float(u * (x or 0) ** 2) for u, x in zip(factors, levels, strict=True)]
        return told
