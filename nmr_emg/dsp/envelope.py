"""How strong the EMG is, sample by sample: moving RMS, moving mean of the rectified signal, or linear envelope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy import signal

from nmr_emg.allowed import LONGEST, above, between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged, carried_filter
from nmr_emg.dsp.moving import MovingSum, moving_sum
from nmr_emg.errors import ConfigError
from nmr_emg.stage import Process

Level: TypeAlias = Callable[[Floats, int, Array | None], Floats]
"""From rows, how many samples were lost before them, and which are blanked."""

KINDS = ("rms", "arv", "linear")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Write the track `envelope`: the level of `filtered`, in µV, (rows, EMG channels).

    * `rms`: E[n] = √(mean of x² over the last N samples). Delay (N−1)/2 samples.
    * `arv`: average rectified value, the mean of |x| over the last N samples. Delay (N−1)/2 samples. Of Gaussian noise
      it is √(2/π) = 0.798 of the RMS, of a sine 0.900.
    * `linear`: |x| through a causal Butterworth low-pass of order 2 at `corner` (Winter 2009, Biomechanics and Motor
      Control of Human Movement), never below 0. Delay √2/(2π·corner), 37.5 ms at 6 Hz; a step overshoots by 4.3 %.

    N = `window` · rate; until there are N samples, the mean is of what there is. A channel that its board rectified has
    no RMS: it gets its ARV. One whose board sends an envelope is not smoothed again: it passes, never below 0.

    Args:
        window: length of the mean (s); 0.1 s suits a live bar.
        kind: "rms", "arv" or "linear".
        corner: −3 dB corner of the linear envelope (Hz).

    >>> from nmr_emg.block import Channel
    >>> info = StreamInfo(2000, (Channel("a"),))
    >>> [round(1000 * Envelope(kind=kind).delay(info), 2) for kind in ("rms", "linear")]
    [49.75, 37.51]
    """

    window: float = 0.1
    kind: Literal["rms", "arv", "linear"] = "rms"
    corner: float = 6.0

    def __post_init__(self) -> None:
        between(0.001, LONGEST, window=self.window)
        if self.kind not in KINDS:
            raise ConfigError(f"kind is {self.kind!r}; it must be one of {', '.join(KINDS)}")
        above(0, corner=self.corner)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream.

        Raises:
            ConfigError: the corner of a linear envelope does not fit the stream's rate.
        """
        kinds = [info.channels[i].kind for i in info.emg]
        passing = np.array([kind == "envelope" for kind in kinds], bool)
        level = self._linear(info.rate) if self.kind == "linear" else self._moving(info.rate, kinds)
        mixed = bool(passing.any())

        def process(block: Block) -> Block:
            filtered = block["filtered"]
            envelope = level(filtered, block.lost, block.tracks.get("blanked"))
            if mixed:
                envelope = np.where(passing, np.maximum(filtered, 0.0), envelope)
            return block.with_tracks(envelope=envelope)

        return process

    def delay(self, info: StreamInfo) -> float:
        """How long it delays a slow change of the EMG's strength (s); 0 if every channel is an envelope already."""
        if all(info.channels[i].kind == "envelope" for i in info.emg):
            return 0.0
        if self.kind != "linear":
            return (self.length(info.rate) - 1) / 2 / info.rate
        (one,) = self.sections(info.rate)
        return float(_at_zero(one[:3]) - _at_zero(one[3:])) / info.rate

    def length(self, rate: float) -> int:
        """How many samples a mean is of."""
        return max(1, round(self.window * rate))

    def sections(self, rate: float) -> Floats:
        """The linear envelope's low-pass at a rate, (sections, 6).

        Raises:
            ConfigError: its corner does not fit.
        """
        if not self.corner < rate / 2:
            raise ConfigError(
                f"corner is {self.corner:g} Hz, which does not fit {rate:g} samples a second; "
                f"set it below {rate / 2:g} Hz"
            )
        return np.asarray(signal.butter(2, self.corner, fs=rate, output="sos"))

    def _linear(self, rate: float) -> Level:
        smooth = carried_filter(self.sections(rate), rate)
        return lambda filtered, lost, _: np.maximum(smooth(np.abs(filtered), lost), 0.0)

    def _moving(self, rate: float, kinds: Sequence[str]) -> Level:
        power = np.array([self.kind == "rms" and kind == "raw" for kind in kinds], bool)
        mean = _moving_mean(self.length(rate), len(kinds), rate)
        if power.all():
            return lambda filtered, lost, blanked: _root(mean(np.square(filtered), lost, blanked))
        if not power.any():
            return lambda filtered, lost, blanked: mean(np.abs(filtered), lost, blanked)

        def level(filtered: Floats, lost: int, blanked: Array | None) -> Floats:
            found = mean(np.where(power, np.square(filtered), np.abs(filtered)), lost, blanked)
            return np.where(power, np.sqrt(found), found)

        return level


def _moving_mean(length: int, columns: int, rate: float) -> Level:
    """The mean of the last `length` rows, of as many as there are at first and of those that are not blanked; a gap over 10 ms starts it anew."""
    add = moving_sum(length, columns)
    seen = 0
    there: MovingSum | None = None

    def process(x: Floats, lost: int, blanked: Array | None) -> Floats:
        nonlocal add, seen, there
        if not bridged(lost, rate):
            add, seen, there = moving_sum(length, columns), 0, None
        if blanked is not None and there is None:
            there = moving_sum(length, columns)
            there(np.ones((min(seen, length), columns)))
        total = add(x if blanked is None else np.where(blanked, 0.0, x))
        seen += len(x)
        if there is not None:
            counts = there(np.ones_like(x) if blanked is None else np.where(blanked, 0.0, np.ones_like(x)))
            return np.divide(total, np.maximum(counts, 1.0), out=total)
        if seen - len(x) >= length:
            return np.divide(total, length, out=total)
        counts = np.minimum(np.arange(seen - len(x) + 1, seen + 1), length)
        return np.divide(total, counts[:, np.newaxis], out=total)

    return process


def _root(x: Floats) -> Floats:
    """In place: `x` is nobody else's."""
    return np.sqrt(x, out=x)


def _at_zero(coefficients: Floats) -> float:
    """Group delay at 0 Hz of a polynomial in z⁻¹ (samples)."""
    return float((coefficients * np.arange(len(coefficients))).sum() / coefficients.sum())
