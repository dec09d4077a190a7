"""A second descriptor on the file being recorded: makes room ahead of HDF5 and marks the file as in use."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from nmr_emg.recordings.locks import BINARY, mark
from nmr_emg.recordings.superblock import LENGTH, is_hdf5
from nmr_emg.recordings.syncing import Syncing

STEP = 192 * 1024
"""Bytes by which the file grows at once, ahead of what is written."""


class Foothold:
    """Our own hold on a file that HDF5 writes.

    HDF5 crashes the program when it closes a file after a write has failed. So the file is made longer with
    zeros first: when the disk is full that fails here, and HDF5 still has room to finish and close.

    Args:
        path: the file; it is created.
        overwrite: whether it may be there already.

    Raises:
        OSError: it can't be created.
    """

    def __init__(self, path: Path, *, overwrite: bool) -> None:
        mode = os.O_RDWR | os.O_CREAT | BINARY | (0 if overwrite else os.O_EXCL)
        self._descriptor = os.open(path, mode, 0o666)
        self._syncing: Syncing | None = None

    def claim(self) -> None:
        """Mark the file as in use (where the system can), and begin to sync it."""
        mark(self._descriptor)
        self._syncing = Syncing(self._descriptor)

    def room(self, used: int) -> int:
        """Bytes of the file beyond the first `used`."""
        return os.fstat(self._descriptor).st_size - used

    def make_room(self, used: int, want: int) -> None:
        """Grow the file until `want` bytes are free in it beyond the first `used`.

        Raises:
            OSError: the disk is full, or the file was deleted.
        """
        if not os.fstat(self._descriptor).st_nlink:
            raise FileNotFoundError(errno.ENOENT, "the file was deleted while it was recorded")
        if self.room(used) >= want:
            return
        try:
            self._grow(used + want + STEP)
        except OSError:
            if self.room(used) < want:
                raise

    def _grow(self, size: int) -> None:
        left = size - os.lseek(self._descriptor, 0, os.SEEK_END)
        while left > 0:
            left -= os.write(self._descriptor, bytes(min(left, 2**20)))

    def sync(self) -> None:
        """Have the disk keep what was written, within a second.

        Raises:
            OSError: it refused before.
        """
        if self._syncing is not None:
            self._syncing.ask()

    def close(self, *, trim: bool) -> None:
        """Let go, with `trim` after cutting off the room that was not needed."""
        if trim:
            self._trim()
        if self._syncing is None or self._syncing.stop():
            os.close(self._descriptor)

    def _trim(self) -> None:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        head = os.read(self._descriptor, LENGTH)
        stop = int.from_bytes(head[28:36], "little")
        if is_hdf5(head) and LENGTH <= stop < os.fstat(self._descriptor).st_size:
            os.ftruncate(self._descriptor, stop)


def silence(descriptor: int) -> None:
    """Point HDF5's descriptor at nowhere, so that closing after a failed write can't fail, and crash, again."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_RDWR | BINARY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
