"""Agonist/antagonist balance, live."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import signal

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.stage import Process


@dataclass(frozen=True, slots=True)
class Balance:
    """Write the track `balance`: direction D of each pair, −1 (only B) to 1 (only A), NaN at too little activity.

    λ = ln[(A+ε)/(B+ε)] − ln ρ and D = tanh(λ/2), A and B being the two activations smoothed over `smoothing` s; the
    score is 100·(1 − |D|). With a reference they are % of it, ε = 1 and the gate 5 %; without one, µV corrected for
    rest, with ε and the gate taken from the rest of the more restless of the two. Where a channel is bad or the chain
    settles there is no value.

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

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream.

        Raises:
            ConfigError: a pair names a channel that the stream does not have.
        """
        column = {channel: i for i, channel in enumerate(info.emg)}
        a = [column[info.index(pair[0])] for pair in self.pairs]
        b = [column[info.index(pair[1])] for pair in self.pairs]
        if not self.pairs:
            return lambda block: block.with_tracks(balance=np.empty((block.rows, 0)))
        smooth = _smoothing(self.smoothing * info.rate, 2 * len(self.pairs))
        spread = 3 / (2 * np.sqrt(max(info.rate * 0.35, 1) * 0.1))
        either = np.array(a + b)
        count = len(self.pairs)

        def process(block: Block) -> Block:
            nonlocal smooth
            if not bridged(block.lost, info.rate):
                smooth = _smoothing(self.smoothing * info.rate, 2 * len(self.pairs))
            value = block["percent"][:, either]
            epsilon: Floats | float = self.epsilon
            gate: Floats | float = self.gate
            if not np.isfinite(value).all():
                rest = np.fmax(block["rest"][:, either], 0.0)
                value = np.sqrt(np.maximum(np.square(block["envelope"][:, either]) - np.square(rest), 0))
                larger = np.maximum(rest[:, :count], rest[:, count:])
                epsilon, gate = spread * larger, 3 * larger
            direction = self._direction(smooth(value), epsilon, gate)
            worst = block["quality"][:, either]
            direction[(np.maximum(worst[:, :count], worst[:, count:]) == 2) | block["settling"]] = np.nan
            return block.with_tracks(balance=direction)

        return process

    def _direction(self, both: Floats, epsilon: Floats | float, gate: Floats | float) -> Floats:
        a, b = both[:, : len(self.pairs)], both[:, len(self.pairs) :]
        least = np.maximum(epsilon, 1e-12)
        direction: Floats = np.tanh(0.5 * np.log((a + least) / (b + least) / self.target))
        direction[np.maximum(a, b) < np.maximum(gate, least)] = np.nan
        return direction


def _smoothing(samples: float, columns: int) -> Callable[[Array], Floats]:
    """An exponential average with a time constant in samples, state carried from call to call."""
    keep = np.exp(-1 / samples)
    state = np.zeros((1, columns))

    def process(x: Array) -> Floats:
        nonlocal state
        if not len(x):
            return x.copy()
        y, state = signal.lfilter([1 - keep], [1, -keep], x, axis=0, zi=state)
        return np.asarray(y)

    return process
