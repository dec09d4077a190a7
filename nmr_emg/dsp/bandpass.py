"""The band of the EMG that a sampling rate can carry, without the mains."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from nmr_emg.allowed import above, frequencies
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, carried_filter
from nmr_emg.dsp.ringing import ringing
from nmr_emg.errors import ConfigError
from nmr_emg.stage import Process

HIGHEST = 450.0
SHARE = 0.46
"""Where no upper edge is set it is 450 Hz, or this share of the rate if that is lower."""


def upper_edge(rate: float) -> float:
    """Upper edge (Hz) of the band at a sampling rate.

    >>> upper_edge(2000), upper_edge(500)
    (450.0, 230.0)
    """
    return min(HIGHEST, SHARE * rate)


@dataclass(frozen=True, slots=True)
class Bandpass:
    """Write the tracks `filtered` and `ringing`. `filtered` is `emg` in its band and without mains hum, in µV, (rows, EMG channels).

    A causal Butterworth band-pass, and a notch at every mains frequency and each of its harmonics in the band, all
    as wide as the first. Two mains frequencies cost about 9 % of the EMG's power, 5 % of its amplitude, and nobody
    has to know which one the wall has. Channels whose board already sends an envelope or a rectified signal pass
    unchanged.

    A notch rings on for a while after a contraction; the track `ringing` says how loud that may be, in µV RMS.

    Args:
        low: lower −3 dB corner (Hz); 20 Hz after De Luca et al. 2010, J Biomech 43:1573–1579.
        high: upper −3 dB corner (Hz); `None` takes 450 Hz or 0.46 of the rate, whichever is lower.
        order: of each edge.
        mains: mains frequencies (Hz) to notch; empty for none.
        notch_width: of one notch between its −3 dB points (Hz).
    """

    low: float = 20.0
    high: float | None = None
    order: int = 4
    mains: tuple[float, ...] = (50.0, 60.0)
    notch_width: float = 1.667

    def __post_init__(self) -> None:
        above(0, low=self.low, notch_width=self.notch_width)
        if self.order not in range(1, 11):
            raise ConfigError(f"order is {self.order!r}; it must be a whole number from 1 to 10")
        frequencies(mains=self.mains)
        if self.high is not None:
            above(0, high=self.high)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream.

        Raises:
            ConfigError: the band does not fit the stream's rate.
        """
        raw = np.array([info.channels[i].kind == "raw" for i in info.emg])
        if not raw.any():
            return lambda block: block.with_tracks(filtered=block["emg"], ringing=np.zeros_like(block["emg"]))
        run = carried_filter(self.sections(info.rate), info.rate)
        every = bool(raw.all())
        rings = ringing(self.lines(info.rate), self.notch_width, self.edges(info.rate), info.rate)

        def process(block: Block) -> Block:
            emg = block["emg"]
            filtered = run(emg, block.lost)
            rung = rings(filtered, block.lost)
            if not every:
                filtered, rung = np.where(raw, filtered, emg), np.where(raw, rung, 0.0)
            return block.with_tracks(filtered=filtered, ringing=rung)

        return process

    def sections(self, rate: float) -> Floats:
        """The filter's second-order sections at a rate, (sections, 6).

        Raises:
            ConfigError: the band does not fit.
        """
        low, high = self.edges(rate)
        if not 0 < low < high < rate / 2:
            raise ConfigError(
                f"the band {low:g}–{high:g} Hz does not fit {rate:g} samples a second; "
                f"set low and high below {rate / 2:g} Hz, or declare the channels' kind as envelope"
            )
        band = signal.butter(self.order, [low, high], "bandpass", fs=rate, output="sos")
        notches = [
            signal.tf2sos(*signal.iirnotch(f, f / self.notch_width, fs=rate)) for f in self.lines(rate)
        ]
        return np.concatenate([band, *notches])

    def edges(self, rate: float) -> tuple[float, float]:
        """Lower and upper edge of the band (Hz) at a rate."""
        return self.low, upper_edge(rate) if self.high is None else self.high

    def lines(self, rate: float) -> list[float]:
        """The frequencies (Hz) that are notched at a rate.

        >>> Bandpass(high=115).lines(250), Bandpass(high=57, mains=(50,)).lines(125)
        ([50.0, 60.0, 100.0], [50])
        """
        top = min(self.edges(rate)[1], rate / 2 - self.notch_width)
        return sorted({f * k for f in self.mains for k in range(1, int(top // f) + 1)})
