"""A device's packet counter, unwrapped into sample indexes, so that loss shows to the sample."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, nan
from types import MappingProxyType
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Times: TypeAlias = NDArray[np.float64]

REPEATED = -1
"""Stands for the index of a row whose sample came already."""
FOREIGN = -2
"""Stands for the index of a row whose counter no sample carries, as the Ganglion's impedance packets."""

FEWEST_AHEAD = 64
MOST_AHEAD = 4096


@dataclass(frozen=True, slots=True)
class Counting:
    """How a board counts its samples.

    Args:
        name: in words.
        cycle: counter values of one whole cycle, one a sample, in order; empty if the counter never wraps.
        other: values that may stand for the same cycle instead.
    """

    name: str
    cycle: tuple[int, ...] = ()
    other: tuple[int, ...] = ()


def _twice(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(one for one in ids for _ in range(2))


BYTE = Counting("0 to 255", tuple(range(256)))
HUB = Counting("0 to 200", tuple(range(201)))
ENDLESS = Counting("without wrapping")

COUNTINGS = MappingProxyType(
    {
        one.name: one
        for one in (
            BYTE,
            HUB,
            Counting("every other number to 255", tuple(range(0, 256, 2)), tuple(range(1, 256, 2))),
            Counting("0 to 99, each twice", _twice(range(100)), _twice(range(100, 200))),
            Counting(
                "0, then 1 to 100, each twice", (0, *_twice(range(1, 101))), (0, *_twice(range(101, 201)))
            ),
            ENDLESS,
        )
    }
)
"""Cyton, WiFi and synthetic boards count bytes; the Daisy every other number; the Ganglion 0 to 200 through
OpenBCI's hub, else as its firmware 3 (each number twice) or 2 (a lone 0 first) does, which count 100 higher
while the accelerometer is off."""


class Unwrap(Protocol):
    """Unwraps one stream, piece by piece; `unwrap` makes it."""

    def __call__(self, ids: Integers, times: Times | None = None, *, final: bool = True) -> Integers:
        """Sample indexes of the next rows."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """The last row unwrapped."""

    id: int = -1
    turn: int = 0
    position: int | None = None
    index: int = -1
    time: float = nan


def unwrap(counting: Counting, rate: float = 0.0, first: int = 0) -> Unwrap:
    """Start unwrapping a stream.

    The function returned takes counter values, their times in seconds (or `None`) and whether the stream ends
    here, and gives each row's sample index, or `REPEATED` or `FOREIGN`. A counter alone can't tell whole lost
    cycles: with times, a pause of more than half a cycle beyond the nominal one adds as many cycles as make up
    for it, unless the rows after it catch up. Seeing that takes rows ahead: while they are missing, only the
    rows before are answered for, and the others must be handed in again with what follows.

    Args:
        counting: how the board counts.
        rate: samples a second, nominal; used with times.
        first: sample index of the first row.

    >>> unwrap(BYTE)(np.array([253, 254, 0, 0, 1])).tolist()
    [0, 1, 3, -1, 4]
    """
    place = places(counting)
    period = len(counting.cycle)
    last = Row(index=first - 1)

    def step(ids: Integers, times: Times | None = None, *, final: bool = True) -> Integers:
        nonlocal last
        turns, positions = place(last, ids)
        known = np.flatnonzero(positions >= 0)
        ids_known, turns, positions = ids[known], turns[known], positions[known]
        advance = _advance(last, positions, period)
        used = len(known)
        if times is not None and period:
            lost, used = _cycles(last, advance, times[known], rate, period, final=final)
            advance = advance + period * lost
        index = last.index + np.cumsum(advance)
        whole = np.full(len(ids) if used == len(known) else int(known[used]), FOREIGN, np.int64)
        whole[known[:used]] = np.where(advance > 0, index, REPEATED)[:used]
        if used:
            end = used - 1
            time = nan if times is None else float(times[known[end]])
            last = Row(int(ids_known[end]), int(turns[end]), int(positions[end]), int(index[end]), time)
        return whole

    return step


class Place(Protocol):
    """Finds places in the cycle; `places` makes it."""

    def __call__(self, last: Row, ids: Integers) -> tuple[Integers, Integers]:
        """Turn and place of each row."""
        ...


def places(counting: Counting) -> Place:
    """The function that finds each row's place in the cycle, -1 for a foreign one.

    A number that stands twice in the cycle means its first place in the first row that carries it, its second
    in the next; which one that is, is the row's turn.
    """
    if not counting.cycle:
        return lambda _, ids: (np.zeros_like(ids), ids)
    size = max(*counting.cycle, *counting.other) + 1
    copies, first = np.zeros(size, np.int64), np.zeros(size, np.int64)
    for cycle in filter(None, (counting.cycle, counting.other)):
        ids, places, count = np.unique(cycle, return_index=True, return_counts=True)
        copies[ids], first[ids] = count, places

    def place(last: Row, ids: Integers) -> tuple[Integers, Integers]:
        known = (ids >= 0) & (ids < size)
        safe = np.where(known, ids, 0)
        known &= copies[safe] > 0
        rows = np.flatnonzero(known)
        turns = np.zeros_like(ids)
        turns[rows] = _turns(last, ids[rows])
        spot = first[safe] + np.minimum(turns, copies[safe] - 1)
        return turns, np.where(known, spot, -1)

    return place


def _turns(last: Row, ids: Integers) -> Integers:
    """How many rows in a row, before each one, carry the same number."""
    rows = np.arange(len(ids))
    began = np.where(np.diff(ids, prepend=last.id) != 0, rows, -1)
    return rows - np.maximum.accumulate(np.maximum(began, -1 - last.turn))


def _advance(last: Row, positions: Integers, period: int) -> Integers:
    """By how many samples each row is later than the one before; 0 for a repeated one."""
    if not len(positions):
        return positions
    before = positions[0] - 1 if last.position is None else last.position
    steps = np.diff(positions, prepend=before)
    return steps % period if period else np.where(steps < 0, 1, steps)


def _cycles(
    last: Row, advance: Integers, times: Times, rate: float, period: int, *, final: bool
) -> tuple[Integers, int]:
    """Whole cycles lost before each row, by the times, and how many rows that is settled for."""
    lost = np.zeros_like(advance)
    clock = np.concatenate([[last.time], times]) * rate
    count = np.concatenate([[0], np.cumsum(advance)])
    excess = np.diff(clock) - advance
    pauses = np.flatnonzero(excess > period / 2)
    for pause, following in zip(pauses, np.append(pauses, len(times))[1:], strict=True):
        wanted = pause + int(min(max(FEWEST_AHEAD, excess[pause]), MOST_AHEAD))
        if wanted >= len(times) == following and not final:
            return lost, int(pause)
        end = min(wanted, following - 1) + 1
        missing = (clock[end] - clock[pause] - count[end] + count[pause]) / period
        lost[pause] = max(0, round(missing)) if isfinite(missing) else 0
    return lost, len(times)


def detect(ids: Integers, likely: Counting = BYTE) -> Counting | None:
    """The counting that explains a stretch of counter values best, `likely` if several do equally well.

    `None` if under each of them more than half of the rows break the count: such a column counts no samples.

    >>> detect(np.arange(500) % 201).name
    '0 to 200'
    >>> detect(np.zeros(500, "int64")) is None
    True
    """
    candidates = sorted(COUNTINGS.values(), key=lambda one: one != likely)
    breaks = {one.name: _breaks(one, ids) for one in candidates}
    best = min(candidates, key=lambda one: breaks[one.name])
    return best if 2 * breaks[best.name] <= len(ids) else None


def _breaks(counting: Counting, ids: Integers) -> int:
    if not counting.cycle:
        return int(np.count_nonzero(np.diff(ids) != 1))
    index = unwrap(counting)(ids)
    foreign_runs = np.diff(index == FOREIGN, prepend=False)
    jumps = np.diff(index[index >= 0]) != 1
    return int(np.count_nonzero(foreign_runs) + np.count_nonzero(jumps) + np.count_nonzero(index == REPEATED))
