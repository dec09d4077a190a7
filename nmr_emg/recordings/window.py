"""A damaged HDF5 file seen as if it had been closed cleanly; the file itself is not touched."""

from pathlib import Path
from types import TracebackType
from typing import Self

from nmr_emg.recordings.superblock import LENGTH, mended, read_superblock

BEYOND = 16 * 2**20
"""Most bytes shown as zeros after the file's end, so that a piece that begins before it can be read."""


class Window:
    """A read-only file object for `h5py.File`: marks of an open file cleared, a missing end read as zeros.

    Read through SWMR, the library waits ever longer for a damaged record to become whole, which never ends;
    through this it fails at once. Every record carries a checksum, so zeros are found out.
    """

    def __init__(self, path: Path) -> None:
        about = read_superblock(path)
        self._file = path.open("rb", buffering=0)
        self._size = min(max(about.size, about.stop), about.size + BEYOND)
        head = self._file.read(LENGTH)
        self._head = mended(head, self._size) if about.checked else head
        self._at = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, counted from the start (0), from here (1) or from the end (2)."""
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        """The place where the next read begins."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, count: int) -> bytes:
        """The next `count` bytes."""
        self._file.seek(self._at)
        data = bytearray()
        while len(data) < count and (more := self._file.read(count - len(data))):
            data += more
        data += bytes(count - len(data))
        if self._at < LENGTH:
            shown = self._head[self._at : self._at + count]
            data[: len(shown)] = shown
        self._at += count
        return bytes(data)

    def write(self, data: bytes) -> int:  # noqa: ARG002  (h5py asks for it by this name)
        """Refused: a window is for looking through."""
        raise OSError("a damaged file is never written to")

    def truncate(self, size: int | None = None) -> int:
        """Nothing to do: HDF5 asks for it even when it only reads."""
        return self._size if size is None else size

    def flush(self) -> None:
        """Nothing to do."""
