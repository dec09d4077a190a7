"""What a check is shown: one second, and what is remembered of those before."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nmr_emg.block import MICROVOLTS, Array, StreamInfo
from nmr_emg.dsp.quality.hysteresis import Levels
from nmr_emg.dsp.quality.memory import Memory
from nmr_emg.dsp.quality.powers import Powers
from nmr_emg.dsp.quality.slow import Slow

AT_RAIL = 0.995
"""Share of the converter's range that counts as its end."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What is known of the EMG channels beforehand, one value each.

    Args:
        raw: whether it carries raw EMG.
        calibrated: whether it is raw and its µV are true.
        rails: end of the converter's range (µV); infinite where it is not known.
        rate: samples a second (Hz).
    """

    raw: Array
    calibrated: Array
    rails: Array
    rate: float


def columns_of(info: StreamInfo, *, calibrated: bool) -> Columns:
    """Of a stream."""
    picked = [info.channels[i] for i in info.emg]
    raw = np.array([c.kind == "raw" for c in picked], bool)
    rails = [c.full_scale * MICROVOLTS[c.unit] if c.full_scale else np.inf for c in picked]
    return Columns(raw, raw & calibrated, np.abs(np.array(rails, float)), info.rate)


@dataclass(frozen=True, eq=False)
class Seen:
    """One second of every EMG channel. Arrays have one column, or one value, a channel.

    Args:
        columns: what is known of the channels.
        values: as they came, in µV, holes filled, (rows, channels).
        missing: share of the values that were no number.
        rest: RMS of `filtered` at rest (µV); NaN while it is not known.
        blanked: whether rows of it were blanked.
        at_rest: powers of the last seconds in which the muscle was at rest.
        at_work: and of those in which it was active.
        newest: of this second, whatever the muscle did.
        slow: the last ten seconds at a low rate.
        memory: of the last seconds.
        number: of this second, counted from 0.
    """

    columns: Columns
    values: Array
    missing: Array
    rest: Array
    blanked: Array
    at_rest: Powers
    at_work: Powers
    newest: Powers
    slow: Slow
    memory: Memory
    number: int

    @property
    def raw(self) -> Array:
        """Which channels carry raw EMG."""
        return self.columns.raw

    @property
    def calibrated(self) -> Array:
        """Which channels' µV are true."""
        return self.columns.calibrated

    @cached_property
    def highest(self) -> Array:
        """Of each channel (µV)."""
        highest: Array = self.values.max(axis=0)
        return highest

    @cached_property
    def lowest(self) -> Array:
        """Of each channel (µV)."""
        lowest: Array = self.values.min(axis=0)
        return lowest

    @cached_property
    def still(self) -> Array:
        """Where nothing moved at all."""
        still: Array = self.highest == self.lowest
        return still

    @cached_property
    def at_rail(self) -> Array:
        """How many values lie at the end of the converter's range."""
        ends = AT_RAIL * self.columns.rails
        count = np.zeros(len(ends), np.int64)
        for column in np.flatnonzero(np.maximum(np.abs(self.highest), np.abs(self.lowest)) >= ends):
            count[column] = np.count_nonzero(np.abs(self.values[:, column]) >= ends[column])
        return count

    @cached_property
    def repeats(self) -> Array:
        """How many values equal the one before."""
        count: Array = np.count_nonzero(self.values[1:] == self.values[:-1], axis=0)
        return count


def level(*, warn: Array | None = None, bad: Array | None = None) -> Levels:
    """Verdicts from two answers.

    >>> level(warn=np.array([True, True, False]), bad=np.array([False, True, False]))
    array([1, 2, 0], dtype=uint8)
    """
    given = [(value, answer) for value, answer in ((1, warn), (2, bad)) if answer is not None]
    verdict = np.zeros(len(given[0][1]), np.uint8)
    for value, answer in given:
        verdict[answer] = value
    return verdict
