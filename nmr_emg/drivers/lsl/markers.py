"""A stream of markers joined to a stream of signals."""

from collections import deque
from math import isfinite

from nmr_emg.block import Block
from nmr_emg.event import Event

WAIT = 0.05
"""How long (s) signals are held back, so that the markers that belong to them have come."""
MOST = 10_000
"""Markers that wait for their sample, at most; one of the future would wait for ever."""


class Joined:
    """Hold blocks back for a moment and put markers on the sample at which they were set.

    A marker that comes later than that lies on the first row that is still there, and its `late_ms` says by how much.

    Args:
        rate: samples a second.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._blocks: deque[Block] = deque()
        self._markers: deque[tuple[str, float]] = deque(maxlen=MOST)
        self._told: list[Event] = []

    def mark(self, text: str, time: float) -> None:
        """Take a marker that was set at `time` (`time.monotonic()`, s)."""
        self._markers.append((text, time))

    def tell(self, event: Event) -> None:
        """Take an event for the next block."""
        self._told.append(event)

    def add(self, block: Block) -> None:
        """Take the next block."""
        self._blocks.append(block)

    def ready(self, now: float) -> list[Block]:
        """Blocks that have waited long enough, with their markers."""
        done = []
        while self._blocks and now - self._blocks[0].arrived >= WAIT:
            done.append(self._marked(self._blocks.popleft()))
        return done

    def _marked(self, block: Block) -> Block:
        waiting, self._markers = self._markers, deque(maxlen=MOST)
        found = [event.at(block.start) for event in self._told]
        self._told.clear()
        for text, time in waiting:
            at = self._row(block, time)
            if at >= block.rows:
                self._markers.append((text, time))
            else:
                late = {"late_ms": round(-1e3 * at / self._rate, 1)} if at < 0 else {}
                found.append(Event("marker", block.start + max(at, 0), data={"text": text, **late}))
        return block.with_events(found)

    def _row(self, block: Block, time: float) -> int:
        """The row nearest to a time, which may lie outside; the first one for a time that is none."""
        if not (isfinite(time) and isfinite(block.time)):
            return 0
        return block.rows - 1 - round((block.time - time) * self._rate)
