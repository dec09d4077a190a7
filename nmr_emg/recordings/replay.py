"""A recording of ours as a driver: it plays what was recorded."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import h5py

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.event import Event
from nmr_emg.recordings.arrivals import pieces, read_runs, slices
from nmr_emg.recordings.clock import Clock
from nmr_emg.recordings.doubt import open_sound
from nmr_emg.recordings.locks import hold
from nmr_emg.recordings.packing import unpack
from nmr_emg.recordings.recording import Recording
from nmr_emg.recordings.schema import FORMAT, Header, read_header
from nmr_emg.recordings.store import TROUBLE
from nmr_emg.recordings.superblock import is_hdf5
from nmr_emg.recordings.survey import Survey, survey

__all__ = ["HDF5Recording", "is_hdf5"]

SECONDS = 0.25
"""Length of the blocks that are handed out, unless told otherwise (s)."""
SLAB_BYTES = 2**20
"""Samples read from disk at once; at least one chunk."""

Opened: TypeAlias = Callable[[Path], h5py.File]


class HDF5Recording(Recording):
    """Play a recording: the samples as stored, with the events that people and devices brought in.

    Blocks never span a gap. They are read from disk as they are asked for, so length does not matter. A file
    that was not closed, because its program was killed or still records, plays up to what is on disk.

    Args:
        path: the file.
        rows: most rows of a block; 0.25 s by default.

    Raises:
        ConfigError: `rows` is below 1.
    """

    def __init__(self, path: str | Path, rows: int | None = None) -> None:
        if rows is not None and rows < 1:
            raise ConfigError(f"rows is {rows}; a block has at least 1")
        self.path = Path(path)
        self._rows = rows
        self._opened: Opened = open_sound
        self._file: h5py.File | None = None
        self._held: BinaryIO | None = None
        self._header: Header | None = None
        self._survey = Survey()
        self._blocks: Iterator[Block] = iter(())

    def open(self) -> None:
        """Open the file and see how far it goes; one that is open begins anew.

        Raises:
            RecordingError: it is not there, damaged, or not one of ours.
        """
        self.close()
        self._file = self._opened(self.path)
        try:
            self._header = read_header(self._file)
            self._survey = survey(self._file, self._header)
            self._held = hold(self.path)
        except (KeyError, *TROUBLE) as error:
            self.close()
            raise self._damaged(error) from error
        self._blocks = self._play(self._file)

    def read(self) -> Block | None:
        """The next block, `None` at the end.

        Raises:
            RecordingError: the file is not open, or damaged.
        """
        self._open_file()
        try:
            return next(self._blocks, None)
        except TROUBLE as error:
            raise self._damaged(error) from error

    def close(self) -> None:
        """Close the file; what was learnt about it stays known."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._held is not None:
            self._held.close()
            self._held = None

    @property
    def format(self) -> str:
        """Short name of the format."""
        return FORMAT

    @property
    def header(self) -> Header:
        """What the file says before its first sample."""
        if self._header is None:
            raise RecordingError(f"{self.path} was never opened")
        return self._header

    @property
    def info(self) -> StreamInfo:
        """The recorded stream."""
        return self.header.info

    @property
    def settings(self) -> Mapping[str, Any]:
        """What was given to the recorder."""
        return self.header.settings

    @property
    def versions(self) -> Mapping[str, str]:
        """Software that wrote it."""
        return self.header.versions

    @property
    def schema_version(self) -> int:
        """Of the file's layout."""
        return self.header.schema_version

    @property
    def clock(self) -> Clock:
        """What the times of arrival are counted from; hand it on when recording anew."""
        return self.header.clock

    @property
    def start_time(self) -> str:
        """When it began, in ISO 8601, UTC."""
        return self.header.start_time.isoformat()

    @property
    def samples(self) -> int:
        """Samples of each channel."""
        return self._survey.rows

    @property
    def seconds(self) -> float:
        """Length by its sample index (s), lost samples included."""
        return (self._survey.stop - self._survey.first) / self.info.rate

    @property
    def gaps(self) -> list[Mapping[str, int]]:
        """Where samples are missing: the first missing index and how many."""
        return list(self._survey.gaps)

    @property
    def events(self) -> int:
        """How many events it holds, those that stages worked out included."""
        return self._survey.events

    @property
    def dropped_events(self) -> int:
        """How many events lie beyond the last sample that a crash has left; they are not played."""
        return self._survey.dropped_events

    @property
    def closed(self) -> bool:
        """Whether it was closed cleanly."""
        return self._survey.closed

    @property
    def summary(self) -> Mapping[str, Any] | None:
        """The session's ledger, stored when the file was closed."""
        return self._survey.summary

    @property
    def skipped(self) -> int:
        """Damaged rows left out: none, a damaged file is not played before it is recovered."""
        return 0

    @property
    def damage(self) -> list[Mapping[str, int | str]]:
        """None, likewise."""
        return []

    @property
    def notes(self) -> tuple[str, ...]:
        """What else there is to know."""
        said = []
        if not self.closed:
            said.append("it was not closed; it plays up to the last sample on disk")
        if self.dropped_events:
            said.append(f"{self.dropped_events} events after the last sample on disk are left out")
        if self.header.recovered is not None:
            saved, promised = self.header.recovered["saved"], self.header.recovered["promised"]
            said.append(f"it was recovered: {saved} of {promised} samples could be saved")
        return tuple(said)

    def recorded_events(self) -> Iterator[Event]:
        """Every event as it was recorded, those that stages worked out included, one by one from disk.

        Raises:
            RecordingError: the file is not open.
        """
        stored = _stored_events(self._open_file())
        return (event for event, _ in stored if event.index < self._survey.stop)

    def _open_file(self) -> h5py.File:
        if self._file is None:
            raise RecordingError(f"{self.path} is not open")
        return self._file

    def _play(self, file: h5py.File) -> Iterator[Block]:
        rows = self._rows or max(1, round(SECONDS * self.info.rate))
        raw = slab_reader(file["raw"])
        inputs = (event for event, is_input in _stored_events(file) if is_input)
        waiting = next(inputs, None)
        for piece in pieces(read_runs(file["blocks"], self._survey.rows), rows):
            mine: list[Event] = []
            while waiting is not None and waiting.index < piece.stop:
                mine += _placed(waiting, piece.start)
                waiting = next(inputs, None)
            yield Block(
                piece.start, {"raw": raw(piece.row, piece.rows)}, piece.arrived, tuple(mine), piece.time
            )

    def _damaged(self, error: Exception) -> RecordingError:
        said = str(error) if isinstance(error, RecordingError) else f"damaged: {_gist(error)}"
        advice = f"; save what can be saved with: nmr-emg recover {self.path}"
        return RecordingError(f"{self.path}: {said}{advice if said.startswith('damaged') else ''}")


def _stored_events(file: h5py.File) -> Iterator[tuple[Event, bool]]:
    return unpack(record for records in slices(file["events"], 512) for record in records)


def _placed(event: Event, start: int) -> list[Event]:
    """An event whose own sample could not be saved from a damaged file comes with the next one; a gap is found anew."""
    if event.index >= start:
        return [event]
    return [] if event.kind == "gap" else [event.at(start)]


def slab_reader(dataset: h5py.Dataset) -> Callable[[int, int], Array]:
    """A function that gives `count` rows from `row` on, and reads whole chunks, a megabyte of them at a time."""
    chunk = dataset.chunks[0]
    row_bytes = max(1, dataset.dtype.itemsize * dataset.shape[1])
    length = chunk * max(1, SLAB_BYTES // (chunk * row_bytes))
    begin = 0
    slab: Array = dataset[:0]

    def rows(row: int, count: int) -> Array:
        nonlocal begin, slab
        if row < begin or row + count > begin + len(slab):
            begin = row - row % chunk
            slab = dataset[begin : max(begin + length, row + count)]
        return slab[row - begin : row - begin + count]

    return rows


def _gist(error: Exception) -> str:
    text = str(error).strip("'\"").splitlines()
    return text[0][:120] if text else type(error).__name__
