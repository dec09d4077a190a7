"""How fast a text's lines come, and whether one of their columns tells the board's own time."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from nmr_emg.framing.lines.many import Floats
from nmr_emg.framing.lines.time import Unit

_UNITS: Mapping[Unit, float] = MappingProxyType({"ms": 1e3, "us": 1e6, "s": 1.0})
_WRAPS = (1 << 8, 1 << 16)
_TENS = [n * 10.0**power for power in range(5) for n in (1, 1.2, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8)]
_TWOS = [2.0**power for power in range(6, 14)]
_USUAL = np.array(sorted({*_TENS, *_TWOS}))
_FEWEST = 8
"""Lines below which nothing is said about time."""
_MANY = 100
"""Lines above which even what goes up unevenly is a time; of fewer, an envelope may do so."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast lines come.

    Args:
        rate: lines a second (Hz).
        column: which column is a time or a running number; `None` for none.
        unit: of that column.
        regular: it counts samples, as its steps are whole periods.
        wrap: first number that a running number does not reach; 0 if it goes on.
    """

    rate: float
    column: int | None = None
    unit: Unit = ""
    regular: bool = False
    wrap: int = 0


def pace_of(values: Floats, lines: float, spoken: tuple[int, ...] = ()) -> Pace:
    """The pace of lines, shape (lines, columns), of which about `lines` came a second.

    Args:
        values: what the lines held.
        lines: their number by the seconds that passed.
        spoken: columns whose label says that they are a time, looked at first.
    """
    count, columns = values.shape
    if columns > 1 and count >= _FEWEST:
        for column in (*spoken, *(one for one in range(columns) if one not in spoken)):
            found = _told_by(values[:, column], column, lines, spoken=column in spoken)
            if found is not None:
                return found
    return Pace(usual(lines, max(0.02, 1.5 / len(values))))


def usual(rate: float, within: float) -> float:
    """The usual rate that is nearest, if it is near enough, else the rate with three digits.

    >>> usual(497.2, 0.02), usual(190.4, 0.02)
    (500.0, 190.0)
    """
    near = float(_USUAL[np.argmin(np.abs(_USUAL - rate))])
    return near if abs(near / rate - 1) <= within else float(f"{rate:.3g}")


def _told_by(values: Floats, column: int, lines: float, *, spoken: bool) -> Pace | None:
    steps = np.diff(values)
    if (steps == 1).mean() >= 0.9 and (steps < 1).sum() <= 1:
        return Pace(usual(lines, max(0.02, 1.5 / len(values))), column, "count", regular=True)
    for wrap in _WRAPS:
        around = np.mod(steps, wrap)
        if values.min() >= 0 and values.max() < wrap and (steps < 0).any() and (around == 1).mean() >= 0.9:
            return Pace(usual(lines, max(0.02, 1.5 / len(values))), column, "count", regular=True, wrap=wrap)
    return _clocked(steps, column, lines, spoken=spoken)


def _clocked(steps: Floats, column: int, lines: float, *, spoken: bool) -> Pace | None:
    """A time: it goes up, but where it began anew, by steps that fit the lines that came."""
    up = steps[steps >= 0]
    if len(steps) - len(up) > 1 or up.mean() <= 0:
        return None
    for unit, ticks in _UNITS.items():
        rate = ticks / float(up.mean())
        if 0.4 <= rate / lines <= 2.5 and (up > 0).mean() > 0.5:
            found = _timed(up / ticks, column, unit)
            return found if found.regular or spoken or len(up) >= _MANY else None
    return None


def _timed(steps: Floats, column: int, unit: Unit) -> Pace:
    period = float(steps[steps < 1.8 * np.median(steps)].mean())
    many = steps / period
    straight = (np.abs(many - np.rint(many)) < 0.35) & (many > 0.5)
    regular = bool(straight.mean() >= 0.97)
    rate = 1 / (period if regular else float(steps.mean()))
    return Pace(usual(rate, 0.005), column, unit, regular)
