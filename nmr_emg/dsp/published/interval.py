"""Stretches of activity: runs of rows, the short ones left out, the close ones joined."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nmr_emg.block import Array


@dataclass(frozen=True, slots=True)
class Interval:
    """One stretch of activity, in seconds from the first sample of what was searched.

    Args:
        onset: its first sample.
        offset: the first sample after it.
        declared: when a causal method had seen enough to say so; `None` where the method looks ahead.
        truncated_start: it begins where the signal or a piece between gaps begins, so it may be older.
        truncated_end: it ends where the signal or a piece between gaps ends.
    """

    onset: float
    offset: float
    declared: float | None = None
    truncated_start: bool = False
    truncated_end: bool = False


class Run(NamedTuple):
    """Rows `first` to `stop` − 1 of one piece of signal; `known` is the row at which that was decided, if any was."""

    first: int
    stop: int
    known: int | None = None


def runs(true: Array) -> list[Run]:
    """Where a row of booleans is true.

    >>> runs(np.array([True, False, True, True]))
    [Run(first=0, stop=1, known=None), Run(first=2, stop=4, known=None)]
    """
    edges = np.flatnonzero(np.diff(true.astype(np.int8), prepend=0, append=0))
    return [Run(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def lasting(found: Iterable[Run], rows: int) -> list[Run]:
    """Those of at least so many rows."""
    return [run for run in found if run.stop - run.first >= rows]


def joined(found: Iterable[Run], rows: int) -> list[Run]:
    """Neighbours with fewer than so many rows between them made one; those that overlap are joined in any case.

    >>> joined([Run(0, 3, 2), Run(4, 6, 5), Run(9, 10)], 2)
    [Run(first=0, stop=6, known=2), Run(first=9, stop=10, known=None)]
    """
    one: list[Run] = []
    for run in found:
        if one and run.first - one[-1].stop < max(rows, 1):
            one[-1] = one[-1]._replace(stop=max(run.stop, one[-1].stop))
        else:
            one.append(run)
    return one
