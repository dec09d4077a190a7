"""Where the blocks of drivers that follow each other lie in one stream."""

import time
from dataclasses import replace
from math import isnan

from nmr_emg.block import Block
from nmr_emg.event import Event

LONG = 20.0
"""Over so many seconds the rate is measured that a gap is counted with."""
SETTLED = 2.0
"""It is measured from so many seconds on: the first samples may have waited somewhere."""
CLEARLY = 1e-3
"""From this share on the measured rate counts; below, the nominal one is as good."""


class Place:
    """Where blocks lie in the whole stream, and when its newest sample was taken."""

    def __init__(self) -> None:
        self.next = 0
        self._shift = 0
        self._newest = 0.0
        self._first = 0
        self._base: tuple[int, float] | None = None
        self._rate = 0.0

    def __call__(self, block: Block, rate: float) -> Block:
        """The block at its place."""
        placed = _moved(block, self._shift)
        self.next = placed.stop
        self._newest = _taken(block)
        self._measure(rate)
        return placed

    def after_outage(self, block: Block, rate: float, reason: str) -> Block:
        """The first block of a driver made anew, with what is said of the outage."""
        if not self.next:  # nothing came before: there is nothing to go on from
            return self(block, rate)
        outage = _taken(block) - (block.rows - 1) / rate - self._newest
        lost = max(0, round(outage * (self._rate or rate)) - 1)
        self._shift = self.next + lost - block.start
        self._base, self._first = None, self.next + lost
        told = {"state": "reconnected", "seconds": round(outage, 3), "after": reason}
        events = [Event("device", self.next + lost, data=told)]
        if lost:
            events.insert(0, Event("gap", self.next + lost, data={"samples": lost, "reason": "reconnect"}))
        kept = tuple(e for e in block.events if e.kind != "gap" or e.index != block.start)
        return self(replace(block, events=kept), rate).with_events(events)

    def _measure(self, nominal: float) -> None:
        """The rate by the newest samples, where it is clearly another than the nominal one."""
        if self._base is None and self.next - self._first < SETTLED * nominal:
            return
        self._base = self._base or (self.next, self._newest)
        rows, seconds = self.next - self._base[0], self._newest - self._base[1]
        if seconds >= LONG:
            rate = rows / seconds
            self._rate = rate if abs(rate / nominal - 1) > CLEARLY else nominal


def _taken(block: Block) -> float:
    """When a block's last sample was taken, as well as that is known (`time.monotonic()`)."""
    for known in (block.time, block.arrived):
        if not isnan(known):
            return known
    return time.monotonic()


def _moved(block: Block, shift: int) -> Block:
    if not shift:
        return block
    events = tuple(event.at(event.index + shift) for event in block.events)
    return replace(block, start=block.start + shift, events=events)
