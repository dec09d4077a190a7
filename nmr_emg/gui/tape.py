"""A recording as the window sees it."""

from datetime import UTC, datetime
from pathlib import Path

from nmr_emg.block import Block
from nmr_emg.driver import Sink


class Tape:
    """A sink that hands everything to `sink` and counts it.

    Args:
        path: the file that `sink` writes.
        sink: the recorder.
        rate: samples a second.
    """

    def __init__(self, path: Path, sink: Sink, rate: float) -> None:
        self.path = path
        self.closed = False
        self._sink = sink
        self._rate = rate
        self._samples = 0

    @property
    def seconds(self) -> float:
        """How much it holds."""
        return self._samples / self._rate

    def write(self, block: Block) -> None:
        """Record a block."""
        self._sink.write(block)
        self._samples += block.rows

    def close(self) -> None:
        """Close the file; closing twice is fine."""
        if not self.closed:
            self.closed = True
            self._sink.close()


def new_file(folder: Path, now: datetime | None = None) -> Path:
    """A path in `folder` that does not exist yet, named for the time of day.

    >>> new_file(Path("nowhere"), datetime(2025, 3, 1, 14, 5, 9)).name
    '2025-03-01_14-05-09.h5'
    """
    stem = f"{now or datetime.now(UTC).astimezone():%Y-%m-%d_%H-%M-%S}"
    path, turn = folder / f"{stem}.h5", 2
    while path.exists():
        path, turn = folder / f"{stem}_{turn}.h5", turn + 1
    return path
