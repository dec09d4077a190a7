"""A signal as one span per pixel column, so that any number of samples costs the same to draw."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Array

Spans = tuple[NDArray[np.float64], NDArray[np.float64]]


def columns(index: Array, values: Array, per_column: float, first: int, last: int) -> Spans:
    """Lowest and highest value of the line through the samples, in columns `first` up to `last`.

    Column k covers sample indices k·`per_column` up to (k+1)·`per_column`, whatever the newest sample is, so that
    what was drawn stays as it was while it scrolls. Samples missing between two rows leave a gap: NaN.

    Args:
        index: sample index of each row, ascending, shape (rows,).
        values: shape (rows, channels).
        per_column: samples a column, may be a fraction.
        first: first column.
        last: one past the last column.

    Returns:
        Lowest and highest, each of shape (last − first, channels).

    >>> lo, hi = columns(np.arange(6), np.array([[0.], [5], [1], [2], [3], [4]]), 2.0, 0, 2)
    >>> lo.ravel(), hi.ravel()
    (array([0., 1.]), array([5., 3.]))
    """
    edges: NDArray[np.float64] = np.arange(first, last + 1, dtype=np.float64) * per_column
    left, right = (_between(index, values, edges, side) for side in ("right", "left"))
    low = np.fmin(left[:-1], right[1:])
    high = np.fmax(left[:-1], right[1:])
    rows = np.searchsorted(index, edges, side="left")
    filled = np.flatnonzero(rows[1:] > rows[:-1])
    if len(filled):
        inside = values[: rows[filled[-1] + 1]]
        low[filled] = np.fmin(low[filled], np.minimum.reduceat(inside, rows[filled]))
        high[filled] = np.fmax(high[filled], np.maximum.reduceat(inside, rows[filled]))
    return low, high


def _between(
    index: Array, values: Array, places: NDArray[np.float64], side: Literal["left", "right"]
) -> NDArray[np.float64]:
    """The line through the samples at fractional indices; NaN where there is none.

    At a sample itself it is the line that begins there with `side` "right", the one that ends there with "left".
    """
    out = np.full((len(places), values.shape[1]), np.nan)
    before = np.searchsorted(index, places, side=side) - 1
    inside = (before >= 0) & (before < len(index) - 1)
    at = before[inside]
    joined = index[at + 1] - index[at] == 1
    at, where = at[joined], np.flatnonzero(inside)[joined]
    weight = (places[where] - index[at])[:, np.newaxis]
    out[where] = values[at] * (1 - weight) + values[at + 1] * weight
    return out
