"""The first bytes of an HDF5 file, read by hand, before the HDF5 library is let near a file that may hang it."""

import struct
from dataclasses import dataclass
from pathlib import Path

from nmr_emg.errors import RecordingError
from nmr_emg.recordings.lookup3 import lookup3

SIGNATURE = b"\x89HDF\r\n\x1a\n"
LENGTH = 48
"""Bytes of a superblock of version 2 or 3, the last four of them its checksum."""
NEWEST = 3

_VERSION_AT = 8
_FLAGS_AT = 11
_STOP_AT = {0: 40, 1: 44, 2: 28, 3: 28}


@dataclass(frozen=True, slots=True)
class Superblock:
    """What an HDF5 file says of itself.

    Args:
        version: of the superblock; ours is 3.
        flags: 0 after a clean close.
        stop: length in bytes that the file should have.
        size: length that it has.
        sound: whether its checksum holds; versions 0 and 1 have none.
    """

    version: int
    flags: int
    stop: int
    size: int
    sound: bool

    @property
    def checked(self) -> bool:
        """Whether it is of a version whose every record carries a checksum."""
        return self.version >= 2


def is_hdf5(head: bytes) -> bool:
    """Whether a file that begins with these bytes (8 or more) is HDF5.

    >>> is_hdf5(b"%OpenBCI Raw EXG Data")
    False
    """
    return head.startswith(SIGNATURE)


def read_superblock(path: Path) -> Superblock:
    """The superblock of a file.

    Raises:
        RecordingError: there is no such file, or it is no HDF5 file.
    """
    head, size = read_head(path)
    if not size:
        raise RecordingError(f"{path} is empty; there is nothing in it to read")
    if not is_hdf5(head):
        raise RecordingError(f"{path} is not an HDF5 file: it does not begin with HDF5's signature")
    if len(head) < LENGTH:
        raise RecordingError(f"{path} is cut off after {size} bytes, before its first sample")
    return _parsed(head, size)


def read_head(path: Path) -> tuple[bytes, int]:
    """The first bytes of a file, and its length.

    Raises:
        RecordingError: there is no such file or it can't be read.
    """
    if path.is_dir():
        raise RecordingError(f"{path} is a folder; name a file")
    if path.exists() and not path.is_file():
        raise RecordingError(f"{path} is a pipe or a device; name a file")  # opening it might wait for ever
    try:
        with path.open("rb") as file:
            return file.read(LENGTH), file.seek(0, 2)
    except (FileNotFoundError, NotADirectoryError):
        raise RecordingError(f"{path}: there is no such file") from None
    except OSError as error:
        raise RecordingError(f"{path} can't be read: {error.strerror or error}") from error


def mended(head: bytes, stop: int) -> bytes:
    """A superblock of version 2 or 3 with the marks of an open file cleared and another length."""
    changed = bytearray(head[: LENGTH - 4])
    changed[_FLAGS_AT] = 0
    struct.pack_into("<Q", changed, _STOP_AT[NEWEST], stop)
    return bytes(changed) + struct.pack("<I", lookup3(bytes(changed)))


def _parsed(head: bytes, size: int) -> Superblock:
    version = head[_VERSION_AT]
    checked = version >= 2
    (stop,) = struct.unpack_from("<Q", head.ljust(LENGTH + 8), _STOP_AT.get(version, _STOP_AT[NEWEST]))
    (checksum,) = struct.unpack_from("<I", head, LENGTH - 4)
    sound = not checked or checksum == lookup3(head[: LENGTH - 4])
    return Superblock(version, head[_FLAGS_AT] if checked else 0, stop, size, sound)
