"""The band of the EMG that a sampling rate can carry, without the mains."""

from dataclasses import dataclass

import numpy as np
from scipy import signal

from nmr_emg.allowed import above, frequencies
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, carried_filter
from nmr_emg.dsp.emg_spectrum import weighted_delay
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
    """Write the track `filtered`: `emg` in its band, in µV, (rows, EMG channels).

    A causal Butterworth band-pass, and a notch at every frequency of `mains` and its harmonics in the band, all as wide
    as the first. Two mains frequencies cost about 9 % of the EMG's power, 5 % of its amplitude, and notches ring on for
    half a second after a strong contraction; `Hum` takes the mains away without either. Channels whose board
    already sends an envelope or a rectified signal pass unchanged.

    With `low` at 30 Hz less of the heart is heard under trunk and shoulder: of an ECG of 100 µV about 2 µV RMS are left
    where 20 Hz leaves 5, for some 2.5 % of the EMG's amplitude (Drake & Callaghan 2006, J Electromyogr Kinesiol
    16:175–187). Values from different bands are not comparable.

    Args:
        low: lower −3 dB corner (Hz); 20 Hz after De Luca et al. 2010, J Biomech 43:1573–1579.
        high: upper −3 dB corner (Hz); `None` takes 450 Hz or 0.46 of the rate, whichever is lower.
        order: of each edge.
        mains: frequencies (Hz) to notch.
        notch_width: of one notch between its −3 dB points (Hz).
        harmonics: how many multiples of a mains frequency are notched, itself included, as far as they lie in the band.
    """

    low: float = 20.0
    high: float | None = None
    order: int = 4
    mains: tuple[float, ...] = ()
    notch_width: float = 1.667
    harmonics: int = 50

    def __post_init__(self) -> None:
        above(0, low=self.low, notch_width=self.notch_width)
        if self.order not in range(1, 11):
            raise ConfigError(f"order is {self.order!r}; it must be a whole number from 1 to 10")
        if self.harmonics not in range(1, 1001):
            raise ConfigError(f"harmonics is {self.harmonics!r}; it must be a whole number from 1 to 1000")
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
            return lambda block: block.with_tracks(filtered=block["emg"])
        run = carried_filter(self.sections(info.rate), info.rate)
        every = bool(raw.all())

        def process(block: Block) -> Block:
            emg = block["emg"]
            filtered = run(emg, block.lost)
            return block.with_tracks(filtered=filtered if every else np.where(raw, filtered, emg))

        return process

    def delay(self, info: StreamInfo) -> float:
        """How long EMG is delayed (s): the band's group delay, weighted with the power of the EMG that it lets through.

        It is 0 if no channel is raw. The notches are left out: what they hold back is within their own width.

        >>> from nmr_emg.block import Channel
        >>> [round(1000 * Bandpass().delay(StreamInfo(rate, (Channel("a"),))), 1) for rate in (250, 1000)]
        [8.5, 2.5]
        """
        if not any(info.channels[i].kind == "raw" for i in info.emg):
            return 0.0
        return weighted_delay(self.band(info.rate), info.rate, *self.edges(info.rate))

    def sections(self, rate: float) -> Floats:
        """The filter's second-order sections at a rate, (sections, 6).

        Raises:
            ConfigError: the band does not fit.
        """
        notches = [
            signal.tf2sos(*signal.iirnotch(f, f / self.notch_width, fs=rate)) for f in self.lines(rate)
        ]
        return np.concatenate([self.band(rate), *notches])

    def band(self, rate: float) -> Floats:
        """The sections of the band-pass alone.

        Raises:
            ConfigError: the band does not fit.
        """
        low, high = self.edges(rate)
        if not 0 < low < high < rate / 2:
            raise ConfigError(
                f"the band {low:g}–{high:g} Hz does not fit {rate:g} samples a second; "
                f"set low and high below {rate / 2:g} Hz, or declare the channels' kind as envelope"
            )
        return np.asarray(signal.butter(self.order, [low, high], "bandpass", fs=rate, output="sos"))

    def edges(self, rate: float) -> tuple[float, float]:
        """Lower and upper edge of the band (Hz) at a rate."""
        return self.low, upper_edge(rate) if self.high is None else self.high

    def lines(self, rate: float) -> list[float]:
        """The frequencies (Hz) that are notched at a rate.

        >>> Bandpass(high=115, mains=(50, 60)).lines(250), Bandpass(high=57, mains=(50,)).lines(125)
        ([50, 60, 100], [50])
        """
        top = min(self.edges(rate)[1], rate / 2 - self.notch_width)
        return sorted({f * k for f in self.mains for k in range(1, int(min(self.harmonics, top // f)) + 1)})
