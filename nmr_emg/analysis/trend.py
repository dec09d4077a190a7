"""A straight line through numbers over time that a few wild ones do not bend, and its 95 % interval."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy import stats

from nmr_emg.dsp.continuity import Floats

MOST = 1000
"""Points that a line is fitted to; of more, neighbours are joined to their medians."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through points, the first at 0 s.

    Args:
        start: the line at the first point.
        end: the line at the last point.
        slope: Theil–Sen: the median of the slopes between any two points, a second.
        low: lower end of the slope's 95 % interval.
        high: its upper end.
        squares: the slope by least squares, a second.
        r2: share of the variance that the least-squares line explains; 0 where there is none.
    """

    start: float
    end: float
    slope: float
    low: float
    high: float
    squares: float
    r2: float

    @property
    def sure(self) -> bool:
        """Whether the interval keeps off zero."""
        return not self.low <= 0 <= self.high

    def percent(self, slope: float) -> float:
        """A slope in % of the start a second."""
        return 100 * slope / self.start


def trend(t: Floats, y: Floats) -> Trend:
    """The trend of `y` over `t` (s), at least two points at different times.

    Theil–Sen with Sen's interval (Sen 1968, J Am Stat Assoc 63:1379–1389), and least squares beside it.

    >>> t = np.arange(60.0)
    >>> found = trend(t, 90 - 0.25 * t)
    >>> round(found.percent(found.slope), 5), round(found.r2, 6)
    (-0.27778, 1.0)
    """
    t, y = thinned(t, y)
    slope, start, low, high = stats.theilslopes(y, t - t[0])
    line = stats.linregress(t - t[0], y)
    end = start + slope * (t[-1] - t[0])
    r2 = float(line.rvalue**2) if np.ptp(y) else 0.0
    return Trend(float(start), float(end), float(slope), float(low), float(high), float(line.slope), r2)


def thinned(t: Floats, y: Floats) -> tuple[Floats, Floats]:
    """At most `MOST` points: medians of as many neighbours as it takes.

    >>> t, y = thinned(np.arange(2001.0), np.arange(2001.0))
    >>> len(t), t[:2].tolist()
    (667, [1.0, 4.0])
    """
    by = ceil(len(t) / MOST)
    if by == 1:
        return t, y
    parts = range(0, len(t), by)
    x, z = (np.array([np.median(one[i : i + by]) for i in parts]) for one in (t, y))
    return x, z
