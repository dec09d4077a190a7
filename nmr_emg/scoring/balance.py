"""Agonist/antagonist balance, live."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import numpy as np

from nmr_emg.allowed import LONGEST, above, between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.sections import averaging
from nmr_emg.errors import ConfigError
from nmr_emg.scoring.score import direction
from nmr_emg.stage import Process

Scaled: TypeAlias = tuple[Floats, Floats | float, Floats | float]
"""Activities of all A and then all B, ε, and the gate."""

SMALLEST = 1e-12
"""ε is never less."""


@dataclass(frozen=True, slots=True)
class Balance:
    """Write the track `balance`: direction D of each pair, −1 (only B) to 1 (only A), NaN at too little activity.

    λ = ln[(A+ε)/(B+ε)] − ln ρ and D = tanh(λ/2), A and B being the two activations smoothed over `smoothing` s; the
    score is 100·(1 − |D|). If both have a reference they are % of it, ε = 1 and the gate 5 %; otherwise µV corrected
    for rest, with ε and the gate taken from the rest of the more restless of the two. Where a channel is bad or the
    chain settles there is no value. A pair that changes its unit is smoothed anew.

    Args:
        pairs: labels (or muscles) of A and B.
        target: ρ, the ratio A:B that counts as balanced.
        smoothing: time constant (s).
        epsilon: regularises the ratio (% of reference).
        gate: activity that one of the two must reach (% of reference).
    """

    pairs: tuple[tuple[str, str], ...] = ()
    target: float = 1.0
    smoothing: float = 0.5
    epsilon: float = 1.0
    gate: float = 5.0

    def __post_init__(self) -> None:
        above(0, target=self.target)
        between(0.001, LONGEST, smoothing=self.smoothing)
        between(0, inf, epsilon=self.epsilon, gate=self.gate)
        if not (isinstance(self.pairs, tuple) and all(_is_pair(pair) for pair in self.pairs)):
            raise ConfigError(f"pairs is {self.pairs!r}; it must be a list of pairs of two labels each")

    def delay(self, info: StreamInfo) -> float:
        """How long the smoothing delays a slow change (s), 0 without a pair: (1 − α)/α samples, α = 1 − exp(−1/(rate · smoothing)).

        >>> from nmr_emg.block import Channel
        >>> round(Balance((("a", "b"),)).delay(StreamInfo(250, (Channel("a"),))), 3)
        0.498
        """
        if not self.pairs:
            return 0.0
        return float(1 / np.expm1(1 / (self.smoothing * info.rate)) / info.rate)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream.

        Raises:
            ConfigError: a pair names a channel that the stream does not have, or that carries no EMG.
        """
        a = [_column(info, pair[0]) for pair in self.pairs]
        b = [_column(info, pair[1]) for pair in self.pairs]
        if not self.pairs:
            return lambda block: block.with_tracks(balance=np.empty((block.rows, 0)))
        either = np.array(a + b)
        count = len(self.pairs)
        firsts, seconds = np.split(np.arange(2 * count), 2)
        keep = np.exp(-1 / (self.smoothing * info.rate))
        smooth = averaging(1 - keep, keep, 2 * count)
        plain = _plain(either, 3 / (2 * np.sqrt(max(info.rate * 0.35, 1) * 0.1)))
        least = max(self.epsilon, SMALLEST)
        percent = least, max(self.gate, least)
        referenced: list[bool] | None = None

        def process(block: Block) -> Block:
            nonlocal smooth, referenced
            if (referenced is None or block.events) and block.rows:
                # Only an event moves the scale, so the first row speaks for them all.
                known = np.isfinite(block["percent"][0, either]).reshape(2, count).all(axis=0).tolist()
                if known != referenced or not bridged(block.lost, info.rate):
                    smooth = averaging(1 - keep, keep, 2 * count)
                referenced = known
            if referenced and all(referenced):
                scaled: Scaled = (block["percent"].take(either, axis=1), *percent)
            elif not referenced or not any(referenced):
                scaled = plain(block)
            else:
                scaled = _mixed(referenced, (block["percent"].take(either, axis=1), *percent), plain(block))
            value, epsilon, gate = scaled
            # Copies with columns side by side: arithmetic on slices takes four times as long.
            both = smooth(value)
            a, b = both.take(firsts, axis=1), both.take(seconds, axis=1)
            found = direction(a, b, epsilon, self.target)
            np.copyto(found, np.nan, where=np.maximum(a, b) < gate)
            if np.count_nonzero(block["settling"]) or np.count_nonzero(block["quality"]):
                bad = block["quality"].take(either, axis=1) == 2
                found[bad[:, :count] | bad[:, count:] | block["settling"]] = np.nan
            return block.with_tracks(balance=found)

        return process


def _plain(either: Array, spread: float) -> Callable[[Block], Scaled]:
    """Activity above rest in µV, with ε and the gate that follow from the rest of the more restless of the two."""
    firsts, seconds = np.split(np.arange(len(either)), 2)
    # Arithmetic with arrays of one value is faster than with numbers.
    for_epsilon, for_gate, nothing, least = map(np.array, (spread, max(3.0, spread), 0.0, SMALLEST))

    def scaled(block: Block) -> Scaled:
        rest = np.fmax(block["rest"].take(either, axis=1), nothing)
        power = np.square(block["envelope"].take(either, axis=1)) - np.square(rest)
        larger = np.maximum(rest.take(firsts, axis=1), rest.take(seconds, axis=1))
        value = np.sqrt(np.maximum(power, nothing))
        return value, np.maximum(for_epsilon * larger, least), np.maximum(for_gate * larger, least)

    return scaled


def _mixed(referenced: list[bool], percent: Scaled, plain: Scaled) -> Scaled:
    """Values, ε and gate: in % for the pairs that have references, in µV for the others."""
    value = np.where(referenced * 2, percent[0], plain[0])
    return value, np.where(referenced, percent[1], plain[1]), np.where(referenced, percent[2], plain[2])


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(one, str) for one in pair)


def _column(info: StreamInfo, label: str) -> int:
    index = info.index(label)
    if index not in info.emg:
        raise ConfigError(f"channel {label!r} carries no EMG; it can't be one of a pair")
    return info.emg.index(index)
