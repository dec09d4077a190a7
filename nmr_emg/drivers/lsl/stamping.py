"""Time stamps for samples that go out: evenly spaced, on the fitted clock, never going back."""

import time
from math import isfinite, nan

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Block
from nmr_emg.timing.clock import Clock

SLOWEST = 0.5
"""Shortest distance of two stamps, in sample periods, where the fit finds that stamps ran ahead."""


class Stamping:
    """Give each row of a stream its time.

    Args:
        rate: samples a second, nominal.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._clock = Clock(rate)
        self._last = nan
        self._stop = -1

    def __call__(self, block: Block) -> NDArray[np.float64]:
        """`time.monotonic()` at which each row was sampled (s), strictly increasing from block to block.

        The last row has the block's `time`; without one, that of a clock fitted to its arrival.
        """
        end = self._end(block)
        period = 1 / self._rate
        begin = self._last if block.start == self._stop else end - block.rows * period
        if isfinite(self._last):
            begin = max(begin, self._last)
        end = max(end, begin + SLOWEST * block.rows * period)
        stamps = begin + (end - begin) * (np.arange(1, block.rows + 1) / block.rows)
        self._last, self._stop = float(stamps[-1]), block.stop
        return stamps

    def _end(self, block: Block) -> float:
        if isfinite(block.time):
            return block.time
        self._clock.add(block.stop - 1, block.arrived if isfinite(block.arrived) else time.monotonic())
        return self._clock.time(block.stop - 1)
