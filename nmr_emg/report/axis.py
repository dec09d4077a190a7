"""Where numbers lie on paper, and which of them are written beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

STEPS_OF_TIME = (
    0.1,
    0.2,
    0.5,
    1,
    2,
    5,
    10,
    20,
    30,
    60,
    120,
    300,
    600,
    1200,
    1800,
    3600,
    7200,
    14400,
    21600,
    43200,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line from numbers to places.

    Args:
        low: number at `first`.
        high: number at `last`.
        first: place of the low end (user units of the drawing).
        last: place of the high end.

    >>> Line(0, 10, 100, 0).at(2.5)
    75.0
    """

    low: float
    high: float
    first: float
    last: float

    def at(self, value: float) -> float:
        """Where a number lies; beyond an end it stays at the end."""
        share = (value - self.low) / (self.high - self.low)
        return self.first + min(max(share, 0.0), 1.0) * (self.last - self.first)


def step(span: float, most: int = 4) -> float:
    """The step of 1, 2 or 5 times a power of ten that divides `span` into at most `most` parts.

    >>> step(83), step(0.07), step(9, 5)
    (50.0, 0.02, 2.0)
    """
    rough = span / most
    power = 10.0 ** floor(log10(rough))
    return float(next(f"{m * power:.6g}" for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9)))


def ticks(top: float, most: int = 4) -> list[float]:
    """Round numbers from 0 up to `top`.

    >>> ticks(83), ticks(0)
    ([0.0, 50.0], [0.0])
    """
    if top <= 0:
        return [0.0]
    by = step(top, most)
    return [round(i * by, 12) for i in range(floor(top / by + 1e-9) + 1)]


def ceiling(top: float) -> float:
    """A little above `top`, on half a step.

    >>> ceiling(83.0), ceiling(0.0)
    (100.0, 1.0)
    """
    if top <= 0:
        return 1.0
    by = step(top) / 2
    return round(ceil(top * 1.02 / by) * by, 12)


def times(seconds: float, most: int = 9) -> list[float]:
    """Round moments from 0 to the end of a recording.

    >>> times(132)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0, 120.0]
    """
    if seconds <= 0:
        return [0.0]
    by = _step_of_time(seconds, most, STEPS_OF_TIME)
    return [round(float(i * by), 6) for i in range(floor(seconds / by + 1e-9) + 1)]


def _step_of_time(seconds: float, most: int, steps: Sequence[float]) -> float:
    if seconds < steps[0] * 2:
        return step(seconds)
    return next((one for one in steps if seconds / one <= most), ceil(seconds / most / 86400) * 86400)
