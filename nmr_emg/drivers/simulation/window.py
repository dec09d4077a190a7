"""When a disturbance is at work, and on which channels."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.allowed import at_least
from nmr_emg.drivers.simulation.contraction import TOUCH
from nmr_emg.drivers.simulation.happening import Between, Happening, passes
from nmr_emg.errors import ConfigError

Signal: TypeAlias = NDArray[np.float64]
Wave: TypeAlias = Callable[[Signal], Signal]
"""From moments (s, rising from call to call) to µV at the electrodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The part of a scene in which a disturbance is at work.

    Args:
        enabled: whether it is on when nobody says which disturbances should be.
        start: when it begins (s into the scene).
        stop: when it ends (s into the scene).
    """

    enabled: bool = True
    start: float = 0.0
    stop: float = inf

    def __post_init__(self) -> None:
        at_least(0, start=self.start)
        if not self.stop > self.start:
            raise ConfigError(f"stop is {self.stop:g} s; it must come after start, {self.start:g} s")

    def spans(self, length: float) -> Iterator[tuple[float, float]]:
        """When it is at work, in a scene of `length` seconds that repeats for ever."""
        return passes(self.start, self.stop, length)

    def open(self, moments: Signal, length: float) -> NDArray[np.bool_]:
        """Whether it is at work at each of some moments (s)."""
        into = np.mod(moments + TOUCH, length)
        inside: NDArray[np.bool_] = (into >= self.start) & (into < self.stop)
        return inside

    def whole(self, what: str, length: float, **data: Any) -> Iterator[Happening]:
        """One happening each time it is at work."""
        for first, last in self.spans(length):
            yield Happening(what, first, last, data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Local(Window):
    """A window on some channels.

    Args:
        channels: labels; none means all.
    """

    channels: tuple[str, ...] = ()

    def touches(self, label: str) -> bool:
        """Whether the channel called `label` is disturbed."""
        return not self.channels or label in self.channels


def gated(window: Window, length: float, wave: Wave) -> Wave:
    """`wave` while the window is open, 0 elsewhere."""
    if window.start <= 0 and window.stop >= length:
        return wave

    def through(moments: Signal) -> Signal:
        inside = window.open(moments, length)
        return wave(moments) * inside if inside.any() else np.zeros(len(moments))

    return through


def summed(between: Between, shape: Callable[[Happening, Signal], Signal], ahead: float = 0.0) -> Wave:
    """The sum of the shapes of everything that happens, each from `ahead` seconds before its start to its stop."""

    def through(moments: Signal) -> Signal:
        total = np.zeros(len(moments))
        for one in between(float(moments[0]), float(moments[-1]) + ahead):
            first, last = np.searchsorted(moments, (one.start - ahead, one.stop))
            total[first:last] += shape(one, moments[first:last])
        return total

    return through
