"""How far a recording goes and what is in it, found out without reading its samples."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import h5py

from nmr_emg.errors import RecordingError
from nmr_emg.ledger import MOST_GAPS
from nmr_emg.recordings.arrivals import read_runs, slices, stored_rows
from nmr_emg.recordings.packing import EVENT
from nmr_emg.recordings.schema import LATER_FIELDS, LEDGER, RUN, Header

MOST_CHUNK_BYTES = 2**28
"""Largest piece of samples that is believed; HDF5 takes as much memory at once."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds.

    Args:
        rows: samples of each channel.
        first: sample index of the first row.
        stop: sample index one past the last row.
        gaps: where samples are missing, `{"start", "samples"}`, the first 10 000 of them.
        events: how many events lie among the samples.
        dropped_events: how many lie beyond the last sample that a crash has left.
        closed: whether the file was closed cleanly.
        summary: the session's ledger, if it was.
    """

    rows: int = 0
    first: int = 0
    stop: int = 0
    gaps: tuple[Mapping[str, int], ...] = ()
    events: int = 0
    dropped_events: int = 0
    closed: bool = False
    summary: Mapping[str, Any] | None = None


def survey(file: h5py.File, header: Header) -> Survey:
    """Survey an open file.

    Raises:
        RecordingError: its samples are not what its header says.
    """
    check(file, header)
    rows, first, stop = 0, 0, 0
    gaps: list[Mapping[str, int]] = []
    for run in read_runs(file["blocks"], stored_rows(file["raw"])):
        first = run.start if not rows else first
        if rows and run.start > stop and len(gaps) < MOST_GAPS:
            gaps.append({"start": stop, "samples": run.start - stop})
        rows, stop = rows + run.rows, run.stop
    events, dropped = _count_events(file["events"], stop)
    end = file["ledger"][0]
    summary = json.loads(end["summary"] or b"null")
    return Survey(rows, first, stop, tuple(gaps), events, dropped, bool(end["closed"]), summary)


def check(file: h5py.File, header: Header) -> None:
    """Check that the datasets are of the shapes and types that the header promises.

    Raises:
        RecordingError: they are not.
    """
    raw, info = file["raw"], header.info
    if raw.dtype != info.dtype or raw.shape[1:] != (len(info.channels),):
        raise RecordingError("damaged: /raw is not of the type or the columns that it should have")
    if raw.chunks is None or raw.chunks[0] * raw.chunks[1] * raw.dtype.itemsize > MOST_CHUNK_BYTES:
        raise RecordingError("damaged: /raw is in pieces of an impossible size")
    for name, wanted in (("blocks", RUN), ("events", EVENT), ("ledger", LEDGER)):
        if (
            not set(wanted.names or ()) - LATER_FIELDS <= set(file[name].dtype.names or ())
            or file[name].ndim != 1
        ):
            raise RecordingError(f"damaged: /{name} lacks a field")


def _count_events(dataset: h5py.Dataset, stop: int) -> tuple[int, int]:
    inside = beyond = 0
    for records in slices(dataset):
        last = records[(records["part"] + 1 == records["parts"])]["index"]
        inside += int((last < stop).sum())
        beyond += int((last >= stop).sum())
    return inside, beyond
