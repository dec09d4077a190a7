"""A sink that keeps a stream on disk, readable at any moment."""

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.ledger import Ledger
from nmr_emg.recordings.clock import Clock
from nmr_emg.recordings.locks import in_use
from nmr_emg.recordings.packing import EVENT, pack
from nmr_emg.recordings.schema import RUN, Header, versions
from nmr_emg.recordings.store import TROUBLE, Store

TOGETHER = 0.1
"""Blocks that follow one another within this time (s) share one time of arrival: that of the last."""
LONG = frozenset({"gaps", "warnings"})
"""What of the ledger is not stored: it can be long, and follows from the rest."""
FLUSHES = 0.02, 10.0
"""Shortest and longest time between two flushes (s)."""

_FULL = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name)}


class Recorder:
    """Record the track `raw`, the times of arrival and every event into an HDF5 file.

    Samples are stored as they came, in chunks of `flush` seconds, each on disk as soon as it is full: a program that
    is killed loses less than one chunk. The file can be read while it is being written. Once a second, in
    a thread of its own, the disk is asked to keep what was written, so a power cut loses little more.

    Args:
        path: the file to write; its folder must be there.
        info: the stream.
        settings: whatever belongs to the recording: chain, profile, pairs, command. Kept as JSON.
        flush: seconds of signal a chunk, 0.02 to 10.
        overwrite: whether a file that is there already may be replaced.
        clock: what `Block.arrived` is counted from; by default this computer's clock now.
        ledger: the session's, to be stored at the end; by default the recorder counts for itself.

    Raises:
        RecordingError: the file can't be written, or it is there already.
        ConfigError: `flush` is out of range.
    """

    def __init__(
        self,
        path: str | Path,
        info: StreamInfo,
        settings: Mapping[str, Any],
        *,
        flush: float = 0.5,
        overwrite: bool = False,
        clock: Clock | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        if not FLUSHES[0] <= flush <= FLUSHES[1]:
            raise ConfigError(f"flush is {flush} s; it must be {FLUSHES[0]} to {FLUSHES[1]:g} s")
        self.path = Path(path)
        self._info = info
        self._own_ledger = ledger is None
        self._ledger = ledger or Ledger(info)
        self._chunk = max(1, round(flush * info.rate))
        self._together = max(1, round(TOGETHER * info.rate))
        self._shape = (len(info.channels),)
        self._raw: list[Array] = []
        self._runs: list[list[float]] = []
        self._events: list[Array] = []
        self._held = 0
        self._stored = 0
        self._stop: int | None = None
        self._failure: RecordingError | None = None
        self._closed = False
        header = Header(info, settings, clock or Clock.now(), versions())
        self._store = _create(self.path, header, self._chunk, overwrite=overwrite)

    @property
    def seconds(self) -> float:
        """Seconds of signal that are on disk."""
        return self._stored / self._info.rate

    def write(self, block: Block) -> None:
        """Take a block.

        Raises:
            RecordingError: it can't be written. What was written before is safe; the text says how much.
        """
        self._check(block)
        if not block.rows:
            return
        self._events += [pack(event) for event in sorted(block.events, key=lambda event: event.index)]
        self._raw.append(np.array(block["raw"]))
        self._note_arrival(block)
        if self._own_ledger:
            self._ledger.count(block)
        self._held += block.rows
        self._stop = block.stop
        if self._held >= self._chunk:
            self._commit(self._held - self._held % self._chunk)

    def close(self) -> None:
        """Write what is left and close the file; after a failure, or a second time, do nothing.

        Raises:
            RecordingError: what was left can't be written.
        """
        if self._closed:
            return
        if self._held:
            self._commit(self._held)
        self._finish()

    def _check(self, block: Block) -> None:
        if self._failure is not None:
            raise self._failure
        if self._closed:
            raise RecordingError(f"{self.path} is closed; nothing more can be recorded into it")
        if not block.rows:
            return
        raw = block["raw"]
        if raw.dtype != np.dtype(self._info.dtype) or raw.shape[1:] != self._shape:
            raise RecordingError(
                f"{self._info.device or 'the source'} sends {raw.dtype} in {raw.shape[1:]} columns but said "
                f"{self._info.dtype} in {self._shape}; samples are never converted on their way to disk"
            )
        if self._stop is not None and block.start < self._stop:
            raise RecordingError(
                f"sample index went back from {self._stop} to {block.start}; the source is at fault"
            )

    def _note_arrival(self, block: Block) -> None:
        if self._runs and block.start == self._stop:
            last = self._runs[-1]
            if last[2] + block.rows <= self._together:
                last[2:] = last[2] + block.rows, block.arrived, block.time
                return
        self._runs.append([self._stored + self._held, block.start, block.rows, block.arrived, block.time])

    def _commit(self, rows: int) -> None:
        """Put the first `rows` of what is held on disk, and all times and events."""
        held = np.concatenate(self._raw)
        runs: Array = np.array([tuple(run) for run in self._runs], RUN)
        events = np.concatenate([np.empty(0, EVENT), *self._events])
        try:
            full = self._trouble(held, runs, events)
            self._store.append(held if full else held[:rows], runs, events)
        except TROUBLE as error:
            self._store.abandon()
            raise self._failed(error) from error
        self._stored += len(held) if full else rows
        self._held = 0 if full else len(held) - rows
        self._raw, self._runs, self._events = [held[rows:].copy()], [], []
        if full:
            self._finish()
            raise self._failed(full) from full

    def _trouble(self, *pieces: Array) -> OSError | None:
        """Why there is no room for the chunk after this one; `None` if there is.

        Raises:
            OSError: there is none for this one either.
        """
        try:
            self._store.make_room(*pieces)
        except OSError as error:
            if isinstance(error, FileNotFoundError) or not self._store.has_room(*pieces):
                raise
            return error
        return None

    def _finish(self) -> None:
        self._closed = True
        summary = {key: value for key, value in self._ledger.as_json().items() if key not in LONG}
        try:
            self._store.close(summary)
        except TROUBLE as error:
            self._store.abandon()
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> RecordingError:
        self._closed = True
        number = error_number(error)
        why = os.strerror(number) if number else str(error)
        self._failure = RecordingError(
            f"{self.path}: recording stopped: {why}; {_what_is_safe(self.seconds, number)}"
        )
        return self._failure


def error_number(error: Exception) -> int | None:
    """The system's number of an error, which h5py tells only in its text.

    >>> error_number(RuntimeError("Can't write data (file write failed: errno = 28, error message = ''"))
    28
    """
    found = re.search(r"errno = (\d+)", str(error))
    return getattr(error, "errno", None) or (int(found[1]) if found else None)


def _what_is_safe(seconds: float, number: int | None) -> str:
    if number == errno.ENOENT:
        return "it was deleted while it was recorded; record into a new file"
    if number in _FULL:
        return f"the {seconds:.1f} s before are safe in it; free some space and record into a new file"
    return f"the {seconds:.1f} s before are safe in it; check the disk and record into a new file"


def _create(path: Path, header: Header, rows: int, *, overwrite: bool) -> Store:
    if path.is_dir():
        raise RecordingError(f"{path} is a folder; name a file")
    if overwrite and in_use(path):
        raise RecordingError(
            f"{path} is in use: it is being recorded or replayed; stop that first or choose another name"
        )
    try:
        return Store(path, header, rows, overwrite=overwrite)
    except FileExistsError:
        raise RecordingError(f"{path} is there already; choose another name or allow overwriting") from None
    except (FileNotFoundError, NotADirectoryError):
        raise RecordingError(f"{path}: there is no folder {path.parent}; create it first") from None
    except TROUBLE as error:
        number = error_number(error)
        why = os.strerror(number) if number else str(error)
        raise RecordingError(f"{path} can't be created: {why}; choose another place") from error
