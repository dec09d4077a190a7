"""The spectrum of every channel while its muscle is active."""

from collections import deque
from math import inf

import numpy as np

from nmr_emg.analysis.frames import Frames, Growing
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.spectral import fatigue_index, low_share, mean_frequency, median_frequency, periodogram
from nmr_emg.dsp.spectral.live import BUSY
from nmr_emg.dsp.tumbling import tumbling
from nmr_emg.dsp.usable import usable
from nmr_emg.stage import Chain

HOPS = 4
"""A window is one second long, and one ends every quarter of a second."""
MOTION = 0.15
"""Share of the power under 20 Hz, before the high-pass, from which on a fatigue index is not trusted."""


def band_of(chain: Chain, rate: float) -> tuple[float, float]:
    """Edges (Hz) of the band that a chain lets through."""
    found = next((one for one in chain.stages if isinstance(one, Bandpass)), None)
    return found.edges(rate) if found else (0.0, rate / 2)


class Spectrum:
    """A sink that takes one-second periodograms (Hann) of `filtered` wherever a channel is active, settled and not bad.

    A reference contraction has a force of its own, so it is part of the whole spectrum but not of the windows.

    Args:
        info: the stream.
        band: edges (Hz) between which moments are taken.
    """

    def __init__(self, info: StreamInfo, band: tuple[float, float]) -> None:
        self._info, self.band = info, band
        self._columns = len(info.emg)
        self._hop = max(4, round(info.rate / HOPS))
        self.length = HOPS * self._hop
        self._resolution = info.rate / self.length
        self._power = np.zeros((self.length // 2 + 1, self._columns))
        self._found = [Growing() for _ in info.emg]
        self._reference = (inf, -inf)
        self._restart()

    def _restart(self) -> None:
        self._feed = tumbling(self._hop, HOPS * self._columns)
        self._hops: deque[Array] = deque(maxlen=HOPS)

    def write(self, block: Block) -> None:
        """Add one block."""
        if not bridged(block.lost, self._info.rate):
            self._restart()
        self._listen(block)
        rows = [block["emg"], block["filtered"], block["active"], usable(block, self._columns)]
        for last, hop in self._feed(np.concatenate(rows, axis=1)):
            if hop is None:
                continue
            self._hops.append(hop.copy())
            if len(self._hops) == HOPS:
                self._take(np.concatenate(self._hops), block.start + last)

    def close(self) -> None:
        """Nothing to do."""

    def _listen(self, block: Block) -> None:
        """Note from where to where the newest reference trial lies."""
        for event in block.events:
            if event.kind == "trial" and event.data.get("name") == "reference":
                begun = event.data.get("edge") == "start"
                self._reference = (event.index, inf) if begun else (self._reference[0], event.index)

    def _take(self, window: Floats, stop: int) -> None:
        emg, filtered, active, counting = np.split(window, 4, axis=1)
        share = active.mean(axis=0)
        busy = np.flatnonzero((share >= BUSY) & counting.all(axis=0))
        if not len(busy):
            return
        power = periodogram(filtered[:, busy], self._info.rate)
        self._power[:, busy] += power
        if stop > self._reference[0] and stop - self.length < self._reference[1]:
            return
        at = (power, self._resolution, *self.band)
        index = fatigue_index(*at)
        index[~(low_share(emg[:, busy], self._info.rate, self.band[1]) <= MOTION)] = np.nan
        rms = np.sqrt(np.square(filtered[:, busy]).mean(axis=0))
        numbers = (share[busy], rms, median_frequency(*at), mean_frequency(*at), index)
        for column, row in zip(busy, np.stack(numbers, axis=1).tolist(), strict=True):
            self._found[column].add(stop - self.length / 2, *row)

    def mdf(self, column: int) -> float | None:
        """Median frequency over all that was active (Hz)."""
        found = float(median_frequency(self._power[:, column], self._resolution, *self.band))
        return round(found, 2) if np.isfinite(found) else None

    def frames(self, column: int) -> Frames:
        """A channel's windows."""
        return self._found[column].frames(self.length)
