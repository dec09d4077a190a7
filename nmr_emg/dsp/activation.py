"""Whether a muscle is active, decided in the stream, and since when, dated back to where the evidence begins."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.allowed import above, between
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
        above(0, window=self.window, off=self.off)
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
        past = _Past(3 * length, columns)
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
            past.add(squares / np.maximum(rest + rung, SILENT))
            events = []
            for row, c in changes:
                name = "onset" if active[row, c] else "offset"
                dated[c] = _date(block, row, c, past, dated[c], on=active[row, c])
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
        order = np.arange(1, len(above) + 1)[:, np.newaxis]
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
        order = np.arange(1, len(true) + 1)[:, np.newaxis]
        broken = np.maximum.accumulate(np.where(true, -self._runs[which], order), axis=0)
        length: NDArray[np.int64] = order - broken
        self._runs[which] = length[-1]
        return length


class _Past:
    """The newest squares in units of rest, for dating a change."""

    def __init__(self, length: int, columns: int) -> None:
        self._rows = np.zeros((length, columns))
        self._length = length
        self._new = 0

    def clear(self) -> None:
        self._rows = self._rows[:0]
        self._new = 0

    def add(self, squares: Floats) -> None:
        self._rows = np.concatenate([self._rows[-self._length :], squares])
        self._new = len(squares)

    def before(self, row: int, column: int) -> Floats:
        """Squares of a column up to and with a row of the newest block."""
        stop = len(self._rows) - self._new + row + 1
        return self._rows[max(0, stop - self._length) : stop, column]


def change_point(squares: Floats) -> int:
    """The most likely first sample of activity in squares that begin at rest, in units of the power of rest.

    Maximises k/2 · (r − 1 − ln r) over the last k samples, r being their mean.

    >>> change_point(np.array([1.0, 1, 1, 1, 9, 9, 9]))
    4
    """
    count = np.arange(len(squares), 0, -1)
    ratio = np.fmax(np.add.accumulate(squares[::-1])[::-1] / count, 1.0)
    return int(np.argmax(count * (ratio - 1 - np.log(ratio))))


def _date(block: Block, row: int, column: int, past: _Past, after: int, *, on: bool) -> int:
    """When a change decided at a row came about; never before the change ahead of it."""
    at = block.start + row
    squares = past.before(row, column)[-(at - after) :]
    if on:
        return at - len(squares) + 1 + change_point(squares)
    return min(at, at + 1 - change_point(squares[::-1]))


def _truncated(block: Block, info: StreamInfo, column: int) -> Event:
    lost = block.start - block.lost
    return Event("offset", block.start, info.emg[column], {"offset": lost, "truncated": True})
