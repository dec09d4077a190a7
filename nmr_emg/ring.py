"""The newest seconds of a session, for whoever draws: written by the worker, read by the screen, never queued."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.event import Event

MOST_EVENTS = 1000
SPARE_SECONDS = 1.0
"""Room that the writer fills while a reader copies, so that a copy is whole."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a ring held at one moment.

    `tracks` are arrays (rows, columns), oldest row first; `index` is the sample index of each row, so that a gap
    shows as a jump. `count` is the number of samples ever written, `arrived` when the newest came in.
    """

    index: Array
    tracks: dict[str, Array]
    arrived: float
    count: int


class Ring:
    """A sink that keeps the newest `seconds` of some tracks.

    One thread writes, any thread reads: a reader copies, checks the writer's counter and tries again once; what was
    overtaken even then is left out.
    """

    def __init__(
        self, info: StreamInfo, seconds: float = 10.0, tracks: Sequence[str] = ("envelope",)
    ) -> None:
        self.info = info
        self._shown = max(1, round(seconds * info.rate))
        self._spare = max(1, round(SPARE_SECONDS * info.rate))
        self._rows = self._shown + self._spare
        self._names = tuple(tracks)
        self._index = np.zeros(self._rows, np.int64)
        self._tracks: dict[str, Array] = {}
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._arrived = float("nan")
        self._writing = 0
        self._written = 0

    def write(self, block: Block) -> None:
        """Keep the block's rows."""
        if not block.rows:
            return
        self._events.extend(block.events)
        rows = min(block.rows, self._rows)
        places = (self._written + block.rows - rows + np.arange(rows)) % self._rows
        self._writing = self._written + block.rows
        self._index[places] = np.arange(block.stop - rows, block.stop)
        if not self._tracks:
            # All at once: a reader may be going through them.
            self._tracks = {name: self._room(block[name]) for name in self._names}
        for name, held in self._tracks.items():
            held[places] = block[name][-rows:]
        self._arrived = block.arrived
        self._written = self._writing

    def close(self) -> None:
        """Nothing to do: what it holds can still be read."""

    def events(self) -> list[Event]:
        """The newest events, oldest first."""
        return list(self._events)

    def read(self) -> Snapshot:
        """Copy what it holds."""
        for _ in range(2):
            before = self._written
            snapshot = self._copy(before)
            torn = self._writing - before - self._spare
            if torn <= 0:
                return snapshot
        return _without(torn, snapshot)

    def _room(self, track: Array) -> Array:
        return np.zeros((self._rows, *track.shape[1:]), track.dtype)

    def _copy(self, count: int) -> Snapshot:
        held = min(count, self._shown)
        places: np.ndarray[Any, Any] = np.arange(count - held, count) % self._rows
        tracks = {name: track[places] for name, track in self._tracks.items()}
        return Snapshot(self._index[places], tracks, self._arrived, count)


def _without(oldest: int, snapshot: Snapshot) -> Snapshot:
    tracks = {name: track[oldest:] for name, track in snapshot.tracks.items()}
    return Snapshot(snapshot.index[oldest:], tracks, snapshot.arrived, snapshot.count)
