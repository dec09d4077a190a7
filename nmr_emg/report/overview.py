"""A recording of any length in a fixed number of columns."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.usable import usable

MOST = 1500
"""Columns at most; half as many at least, once a recording has that many samples."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What an overview holds: (columns, tracks) each, NaN where there is nothing.

    Args:
        width: samples a column.
        first: sample index at which the first column begins.
        low: smallest value.
        high: largest value.
        mean: mean value.
    """

    width: int
    first: int
    low: Floats
    high: Floats
    mean: Floats


class Overview:
    """Least, largest and mean value in columns of equal width, which doubles whenever the recording outgrows them.

    Values that are not finite are passed over. Memory is fixed when it is made.

    >>> view = Overview(1, most=4)
    >>> view.add(0, np.arange(6.0)[:, np.newaxis])
    >>> seen = view.columns()
    >>> seen.width, seen.high.ravel().tolist()
    (2, [1.0, 3.0, 5.0])
    """

    def __init__(self, tracks: int, most: int = MOST) -> None:
        self._most = most - most % 2
        self._first: int | None = None
        self._used = 0
        self.width = 1
        self._low = np.full((self._most, tracks), np.inf)
        self._high = np.full((self._most, tracks), -np.inf)
        self._total = np.zeros((self._most, tracks))
        self._count = np.zeros((self._most, tracks), np.int64)

    @property
    def memory(self) -> int:
        """Bytes it holds."""
        return sum(held.nbytes for held in (self._low, self._high, self._total, self._count))

    def add(self, start: int, values: Array) -> None:
        """Take rows that begin at a sample index."""
        if not len(values):
            return
        self._first = start if self._first is None else self._first
        at = start - self._first
        while (at + len(values) - 1) // self.width >= self._most:
            self._halve()
        places = np.arange(at, at + len(values)) // self.width
        edges = np.flatnonzero(np.diff(places, prepend=places[0] - 1))
        rows = slice(int(places[0]), int(places[-1]) + 1)
        good = np.isfinite(values)
        self._low[rows] = np.fmin(
            self._low[rows], np.minimum.reduceat(np.where(good, values, np.inf), edges, axis=0)
        )
        self._high[rows] = np.fmax(
            self._high[rows], np.maximum.reduceat(np.where(good, values, -np.inf), edges, axis=0)
        )
        self._total[rows] += np.add.reduceat(np.where(good, values, 0.0), edges, axis=0)
        self._count[rows] += np.add.reduceat(good.astype(np.int64), edges, axis=0)
        self._used = max(self._used, rows.stop)

    def _halve(self) -> None:
        self.width *= 2
        self._used = (self._used + 1) // 2
        half = self._most // 2
        for held, join, nothing in (
            (self._low, np.fmin, np.inf),
            (self._high, np.fmax, -np.inf),
            (self._total, np.add, 0.0),
            (self._count, np.add, 0),
        ):
            held[:half] = join(held[0::2], held[1::2])
            held[half:] = nothing

    def columns(self) -> Columns:
        """What has been seen so far."""
        count = self._count[: self._used]
        seen = count > 0
        return Columns(
            width=self.width,
            first=self._first or 0,
            low=np.where(seen, self._low[: self._used], np.nan),
            high=np.where(seen, self._high[: self._used], np.nan),
            mean=np.where(seen, self._total[: self._used] / np.maximum(count, 1), np.nan),
        )


class Overviews:
    """A sink that keeps an overview of each track that is drawn."""

    TRACKS = ("envelope", "percent", "trusted", "quality", "balance")

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        self._kept: dict[str, Overview] = {}

    def write(self, block: Block) -> None:
        """Add one block."""
        if not block.rows:
            return
        for name in self.TRACKS:
            values = _trusted(block) if name == "trusted" else block[name]
            if name not in self._kept:
                self._kept[name] = Overview(values.shape[1])
            self._kept[name].add(block.start, values)

    def close(self) -> None:
        """Nothing to do."""

    def columns(self, track: str) -> Columns:
        """The overview of one track; "trusted" is 1 where a channel is active, settled, and neither blanked nor bad."""
        width = len(self._info.emg)
        return self._kept.get(track, Overview(width)).columns()


def _trusted(block: Block) -> Array:
    """Where the envelope counts; elsewhere an artefact must not set the height of a figure."""
    trusted: Array = block["active"] & usable(block, block["active"].shape[1])
    return trusted.astype(np.float64)
