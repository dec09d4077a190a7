"""A driver that hands out its blocks at the speed they were recorded."""

import time
from dataclasses import replace
from math import isfinite, nan

from nmr_emg.block import Block, empty_block
from nmr_emg.driver import Driver, Wrapped
from nmr_emg.errors import ConfigError

WAIT = 0.02
"""Longest that `read` waits, and longest piece of signal that it hands out at once (s)."""


class Paced(Wrapped):
    """Pace `driver` by its sample index: at `speed` 1, second 60 of the recording comes after 60 s.

    Every block is due at a time computed from the first one, so nothing drifts; gaps are waited out. Blocks
    are cut to 20 ms, `arrived` is when each was handed out and `time` when it was due.

    Args:
        driver: what to pace.
        speed: 1 is real time, 10 ten times as fast.
    """

    def __init__(self, driver: Driver, speed: float = 1.0) -> None:
        if not (isfinite(speed) and speed > 0):
            raise ConfigError(f"speed is {speed}; it must be a number above 0")
        super().__init__(driver)
        self._speed = speed
        self._held: Block | None = None
        self._zero: tuple[float, int] | None = None
        self._next = 0

    @property
    def live(self) -> bool:
        """Blocks come as if they were measured now."""
        return True

    @property
    def waits(self) -> bool:
        """Gaps are waited out."""
        return True

    def read(self) -> Block | None:
        """The next piece if it is due within 20 ms, else an empty block; `None` at the end."""
        if self._held is None:
            self._held = self._driver.read()
        if self._held is None:
            return None
        piece = max(1, round(WAIT * self.info.rate * self._speed))
        block = self._held if self._held.rows <= piece else self._held.cut(0, piece)
        if not self._wait_for(block):
            return empty_block(self._next, self.info)
        rest = self._held.cut(block.rows, self._held.rows)
        self._held = rest if rest.rows else None
        self._next = block.stop
        return replace(block, arrived=time.monotonic(), time=self._due(block))

    def _wait_for(self, block: Block) -> bool:
        """Wait at most 20 ms; whether the block's last sample is due by then."""
        if self._zero is None:
            self._zero = time.monotonic(), block.start
        left = self._due(block) - time.monotonic()
        if left > 0:
            time.sleep(min(left, WAIT))
        return left <= WAIT

    def _due(self, block: Block) -> float:
        """When the block's last sample is due (s)."""
        began, first = self._zero or (nan, 0)
        return began + (block.stop - first) / self.info.rate / self._speed
