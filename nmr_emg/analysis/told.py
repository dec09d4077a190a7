"""A recording with events told to it afterwards."""

from collections.abc import Iterable

from nmr_emg.block import Block
from nmr_emg.driver import Driver, Wrapped
from nmr_emg.event import Event


class Told(Wrapped):
    """Read `driver` and stamp events on the samples they name, or on the first one after a gap.

    Their indices are counted from the recording's first sample, whatever index that has. An event at the very end, where
    no sample follows, comes with the last one: blocks are handed out one late to know which that is. Levels told at
    index 0 hold for the whole recording: they are told again wherever it restarts the chain.
    """

    def __init__(self, driver: Driver, events: Iterable[Event]) -> None:
        super().__init__(driver)
        self._waiting = sorted(events, key=lambda event: event.index)
        self._levels = [e for e in self._waiting if e.index <= 0 and e.kind in ("rest", "reference")]
        self._held: Block | None = None
        self._first: int | None = None

    def read(self) -> Block | None:
        """The next block, with the events that fall into it."""
        block, self._held = self._held, self._driver.read()
        while self._held is not None and (block is None or not block.rows):
            block, self._held = self._held, self._driver.read()
        if block is None or not block.rows:
            return block
        if self._first is None:
            self._first = block.start
        end = block.stop + (self._held is None)
        due = [event for event in self._waiting if event.index + self._first < end]
        del self._waiting[: len(due)]
        places = (min(max(event.index + self._first, block.start), block.stop - 1) for event in due)
        told = [event.at(place) for event, place in zip(due, places, strict=True)]
        restarts = [event.index for event in block.events if event.kind == "restart"]
        return block.with_events([*told, *(level.at(i) for i in restarts for level in self._levels)])
