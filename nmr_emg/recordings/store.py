"""The HDF5 side of a recorder: datasets that grow in whole chunks, on disk after every one of them."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import h5py

from nmr_emg.block import Array
from nmr_emg.recordings.foothold import Foothold, silence
from nmr_emg.recordings.schema import LIBVER, Header, ledger, make_datasets, write_header

MARGIN = 64 * 1024
"""Room (bytes) for HDF5's bookkeeping of one more chunk and of closing."""
TROUBLE = (OSError, RuntimeError, ValueError)
"""What h5py raises when HDF5 fails."""


class Store:
    """A new file in SWMR mode: readable at any moment, also after `kill -9`.

    Args:
        path: where.
        header: what it says of the stream.
        rows: rows of one chunk.
        overwrite: whether the file may be there already.

    Raises:
        OSError: it can't be created.
    """

    def __init__(self, path: Path, header: Header, rows: int, *, overwrite: bool) -> None:
        self._hold = Foothold(path, overwrite=overwrite)
        try:
            self._hold.make_room(0, MARGIN)
            self._file = h5py.File(path, "w", libver=LIBVER)
        except TROUBLE:
            self._hold.close(trim=False)
            path.unlink()
            raise
        try:
            write_header(self._file, header)
            make_datasets(self._file, header.info, rows)
            self._file.swmr_mode = True
            # Kept open: a dataset that is closed writes what it holds, and h5py passes over it when that fails.
            self._data = {name: self._file[name] for name in ("blocks", "events", "raw", "ledger")}
            self._hold.claim()
        except TROUBLE:
            self.abandon()
            path.unlink()
            raise

    def has_room(self, raw: Array, runs: Array, events: Array) -> bool:
        """Whether what is to be appended fits into room that was made before."""
        return self._hold.room(self._file.id.get_filesize()) >= _need(raw, runs, events)

    def make_room(self, raw: Array, runs: Array, events: Array) -> None:
        """Make room for what is to be appended, and as much again.

        Raises:
            OSError: the disk is full, or the file was deleted.
        """
        self._hold.make_room(self._file.id.get_filesize(), 2 * _need(raw, runs, events))

    def append(self, raw: Array, runs: Array, events: Array) -> None:
        """Append and flush. Times and events go first, so that no sample on disk is ever without them.

        Raises:
            OSError, RuntimeError, ValueError: HDF5 failed; only `abandon` may follow.
        """
        for name, rows in (("blocks", runs), ("events", events), ("raw", raw)):
            if len(rows):
                extend(self._data[name], rows)
                self._data[name].flush()
        self._hold.sync()

    def close(self, summary: Mapping[str, Any]) -> None:
        """Write the summary, mark the file as closed and let go.

        Raises:
            OSError, RuntimeError, ValueError: HDF5 failed; only `abandon` may follow.
        """
        self._data["ledger"][...] = ledger(closed=True, summary=summary)
        self._data["ledger"].flush()
        self._file.close()
        self._hold.close(trim=True)

    def abandon(self) -> None:
        """Let go of the file as it lies on the disk."""
        with suppress(*TROUBLE):
            silence(self._file.id.get_vfd_handle())
        with suppress(*TROUBLE):
            self._file.close()
        with suppress(OSError):
            self._hold.close(trim=False)


def extend(dataset: h5py.Dataset, rows: Array) -> None:
    """Append rows to a dataset."""
    have = len(dataset)
    dataset.resize(have + len(rows), 0)
    dataset[have:] = rows


def _need(raw: Array, runs: Array, events: Array) -> int:
    return MARGIN + raw.nbytes + raw.nbytes // 8 + 2 * (runs.nbytes + events.nbytes)
