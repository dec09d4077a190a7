"""The balance of each declared pair over a whole recording."""

from typing import Any

import numpy as np

from nmr_emg.analysis.survey import Levels
from nmr_emg.block import Block, StreamInfo
from nmr_emg.scoring.score import balance_score, window_error

BANDWIDTH_SHARE = 0.31
"""Statistical bandwidth of surface EMG as a share of the rate, up to that of a 20–450 Hz band (Hz): 78.5 at 250."""
MOST_BANDWIDTH = 193.4


class Pairs:
    """A sink that sums both activations of each pair over the samples in which either muscle is active."""

    def __init__(self, info: StreamInfo, pairs: tuple[tuple[str, str], ...], levels: Levels) -> None:
        self._info = info
        self._pairs = pairs
        self._levels = levels
        self._columns = [[info.emg.index(info.index(label)) for label in pair] for pair in pairs]
        labels = [info.channels[i].label for i in info.emg]
        self._rest = np.array([levels.told_rest[label] or 0.0 for label in labels])
        self._spread = np.array([levels.rest_sd[label] for label in labels])
        self._sums = np.zeros((len(pairs), 4))
        self._masked = np.zeros((len(pairs), 2))
        self._percent = [all(levels.has_reference(labels[c]) for c in pair) for pair in self._columns]

    def write(self, block: Block) -> None:
        """Add one block."""
        plain = np.sqrt(np.maximum(np.square(block["envelope"]) - np.square(self._rest), 0))
        settled = ~block["settling"][:, 0]
        for row, (a, b) in enumerate(self._columns):
            value = block["percent"] if self._percent[row] else plain
            either = settled & (block["active"][:, a] | block["active"][:, b])
            good = (
                either
                & (block["quality"][:, [a, b]].max(axis=1) < 2)
                & np.isfinite(value[:, [a, b]]).all(axis=1)
            )
            x, y = value[good, a], value[good, b]
            self._sums[row] += (len(x), x.sum(), y.sum(), np.minimum(x, y).sum())
            self._masked[row] += (either.sum(), (either & ~good).sum())

    def close(self) -> None:
        """Nothing to do."""

    def as_json(self) -> list[dict[str, Any]]:
        """One object a pair, as `nmr-emg analyze` prints it."""
        return [self._one(row) for row in range(len(self._pairs))]

    def _one(self, row: int) -> dict[str, Any]:
        count, a, b, low = (float(v) for v in self._sums[row])
        either, masked = self._masked[row]
        columns = self._columns[row]
        rest, spread = self._rest[columns], self._spread[columns]
        percent = self._percent[row]
        epsilon = 1.0 if percent else 3 * float(spread.max())
        gate = 5.0 if percent else 3 * float(rest.max())
        seconds = count / self._info.rate
        bandwidth = min(MOST_BANDWIDTH, BANDWIDTH_SHARE * self._info.rate)
        error = window_error(bandwidth, seconds) if seconds else None
        mean_a, mean_b = (a / count, b / count) if count else (0.0, 0.0)
        found = balance_score(mean_a, mean_b, epsilon=epsilon, gate=gate, error=error)
        reason = "quality" if either and masked > 0.2 * either else found.reason
        refused = reason is not None
        method = str((self._levels.reference or {}).get("method", "none"))
        return {
            "a": self._pairs[row][0],
            "b": self._pairs[row][1],
            "score": None if refused or found.score is None else round(found.score, 4),
            "ci": None if refused or found.interval is None else [round(v, 4) for v in found.interval],
            "direction": None if refused or found.direction is None else round(found.direction, 6),
            "reason": reason,
            "normalisation": method if percent else "none",
            "mean_a": round(mean_a, 4) if count else None,
            "mean_b": round(mean_b, 4) if count else None,
            "seconds": round(seconds, 3),
            "indices": {}
            if refused or not a + b
            else {
                "common_area": round(200 * low / (a + b), 4),
                "antagonist_share": round(100 * b / (a + b), 4),
            },
        }
