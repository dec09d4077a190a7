"""Marks a file as in use, so that nobody recovers or overwrites it meanwhile."""

import os
import sys
from pathlib import Path
from typing import BinaryIO

BINARY = getattr(os, "O_BINARY", 0)


def mark(descriptor: int, *, alone: bool = False) -> bool:
    """Lock a file until its descriptor is closed; whether nobody else's lock was in the way.

    Any number may hold a file; only one may hold it alone. Where the system has no such locks, the answer is yes.
    """
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415  (Windows has none)

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True


def hold(path: Path) -> BinaryIO:
    """Mark a file as in use until the file object that this gives is closed.

    Raises:
        OSError: it can't be opened.
    """
    held = path.open("rb")
    mark(held.fileno())
    return held


def in_use(path: Path) -> bool:
    """Whether a file is being recorded or read, by this program or another; `False` where the system can't tell."""
    try:
        descriptor = os.open(path, os.O_RDONLY | BINARY)
    except OSError:
        return False
    try:
        return not mark(descriptor, alone=True)
    finally:
        os.close(descriptor)
