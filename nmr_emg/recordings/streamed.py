"""A recording read from a file piece by piece."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nmr_emg.block import Block, StreamInfo
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.recordings.counted import ROWS
from nmr_emg.recordings.lines import opened
from nmr_emg.recordings.recording import Recording
from nmr_emg.recordings.skipped import Skipped


@dataclass(frozen=True, slots=True)
class Started:
    """What is known of a file once its beginning has been read, and its blocks."""

    info: StreamInfo
    blocks: Iterator[Block]
    start_time: str | None = None
    notes: tuple[str, ...] = ()
    variant: str = ""


class Streamed(Recording):
    """Reads a file as fast as it can, in bounded memory.

    Args:
        path: the file.
        name: of the format.
        rows: most rows of a block; `None` leaves the choice to the reader.
        start: reads the beginning of the open file and gives what is known and the blocks; rows left out go
            to the `Skipped`.
    """

    def __init__(
        self,
        path: str | Path,
        name: str,
        rows: int | None,
        start: Callable[[BinaryIO, Path, Skipped, int], Started],
    ) -> None:
        if rows is not None and rows < 1:
            raise ConfigError(f"rows is {rows}; a block has at least 1")
        self._path = Path(path)
        self._name = name
        self._rows = rows or ROWS
        self._start = start
        self._file: BinaryIO | None = None
        self._started: Started | None = None
        self._skipped = Skipped()
        self._events = 0
        self._ended = False

    @property
    def format(self) -> str:
        """Short name of the format."""
        return self._name

    @property
    def variant(self) -> str:
        """Which variety of the format it is."""
        return self._known.variant

    @property
    def info(self) -> StreamInfo:
        """What it holds."""
        return self._known.info

    @property
    def start_time(self) -> str | None:
        """When it began, in ISO 8601, or `None`."""
        return self._known.start_time

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed because the file does not say it."""
        return self._known.notes

    @property
    def events(self) -> int | None:
        """How many events it holds; known at its end."""
        return self._events if self._ended else None

    @property
    def skipped(self) -> int:
        """How many damaged or repeated rows have been left out so far."""
        return self._skipped.total

    @property
    def damage(self) -> list[Mapping[str, int | str]]:
        """The first hundred of them."""
        return self._skipped.first

    def open(self) -> None:
        """Read the beginning; a recording that is open begins anew.

        Raises:
            RecordingError: the file is not there, can't be read or holds no samples.
            ConfigError: it does not say its rate, and nobody else does.
        """
        self.close()
        self._skipped, self._events, self._ended = Skipped(), 0, False
        self._file = opened(self._path)
        try:
            self._started = self._start(self._file, self._path, self._skipped, self._rows)
        except BaseException:
            self.close()
            raise

    def read(self) -> Block | None:
        """The next block, `None` at the end.

        Raises:
            RecordingError: the file is not open, or can't be read on.
        """
        if self._file is None:
            raise RecordingError(f"{self._path} is not open")
        block = next(self._known.blocks, None)
        self._ended = self._ended or block is None
        self._events += len(block.events) if block else 0
        return block

    def close(self) -> None:
        """Close the file; what was learnt about it stays known."""
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def _known(self) -> Started:
        if self._started is None:
            raise RecordingError(f"{self._path} was never opened")
        return self._started
