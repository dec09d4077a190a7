"""From a plan to blocks: frames are computed, lost samples left out, events set on rows that exist."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count

import numpy as np

from nmr_emg.block import Array, Block, join
from nmr_emg.drivers.simulation.channel import channel
from nmr_emg.drivers.simulation.plan import Plan
from nmr_emg.drivers.simulation.truth import cues, losses, told
from nmr_emg.event import Event


def frames(plan: Plan, total: int | None) -> Iterator[Block]:
    """The stream of a plan, in blocks of consecutive samples that end with a frame or where samples are lost.

    Args:
        plan: what is simulated.
        total: how many samples, lost ones included, or `None` without end.
    """
    channels = [channel(plan, muscle) for muscle in plan.scene.muscles]
    due = _due(heapq.merge(cues(plan), told(plan), key=lambda event: event.index))
    lost = _lost(plan)
    waiting: list[Event] = []
    for number in count():
        first = number * plan.frame
        last = first + plan.frame if total is None else min(first + plan.frame, total)
        if first >= last:
            return
        raw = np.stack([frame(number) for frame in channels], axis=1)[: last - first]
        kept = np.flatnonzero(~lost(first, last)) + first
        waiting = [*waiting, *due(last)]
        events = _on_rows(waiting, kept)
        waiting = waiting[len(events) :]
        yield from _pieces(raw, first, kept, events)


def in_rows(blocks: Iterable[Block], rows: int) -> Iterator[Block]:
    """The same stream in blocks of `rows` rows; only before a loss and at the end they may be shorter."""
    held: Block | None = None
    for block in blocks:
        if held is not None and held.stop != block.start:
            yield held
            held = None
        held = block if held is None else join([held, block])
        while held.rows > rows:
            yield held.cut(0, rows)
            held = held.cut(rows, held.rows)
    if held is not None:
        yield held


def _due(events: Iterator[Event]) -> Callable[[int], list[Event]]:
    """A function that gives the events before an index that it has not given yet."""
    coming = next(events, None)

    def before(index: int) -> list[Event]:
        nonlocal coming
        given = []
        while coming is not None and coming.index < index:
            given.append(coming)
            coming = next(events, None)
        return given

    return before


def _lost(plan: Plan) -> Callable[[int, int], Array]:
    """A function that says which samples from one index to another are lost, asked in order."""
    ranges = losses(plan)
    coming = next(ranges, None)
    held: list[tuple[int, int]] = []

    def mask(first: int, last: int) -> Array:
        nonlocal coming
        while coming is not None and coming[0] < last:
            held.append(coming)
            coming = next(ranges, None)
        held[:] = [one for one in held if sum(one) > first]
        gone = np.zeros(last - first, bool)
        for start, samples in held:
            gone[max(0, start - first) : max(0, start - first + samples)] = True
        return gone

    return mask


def _on_rows(events: list[Event], kept: Array) -> list[Event]:
    """The events that have a row at or after them, each on the first such row."""
    places = np.searchsorted(kept, [event.index for event in events])
    return [
        event.at(int(kept[place])) for event, place in zip(events, places, strict=True) if place < len(kept)
    ]


def _pieces(raw: Array, first: int, kept: Array, events: list[Event]) -> Iterator[Block]:
    for run in np.split(kept, np.flatnonzero(np.diff(kept) > 1) + 1):
        if len(run):
            start, stop = int(run[0]), int(run[-1]) + 1
            inside = tuple(event for event in events if start <= event.index < stop)
            yield Block(start, {"raw": raw[start - first : stop - first]}, events=inside)
