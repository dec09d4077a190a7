"""Agonist/antagonist balance, live."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

import numpy as np
from scipy import signal

from nmr_emg.allowed import LONGEST, above, between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.errors import ConfigError
from nmr_emg.scoring.score import direction
from nmr_emg.stage import Process


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
        smooth = _smoothing(self.smoothing * info.rate, 2 * count)
        spread = 3 / (2 * np.sqrt(max(info.rate * 0.35, 1) * 0.1))
        referenced: list[bool] | None = None

        def process(block: Block) -> Block:
            nonlocal smooth, referenced
            value = block["percent"].take(either, axis=1)
            if (referenced is None or block.events) and block.rows:
                # Only an event moves the scale, so the first row speaks for them all.
                known = np.isfinite(value[0]).reshape(2, count).all(axis=0).tolist()
                if known != referenced or not bridged(block.lost, info.rate):
                    smooth = _smoothing(self.smoothing * info.rate, 2 * count)
                referenced = known
            epsilon: Floats | float = self.epsilon
            gate: Floats | float = self.gate
            if not referenced or not all(referenced):
                rest = np.fmax(block["rest"].take(either, axis=1), 0.0)
                power = np.square(block["envelope"].take(either, axis=1)) - np.square(rest)
                larger = np.maximum(rest[:, :count], rest[:, count:])
                plain = np.sqrt(np.maximum(power, 0.0)), spread * larger, 3 * larger
                value, epsilon, gate = _mixed(referenced, (value, epsilon, gate), plain)
            found = self._direction(smooth(value), epsilon, gate)
            bad = block["quality"].take(either, axis=1) == 2
            found[bad[:, :count] | bad[:, count:] | block["settling"]] = np.nan
            return block.with_tracks(balance=found)

        return process

    def _direction(self, both: Floats, epsilon: Floats | float, gate: Floats | float) -> Floats:
        a, b = both[:, : len(self.pairs)], both[:, len(self.pairs) :]
        least = np.maximum(epsilon, 1e-12)
        found = direction(a, b, least, self.target)
        found[np.maximum(a, b) < np.maximum(gate, least)] = np.nan
        return found


Scaled: TypeAlias = tuple[Floats, Floats | float, Floats | float]


def _mixed(referenced: list[bool] | None, percent: Scaled, plain: Scaled) -> Scaled:
    """Values, ε and gate: in % for the pairs that have references, in µV for the others."""
    if not referenced or not any(referenced):
        return plain
    value = np.where(referenced * 2, percent[0], plain[0])
    return value, np.where(referenced, percent[1], plain[1]), np.where(referenced, percent[2], plain[2])


def _is_pair(pair: object) -> bool:
    return isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(one, str) for one in pair)


def _column(info: StreamInfo, label: str) -> int:
    index = info.index(label)
    if index not in info.emg:
        raise ConfigError(f"channel {label!r} carries no EMG; it can't be one of a pair")
    return info.emg.index(index)


def _smoothing(samples: float, columns: int) -> Callable[[Array], Floats]:
    """An exponential average with a time constant in samples, state carried from call to call."""
    keep = np.exp(-1 / samples)
    state = np.zeros((1, columns))
    b, a = np.array([1 - keep]), np.array([1, -keep])

    def process(x: Array) -> Floats:
        nonlocal state
        if not len(x):
            return x.copy()
        y, state = signal.lfilter(b, a, x, axis=0, zi=state)
        return np.asarray(y)

    return process
