"""Whether a muscle is active, decided in the stream, and since when, dated back to where the evidence begins."""

from collections import deque
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nmr_emg.allowed import LONGEST, above, between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.bandpass import upper_edge
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.envelope import moving_sum
from nmr_emg.event import Event
from nmr_emg.stage import Process

SILENT = 1e-12
"""Smallest power of rest (µV²): some boards send exact zeros."""


@dataclass(frozen=True, slots=True)
class Activation:
    """Write the track `active` (bool) and the events `onset` and `offset`.

    The statistic is a trailing RMS of `filtered` in which no sample counts for more than `clip` times the
    threshold, so that a single spike, however high, stays below it. A muscle becomes active when the statistic has
    been over `on` · rest for `min_on` s, inactive when the plain RMS has been under `off` of that for `min_off` s.
    What the notches may still ring with (`ringing`) is no activity either: a strong contraction would else seem to last
    half a second longer.
    `on` is at least `factor`, and at least `deviations` standard deviations of the RMS of noise in the stream's
    band above its mean: CV = 1/(2√(B·T)) (Bendat & Piersol 2010, ch. 8).

    An event's index is the sample at which it was decided. Its `data` dates the change itself: the most likely
    sample, given a variance that changes once from rest to activity (Staude & Wolf 1999, Med Eng Phys 21:449–467).
    Nothing is declared while the chain settles or before rest is known; a gap over 10 ms ends what was active, with
    `truncated` in the event's data.

    Args:
        window: of the RMS (s).
        deviations: of the noise's RMS that an onset must stand out.
        factor: smallest ratio to rest that counts as activity.
        off: share of the on-threshold below which activity ends.
        clip: largest sample that counts, in thresholds.
        min_on: how long it must stay above (s).
        min_off: how long it must stay below (s).
    """

    window: float = 0.1
    deviations: float = 6.0
    factor: float = 1.8
    off: float = 0.8
    clip: float = 1.5
    min_on: float = 0.03
    min_off: float = 0.1

    def __post_init__(self) -> None:
        above(0, off=self.off)
        between(0.001, LONGEST, window=self.window)
        above(1, factor=self.factor, clip=self.clip)
        between(0, 1, off=self.off)
        between(0, 100, deviations=self.deviations, min_on=self.min_on, min_off=self.min_off)

    def threshold(self, rate: float) -> float:
        """Smallest RMS that counts as activity, as a multiple of rest, at a rate.

        >>> round(Activation().threshold(250), 2), Activation().threshold(2000)
        (1.97, 1.8)
        """
        spread = 1 / (2 * np.sqrt((upper_edge(rate) - 20) * self.window)) if upper_edge(rate) > 25 else 0.5
        return float(max(self.factor, 1 + self.deviations * spread))

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        length = max(2, round(self.window * info.rate))
        columns = len(info.emg)
        on = self.threshold(info.rate)
        decide = _Decision(
            columns, max(1, round(self.min_on * info.rate)), max(1, round(self.min_off * info.rate))
        )
        add = moving_sum(length, 2 * columns)
        past = _Past(3 * length)
        dated = [-1] * columns

        def process(block: Block) -> Block:
            nonlocal add
            ended: list[Event] = []
            if not bridged(block.lost, info.rate):
                add = moving_sum(length, 2 * columns)
                past.clear()
                ended = [_truncated(block, info, c) for c in decide.clear()]
            rest, rung = np.square(block["rest"]), np.square(block["ringing"])
            level = np.maximum(np.maximum(on**2 * rest, rung / self.off**2), SILENT)
            squares = np.square(block["filtered"])
            power = add(np.concatenate([np.fmin(squares, self.clip**2 * level), squares], axis=1)) / length
            above, below = power[:, :columns] > level, power[:, columns:] < self.off**2 * level
            active, changes = decide(above, below, block["settling"])
            past.add(squares, rest + rung)
            events = []
            held = past.joined() if changes else squares
            for row, c in changes:
                on_now = bool(active[row, c])
                name = "onset" if on_now else "offset"
                squares = past.before(held, block.rows - 1 - row)[:, c]
                dated[c] = _date(squares, block.start + row, dated[c], on=on_now)
                events.append(Event(name, block.start + row, info.emg[c], {name: dated[c]}))
            return block.with_tracks(active=active).with_events([*ended, *events])

        return process


class _Decision:
    """Hysteresis in level and in time, column by column."""

    def __init__(self, columns: int, min_on: int, min_off: int) -> None:
        self._least = min_on, min_off
        self._runs = np.zeros((2, columns), np.int64)
        self._active = np.zeros(columns, bool)

    def clear(self) -> list[int]:
        """Switch everything off; the columns that were on."""
        were = [int(c) for c in np.flatnonzero(self._active)]
        self._runs[:] = 0
        self._active[:] = False
        return were

    def __call__(
        self, above: Array, below: Array, settling: Array
    ) -> tuple[NDArray[np.bool_], list[tuple[int, int]]]:
        rise = self._run(0, above & ~settling) >= self._least[0]
        if not self._active.any() and not rise.any():
            # How long it was quiet before it rose never matters: whatever rises is not below.
            self._runs[1] = 0
            return self._same(above), []
        fall = self._run(1, below) >= self._least[1]
        changing = np.where(self._active, fall, rise)
        if not changing.any():
            return self._same(above), []
        order = _order(len(above))
        last = np.maximum.accumulate(np.where(rise, 2 * order + 1, np.where(fall, 2 * order, 0)), axis=0)
        active = np.where(last, last & 1, self._active).astype(bool)
        flips = active != np.concatenate([self._active[np.newaxis], active[:-1]])
        self._active = active[-1].copy()
        return active, [(int(row), int(column)) for row, column in np.argwhere(flips)]

    def _same(self, like: Array) -> NDArray[np.bool_]:
        same = np.empty(like.shape, bool)
        same[:] = self._active
        return same

    def _run(self, which: int, true: Array) -> NDArray[np.int64]:
        """How many rows in a row have been true, up to each row."""
        if not true.any():
            if len(true):
                self._runs[which] = 0
            return np.zeros(true.shape, np.int64)
        order = _order(len(true))
        broken = np.maximum.accumulate(np.where(true, -self._runs[which], order), axis=0)
        length: NDArray[np.int64] = order - broken
        self._runs[which] = length[-1]
        return length


@lru_cache(maxsize=64)
def _order(rows: int) -> NDArray[np.int64]:
    """1 … rows, in a column; blocks have few different lengths."""
    return np.arange(1, rows + 1)[:, np.newaxis]


class _Past:
    """The newest squares and the power of rest under them, put together only when a change is to be dated."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._held: deque[tuple[Floats, Floats]] = deque()
        self._rows = 0

    def clear(self) -> None:
        self._held.clear()
        self._rows = 0

    def add(self, squares: Floats, rest: Floats) -> None:
        self._held.append((squares, rest))
        self._rows += len(squares)
        while self._rows - len(self._held[0][0]) - len(squares) >= self._length:
            self._rows -= len(self._held.popleft()[0])

    def joined(self) -> Floats:
        """All of it in units of rest, the newest row last."""
        squares, rest = (np.concatenate([pair[i] for pair in self._held]) for i in (0, 1))
        return np.asarray(squares / np.maximum(rest, SILENT))

    def before(self, joined: Floats, later: int) -> Floats:
        """The part of it that ends `later` rows before its end."""
        stop = len(joined) - later
        return joined[max(0, stop - self._length) : stop]


def change_point(squares: Floats) -> int:
    """The most likely first sample of activity in squares that begin at rest, in units of the power of rest.

    Maximises k/2 · (r − 1 − ln r) over the last k samples, r being their mean.

    >>> change_point(np.array([1.0, 1, 1, 1, 9, 9, 9]))
    4
    """
    count = np.arange(len(squares), 0, -1)
    ratio = np.fmax(np.add.accumulate(squares[::-1])[::-1] / count, 1.0)
    return int(np.argmax(count * (ratio - 1 - np.log(ratio))))


def _date(squares: Floats, at: int, after: int, *, on: bool) -> int:
    """When a change decided at sample `at` came about; never before the change ahead of it."""
    since = squares[-(at - after) :]
    if on:
        return at - len(since) + 1 + change_point(since)
    return min(at, at + 1 - change_point(since[::-1]))


def _truncated(block: Block, info: StreamInfo, column: int) -> Event:
    lost = block.start - block.lost
    return Event("offset", block.start, info.emg[column], {"offset": lost, "truncated": True})
