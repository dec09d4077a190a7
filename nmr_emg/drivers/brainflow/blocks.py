"""From BrainFlow's arrays to blocks that carry the board's own sample count."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Block
from nmr_emg.drivers.brainflow.boards import Sent
from nmr_emg.event import Event
from nmr_emg.timing.counter import Counting, Integers, detect
from nmr_emg.timing.timeline import Timeline

MOST_FIRST = 32
FEWEST_FIRST = 8
FIRST_SECONDS = 0.25
"""Rows are gathered for so long (s, between 8 and 32 rows) before the first is handed out, to see how the board
counts."""

Data: TypeAlias = NDArray[np.float64]
"""Shape (rows of the board, samples), as BrainFlow hands it out."""


class Cutter:
    """Cuts one stream into blocks of consecutive samples, and says what was lost between them.

    `counted` tells, once that is known, whether the board counts its samples; if not, only the clock shows losses.

    Args:
        sent: what the board sends.
    """

    def __init__(self, sent: Sent) -> None:
        self._sent = sent
        self._wanted = int(min(max(FIRST_SECONDS * sent.rate, FEWEST_FIRST), MOST_FIRST))
        self._early: list[Data] = []
        self._timeline: Timeline | None = None
        self._counter = sent.counter
        self.counted: bool | None = None
        self._expected = 0
        self._overflow = False

    def add(self, data: Data, arrived: float, *, overflow: bool = False) -> list[Block]:
        """Blocks of what came in, as far as they are settled.

        Args:
            data: as BrainFlow hands it out.
            arrived: `time.monotonic()` when its last sample came in.
            overflow: whether BrainFlow's buffer was full, so that older samples may be lost.
        """
        self._overflow = self._overflow or overflow
        if self._timeline is None:
            self._early.append(data)
            if sum(one.shape[1] for one in self._early) < self._wanted:
                return []
            data = self._begin()
        return self._named(self._placed(data, arrived))

    def flush(self, arrived: float) -> list[Block]:
        """What is still held back, at the end."""
        blocks: list[Block] = []
        if self._timeline is None and self._early:
            blocks += self._placed(self._begin(), arrived)
        if self._timeline is not None:
            blocks += self._timeline.flush()
        return self._named(blocks)

    def _begin(self) -> Data:
        """Start the timeline with what the first rows tell of the board's way of counting."""
        first = np.concatenate(self._early, axis=1)
        self._early.clear()
        counting: Counting | None = None
        if self._counter is not None:
            counting = detect(_ids(first, self._counter))
        if counting is None:
            self._counter = None
        self.counted = counting is not None
        self._timeline = Timeline(self._sent.rate, counting)
        return first

    def _placed(self, data: Data, arrived: float) -> list[Block]:
        if self._timeline is None or not data.shape[1]:
            return []
        rows = np.ascontiguousarray(data[self._sent.columns].T)
        ids = None if self._counter is None else _ids(data, self._counter)
        return list(self._timeline.place(rows, ids, arrived, _markers(self._sent.marker, data)))

    def _named(self, blocks: list[Block]) -> list[Block]:
        """The blocks; if the buffer was full, the first loss among them is the buffer's."""
        named = []
        for block in blocks:
            lost = block.start - self._expected
            if lost > 0 and self._overflow:
                self._overflow = False
                named.append(_overflown(block, lost))
            else:
                named.append(block)
            self._expected = block.stop
        return named


def _overflown(block: Block, lost: int) -> Block:
    others = tuple(e for e in block.events if not (e.kind == "gap" and e.index == block.start))
    gap = Event("gap", block.start, data={"samples": lost, "reason": "overflow"})
    return replace(block, events=others).with_events([gap])


def _ids(data: Data, counter: int) -> Integers:
    """Counter values; of a wider counter the lowest byte, which wraps as any other."""
    return np.asarray(np.nan_to_num(data[counter]).astype(np.int64) % 256)


def _markers(marker: int | None, data: Data) -> Sequence[Event]:
    """Markers that were set at the board, by row."""
    if marker is None:
        return ()
    marks: NDArray[Any] = data[marker]
    found = np.flatnonzero(marks).tolist()
    return [Event("marker", at, data={"text": f"{marks[at]:g}"}) for at in found]
