"""Lines of a text file, in pieces of bounded size, whatever is in it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nmr_emg.errors import RecordingError

PIECE = 1 << 18
"""Bytes read at once."""
LONGEST = 1 << 16
"""Characters kept of a line; what goes beyond is thrown away."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a file.

    Args:
        number: of the first one, counted from 1.
        texts: without their ends; a byte is a character (Latin-1).
        ended: whether the last one had an end, which all but the file's last line have.
    """

    number: int
    texts: list[str]
    ended: bool = True

    def from_(self, count: int) -> "Lines":
        """All but the first `count` lines."""
        return Lines(self.number + count, self.texts[count:], self.ended)


def opened(path: Path) -> BinaryIO:
    """The file, open for reading bytes.

    Raises:
        RecordingError: it is not there, is no plain file, is empty or can't be read.
    """
    try:
        _check(path, path.stat())
        return path.open("rb")
    except FileNotFoundError as error:
        raise RecordingError(f"there is no file {path}; check its name and folder") from error
    except RecordingError:
        raise
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def _check(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise RecordingError(f"{path} is a folder; name a file in it")
    if not stat.S_ISREG(status.st_mode):
        raise RecordingError(f"{path} is no plain file; only files can be read")
    if not status.st_size:
        raise RecordingError(f"{path} is empty: nothing was recorded, or it was never copied")


def unreadable(path: Path, error: Exception) -> RecordingError:
    """The error for a file that the system does not let us read."""
    why = getattr(error, "strerror", None) or error
    return RecordingError(f"{path} can't be read: {why}; check the disk and your permissions")


def lines(file: BinaryIO, path: Path) -> Iterator[Lines]:
    r"""Lines that end in LF, CRLF or CR, about 256 KB at a time; a single line never takes more than 320 KB.

    Raises:
        RecordingError: the file can't be read on.

    >>> from io import BytesIO
    >>> [piece.texts for piece in lines(BytesIO(b"a\r\nb\n\nc"), Path("x"))]
    [['a', 'b', ''], ['c']]
    """
    number, tail = 1, ""
    while data := _piece(file, path):
        texts = (tail + data.decode("latin-1")).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        tail = texts.pop()[:LONGEST]
        if texts:
            yield Lines(number, texts)
        number += len(texts)
    if tail:
        yield Lines(number, [tail], ended=False)


def _piece(file: BinaryIO, path: Path) -> bytes:
    try:
        data = file.read(PIECE)
        return data + file.read(1) if data.endswith(b"\r") else data
    except OSError as error:
        raise unreadable(path, error) from error
