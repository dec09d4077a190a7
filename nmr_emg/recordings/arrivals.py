"""Reads `/blocks`: which sample each row of a recording is, and when it came in."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

import h5py
import numpy as np

from nmr_emg.block import Array

RECORDS = 4096
"""Records read at once."""


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of `/raw` without a sample missing between them.

    Args:
        row: of the first one in `/raw`.
        start: its sample index.
        rows: how many.
        arrived: `time.monotonic()` when the last came in, or NaN.
        time: `time.monotonic()` when the last was sampled, or NaN.
    """

    row: int
    start: int
    rows: int
    arrived: float
    time: float = nan

    @property
    def stop(self) -> int:
        """Sample index one past the last row."""
        return self.start + self.rows

    def cut(self, first: int, last: int) -> "Run":
        """Its rows `first` to `last`; the times stay with its last row."""
        arrived, time = (self.arrived, self.time) if last >= self.rows else (nan, nan)
        return Run(self.row + first, self.start + first, min(last, self.rows) - first, arrived, time)

    def followed_by(self, other: "Run") -> bool:
        """Whether `other` goes on where this one ends."""
        return other.row == self.row + self.rows and other.start == self.stop


def slices(dataset: h5py.Dataset, records: int = RECORDS) -> Iterator[Array]:
    """A dataset's records, some thousand at a time."""
    for first in range(0, len(dataset), records):
        yield dataset[first : first + records]


def stored_rows(raw: h5py.Dataset) -> int:
    """Rows of `/raw` up to its last chunk that is on disk; HDF5 would read a missing one as zeros."""
    rows = len(raw)
    while rows and not is_stored(raw, rows - 1):
        rows -= (rows - 1) % raw.chunks[0] + 1
    return rows


def is_stored(raw: h5py.Dataset, row: int) -> bool:
    """Whether the chunk of a row is on disk."""
    return raw.id.get_chunk_info_by_coord((row, 0)).byte_offset is not None


def read_runs(dataset: h5py.Dataset, rows: int) -> Iterator[Run]:
    """Runs that lie in the first `rows` rows of `/raw`, up to the first record that can't be right.

    A crash may leave the last records half written: as zeros.
    """
    row = start = 0
    for records in slices(dataset):
        sound = sound_records(records, row, start)
        for run in as_runs(records[:sound]):
            if run.row >= rows:
                return
            yield run.cut(0, rows - run.row)
        if sound < len(records):
            return
        row, start = int(records[-1]["row"] + records[-1]["rows"]), int(records[-1]["start"])


def as_runs(records: Array) -> Iterator[Run]:
    """Records of `/blocks` as runs."""
    known = [
        name for name in ("row", "start", "rows", "arrived", "time") if name in (records.dtype.names or ())
    ]
    return (Run(*run) for run in zip(*(records[name].tolist() for name in known), strict=True))


def sound_records(records: Array, row: int, start: int) -> int:
    """How many records are right from the first on: each begins at the row where the last ended, no index goes back."""
    ends = records["row"] + records["rows"]
    stops = records["start"] + records["rows"]
    in_line = records["row"] == np.concatenate([[row], ends[:-1]])
    forward = records["start"] >= np.concatenate([[start], stops[:-1]])
    wrong = np.flatnonzero(~(in_line & forward & (records["rows"] > 0)))
    return int(wrong[0]) if len(wrong) else len(records)


def pieces(runs: Iterator[Run], rows: int) -> Iterator[Run]:
    """Runs joined or cut to at most `rows` rows; none spans a gap, and most end where a time of arrival is known."""
    held: Run | None = None
    for run in runs:
        if held is not None and held.followed_by(run) and held.rows + run.rows <= rows:
            held = Run(held.row, held.start, held.rows + run.rows, run.arrived, run.time)
            continue
        if held is not None:
            yield from _cut(held, rows)
        held = run
    if held is not None:
        yield from _cut(held, rows)


def _cut(run: Run, rows: int) -> Iterator[Run]:
    for first in range(0, run.rows, rows):
        yield run.cut(first, min(first + rows, run.rows))
