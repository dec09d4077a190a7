"""Copies what can be read of a damaged recording into a new file."""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from math import isnan
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from nmr_emg.block import Array
from nmr_emg.errors import RecordingError
from nmr_emg.recordings.arrivals import Run, as_runs, is_stored, sound_records
from nmr_emg.recordings.schema import LIBVER, RUN, ledger, make_datasets, read_header, write_header
from nmr_emg.recordings.store import TROUBLE, extend
from nmr_emg.recordings.survey import check
from nmr_emg.recordings.window import Window

BATCH_BYTES = 2**20
"""Samples held before they are written."""


@dataclass(slots=True)
class Tally:
    """What a rescue found.

    Args:
        promised: rows that the file speaks of.
        saved: rows copied.
        skipped: pieces of times and events that could not be read.
    """

    promised: int = 0
    saved: int = 0
    skipped: int = 0


def rescue(path: Path, target: Path) -> dict[str, Any]:
    """Write what can be read of `path` to the new file `target`.

    Chunks that fail their checksum are left out: their samples are a gap in the new file.

    Raises:
        RecordingError: nothing can be read.
    """
    with Window(path) as window:
        try:
            with h5py.File(window, "r") as damaged:
                return _copied(damaged, target)
        except RecordingError as error:
            raise RecordingError(f"{path}: {error}") from error
        except (KeyError, *TROUBLE) as error:
            raise RecordingError(f"{path}: HDF5 can't find its way in it ({error})") from error


def _copied(damaged: h5py.File, target: Path) -> dict[str, Any]:
    header = read_header(damaged)
    check(damaged, header)
    raw = damaged["raw"]
    tally = Tally()
    closed = _was_closed(damaged)
    with h5py.File(target, "x", libver=LIBVER) as clean:
        make_datasets(clean, header.info, raw.chunks[0])
        _copy_rows(raw, _all_runs(damaged["blocks"], tally), clean, tally)
        for records in _readable(damaged["events"], tally):
            extend(clean["events"], records[records["parts"] > 0])
        clean["ledger"][...] = ledger(closed=True, summary=None)
        tally.promised = max(tally.promised, len(raw))
        said = {"promised": tally.promised, "saved": tally.saved, "was_closed": closed}
        write_header(clean, replace(header, recovered=said))
        _copy_other_attributes(damaged, clean)
    whole = tally.saved == len(raw) and not tally.skipped
    return {"ok": True, "whole": whole, "rate": header.info.rate, "chunk": raw.chunks[0], **said}


def _copy_rows(raw: h5py.Dataset, runs: Iterator[Run], clean: h5py.File, tally: Tally) -> None:
    """Copy the rows of `runs` that can be read, in batches."""
    rows: list[Array] = []
    found: list[Run] = []
    for run, values in _parts(raw, runs):
        _note(found, replace(run, row=tally.saved))
        rows.append(values)
        tally.saved += len(values)
        if len(rows) * values.nbytes >= BATCH_BYTES:
            _flush(clean, rows, found)
            rows, found = [], []
    _flush(clean, rows, found)


def _note(found: list[Run], run: Run) -> None:
    """Add a run; the parts of one that was cut at a chunk's edge come together again."""
    if found and isnan(found[-1].arrived) and found[-1].followed_by(run):
        before = found.pop()
        run = Run(before.row, before.start, before.rows + run.rows, run.arrived, run.time)
    found.append(run)


def _flush(clean: h5py.File, rows: list[Array], found: list[Run]) -> None:
    if rows:
        extend(clean["raw"], np.concatenate(rows))
        extend(clean["blocks"], np.array([astuple(run) for run in found], RUN))


def _parts(raw: h5py.Dataset, runs: Iterator[Run]) -> Iterator[tuple[Run, Array]]:
    """Every part of a run that lies in one readable chunk, with its values."""
    size = raw.chunks[0]
    held, values = -1, None
    for run in runs:
        last = min(run.row + run.rows, len(raw))
        row = run.row
        while row < last:
            end = min(last, row - row % size + size)
            if row // size != held:
                held, values = row // size, _chunk(raw, row // size)
            if values is not None:
                yield run.cut(row - run.row, end - run.row), values[row - held * size : end - held * size]
            row = end


def _chunk(raw: h5py.Dataset, index: int) -> Array | None:
    """The rows of one chunk, `None` when they can't be read."""
    first = index * raw.chunks[0]
    try:
        return raw[first : first + raw.chunks[0]] if is_stored(raw, first) else None
    except TROUBLE:
        return None


def _all_runs(blocks: h5py.Dataset, tally: Tally) -> Iterator[Run]:
    """Every run that makes sense; where some are lost between two that agree, one without a time of arrival."""
    row = start = 0
    for records in _readable(blocks, tally):
        likely = _likely(records, row, start)
        for run in as_runs(likely):
            missing = run.row - row
            if missing and run.start - start == missing:
                yield Run(row, start, missing, float("nan"))
            yield run
            row, start = run.row + run.rows, run.stop
            tally.promised = max(tally.promised, row)


def _likely(records: Array, row: int, start: int) -> Array:
    """The records up to the first that can't be right, if the first of them comes after `row` and `start`."""
    if not len(records) or records["row"][0] < row or records["start"][0] < start:
        return records[:0]
    return records[: sound_records(records, int(records["row"][0]), int(records["start"][0]))]


def _readable(dataset: h5py.Dataset, tally: Tally) -> Iterator[Array]:
    """A dataset's records chunk by chunk, without those that can't be read."""
    size = dataset.chunks[0]
    for first in range(0, len(dataset), size):
        try:
            records = dataset[first : first + size]
        except TROUBLE:
            tally.skipped += 1
        else:
            yield records


def _was_closed(damaged: h5py.File) -> bool:
    try:
        return bool(damaged["ledger"][0]["closed"])
    except TROUBLE:
        return False


def _copy_other_attributes(damaged: h5py.File, clean: h5py.File) -> None:
    """Attributes that a newer version may have added."""
    for name in set(damaged.attrs) - set(clean.attrs):
        clean.attrs[name] = damaged.attrs[name]
