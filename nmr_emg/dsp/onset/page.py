"""The running evidence of all channels, piece by piece: where something may have begun or ended."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmr_emg.dsp.compiled import compiled
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.onset.evidence import Carried, Weights, excess, fallen

MOST = 20.0
"""No sample counts for more than this many times the power at rest for an onset ..."""
SLACK = 6.0
"""... and than this many for an offset."""
SIGNATURE = (
    "void(float64[:,:,:], float64[:,::1], float64[:,::1], float64[::1], float64[::1], boolean[::1], intp[::1],"
    "float64[:,:,::1], float64[:,:,::1], float64[:,::1], float64[:,:,::1])"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of one piece.

    Args:
        z: squares in units of rest, (bands, rows, columns).
        rises: running sums for an onset before its first row.
        falls: likewise for an offset.
        onset: the largest evidence for an onset in it, (columns,).
        offset: the largest evidence for an offset, (columns,); 0 where nothing is active.
    """

    z: Floats
    rises: Carried
    falls: Carried
    onset: Floats
    offset: Floats


class Page:
    """Carries the sums of every column.

    Args:
        weights: of the evidence.
        columns: how many.
    """

    def __init__(self, weights: Weights, columns: int) -> None:
        shape = 2, len(weights.each), columns
        self.weights = weights
        self._cost = weights.cost[:, 0] + weights.cost[:, 1]
        self._caps = np.array([MOST, SLACK])
        self._rises, self._falls = np.zeros(shape), np.zeros(shape)
        self.lowest = np.zeros(columns, np.intp)
        self._kernel = compiled(page, SIGNATURE)

    def __call__(
        self, squares: Floats, inverse: Floats, active: NDArray[np.bool_], blanked: NDArray[np.bool_] | None
    ) -> Piece:
        """Add rows of squares (bands, rows, columns); `inverse` of the power at rest, (bands, columns)."""
        rises, falls = self._rises, self._falls
        if self._kernel is None or blanked is not None:
            return self._arrays(squares, inverse, active, blanked)
        self._rises, self._falls = rises.copy(), falls.copy()
        z, found = np.empty(squares.shape), np.zeros((2, len(active)))
        self._kernel(
            squares,
            inverse,
            self.weights.each,
            self._cost,
            self._caps,
            active,
            self.lowest,
            self._rises,
            self._falls,
            found,
            z,
        )
        return Piece(z, _carried(rises), _carried(falls), found[0], found[1])

    def set(self, column: int, rises: Carried, falls: Carried, lowest: int) -> None:
        """Go on with other sums for one column, and ask no ratio before number `lowest` for its offset."""
        self.lowest[column] = lowest
        self._rises[:, :, column], self._falls[:, :, column] = rises, falls

    def evidence(self, z: Floats, most: float, blanked: NDArray[np.bool_] | None) -> Floats:
        """Evidence of every row, (ratios, rows, …); blanked rows give none."""
        evidence = self.weights.of(z, most)
        return evidence if blanked is None else np.where(blanked, 0.0, evidence)

    def _arrays(
        self, squares: Floats, inverse: Floats, active: NDArray[np.bool_], blanked: NDArray[np.bool_] | None
    ) -> Piece:
        rises, falls = _carried(self._rises), _carried(self._falls)
        z = squares * inverse[:, np.newaxis]
        if blanked is not None:
            z = np.where(blanked, 1.0, z)
        sums, least, over = excess(rises, self.evidence(z, MOST, blanked))
        self._rises = np.stack([sums[:, -1], least[:, -1]])
        offset = np.zeros(len(active))
        if active.any():
            sums, least, under = excess(falls, -self.evidence(z, SLACK, blanked))
            offset = np.where(active, fallen(sums, under, self.lowest).max(axis=0), 0.0)
            self._falls = np.where(active, np.stack([sums[:, -1], least[:, -1]]), self._falls)
        return Piece(z, rises, falls, over.max(axis=(0, 1)), offset)


def _carried(sums: Floats) -> Carried:
    return sums[0], sums[1]


def page(
    squares: Floats,
    inverse: Floats,
    each: Floats,
    cost: Floats,
    caps: Floats,
    active: NDArray[np.bool_],
    lowest: NDArray[np.intp],
    rises: Floats,
    falls: Floats,
    found: Floats,
    z: Floats,
) -> None:
    """The same sums in plain loops.

    Args:
        squares: (bands, rows, columns).
        inverse: of the power at rest, (bands, columns).
        each: weights, (ratios, 2).
        cost: of a sample, (ratios,).
        caps: `MOST` and `SLACK`.
        active: (columns,).
        lowest: number of the first ratio that is asked for an offset, (columns,).
        rises: sums and least sums for an onset, changed in place, (2, ratios, columns).
        falls: likewise for an offset.
        found: the largest evidence for an onset and for an offset, written, (2, columns).
        z: squares in units of rest, written, (bands, rows, columns).
    """
    for n in range(squares.shape[1]):
        for c in range(squares.shape[2]):
            for b in range(squares.shape[0]):
                z[b, n, c] = squares[b, n, c] * inverse[b, c]
            low, high = min(z[0, n, c], caps[0]), min(z[1, n, c], caps[0])
            for k in range(each.shape[0]):
                rises[0, k, c] += low * each[k, 0] + high * each[k, 1] - cost[k]
                rises[1, k, c] = min(rises[1, k, c], rises[0, k, c])
                found[0, c] = max(found[0, c], rises[0, k, c] - rises[1, k, c])
            if active[c]:
                low, high = min(z[0, n, c], caps[1]), min(z[1, n, c], caps[1])
                for k in range(each.shape[0]):
                    falls[0, k, c] += -(low * each[k, 0] + high * each[k, 1] - cost[k])
                    falls[1, k, c] = min(falls[1, k, c], falls[0, k, c])
                best = lowest[c]
                for k in range(lowest[c] + 1, each.shape[0]):
                    if falls[0, k, c] < falls[0, best, c]:
                        best = k
                found[1, c] = max(found[1, c], falls[0, best, c] - falls[1, best, c])
