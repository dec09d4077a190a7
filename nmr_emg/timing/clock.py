"""When each sample was taken, on the computer's clock: a line fitted to the board's count, deaf to late arrivals."""

from math import floor, inf, isfinite, nan
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

MOST = 512
"""Points that the line is fitted to."""
WIDTHS = 2.0**-6, 1.0
"""Shortest and longest stretch of signal that gives one point: its earliest (s)."""
LATE = 0.02
"""Weight of a point that came late; one that came early weighs 1."""
FAR = 0.01
"""A point later than this weighs less the later it came (s)."""
STIFF = 0.05, 5.0
"""How strongly a young line is held to the nominal rate, and one that begins anew to the rate that it had: as one
point whose squared distance from the middle is this (s²)."""
STEPS = 4
"""Rounds of weighing and fitting."""
SHIFTED = 0.025
"""When everything is later than the line by this much, the line itself has shifted (s)."""
LASTING = 3.0
"""How long that must last (s)."""
YOUNG = 10.0
"""Below this length a line that has shifted begins anew (s)."""
DOUBTED = 0.25
"""A smaller shift of a young line may be a rate far from the nominal one, which the fit finds by itself (s)."""
UNSTEADY = 60.0
"""Two shifts within this time: the rate itself has changed, and the line begins anew (s)."""
SLOWEST = 0.5
"""Slowest that the time given out may run, where the line turned out to lie lower (share of the nominal pace)."""


class Clock:
    """Fit sample index against `time.monotonic()` as chunks come in.

    What delays a chunk (a USB timer, a radio, the scheduler) only ever makes it later, so the line runs along the
    earliest arrivals: least squares in which late points weigh 1/50 (an expectile; Newey & Powell 1987,
    Econometrica 55:819). The points are the earliest chunk ends of short stretches, which grow with the stream up
    to 1 s: memory is bounded, and the line follows a crystal that drifts over hours. What remains is a constant,
    the shortest delay there is. Only arrivals count: a step of the wall clock changes nothing.

    Args:
        rate: samples a second, nominal.

    >>> clock = Clock(250)
    >>> for chunk in range(1, 1000):
    ...     clock.add(4 * chunk - 1, 7 + 4 * chunk / 250.5 + 0.01 * (chunk % 3))
    >>> round(clock.rate, 2), round(clock.time(3999), 3)
    (250.5, 22.968)
    """

    def __init__(self, rate: float) -> None:
        self._nominal = rate
        self._origin: tuple[int, float] | None = None
        self._pending = 0, nan
        self._offset = self._slope = 0.0
        self._prior = 0.0, STIFF[0]
        self._points = _Points()
        self._fitted_at = -inf
        self._watch = _Watch()
        self._told = self._before = 0, nan

    @property
    def rate(self) -> float:
        """Samples a second as they really come; nominal until known."""
        return self._nominal / (1 + self._slope)

    @property
    def span(self) -> float:
        """Length of the signal that the line is fitted to (s)."""
        return self._points.span

    def add(self, index: int, arrived: float) -> None:
        """Take in that sample `index`, the last one of a chunk, came in at `arrived` (s); what is not finite is passed over."""
        if not isfinite(arrived):
            return
        if self._origin is None or (not self._points.count and arrived == self._origin[1]):
            self._before = self._before if self._origin else (index, arrived)
            self._origin = self._pending = self._told = index, arrived
            return
        last, came = self._pending
        if arrived != came:
            self._settle(last, came)
        self._pending = index, arrived
        self._tell(index)

    def line(self, index: int) -> float:
        """The fitted time (s) of a sample, which may step back when the fit improves; NaN before anything was added."""
        if self._origin is None:
            return nan
        if not self._points.count:
            last, came = self._pending
            return came + (index - last) / self._nominal
        x = (index - self._origin[0]) / self._nominal
        return self._origin[1] + x + self._offset + self._slope * x

    def time(self, index: int) -> float:
        """When a sample was taken (s), by the fit; NaN before anything was added.

        Up to the newest sample added it never goes back: where the fit finds that it was ahead, time runs slower.
        """
        (before, then), (told, now) = self._before, self._told
        if before < index < told:
            return then + (now - then) * (index - before) / (told - before)
        if index >= told:
            return now + (index - told) / self.rate
        return then + (index - before) / self.rate

    def _tell(self, index: int) -> None:
        """Move the end of what is given out to the newest sample."""
        told, now = self._told
        if index > told:
            least = now + SLOWEST * (index - told) / self._nominal
            self._before, self._told = self._told, (index, max(self.line(index), least))

    def _settle(self, index: int, arrived: float) -> None:
        """A chunk is complete: note its end, and fit anew when enough has come."""
        first, began = self._origin or (index, arrived)
        x = (index - first) / self._nominal
        y = arrived - began - x
        if not self._points.count:
            self._offset = y
        late = y - self._offset - self._slope * x
        shift = self._watch.add(arrived, late)
        if shift and self._fitted_at > -inf:
            self._shift(x, y, shift)
        self._points.add(x, y, self._slope)
        if x - self._fitted_at >= min(WIDTHS[1], max(WIDTHS[0], self._points.span / 64)):
            self._fitted_at = x
            self._offset, self._slope = _fitted(*self._points.all(), self._offset, self._slope, *self._prior)

    def _shift(self, x: float, y: float, shift: float) -> None:
        """Everything comes later, or earlier, by `shift` from here on."""
        if self._points.span < YOUNG and abs(shift) < DOUBTED:
            return
        if self._points.span < YOUNG or self._watch.unsteady:
            if self._points.span >= YOUNG:
                self._prior = self._slope, STIFF[1]
            self._points = _Points()
            self._slope = self._prior[0]
            self._offset = y - self._slope * x
            self._fitted_at = x
        else:
            self._points.shift(shift)
            self._offset += shift


class _Watch:
    """Notices that everything comes later than the line, or that something comes earlier than it can."""

    def __init__(self) -> None:
        self._since = nan
        self._least = inf
        self._chunks = 0
        self._shifts = -inf, -inf

    @property
    def unsteady(self) -> bool:
        return self._shifts[1] - self._shifts[0] < UNSTEADY

    def add(self, arrived: float, late: float) -> float:
        """By how much the line has shifted (s), 0 if it has not."""
        if late < -SHIFTED:
            return self._found(arrived, late)
        if late < SHIFTED:
            self._since, self._least, self._chunks = nan, inf, 0
            return 0.0
        self._since = self._since if isfinite(self._since) else arrived
        self._least, self._chunks = min(self._least, late), self._chunks + 1
        if arrived - self._since < LASTING or self._chunks < 4:
            return 0.0
        return self._found(arrived, self._least)

    def _found(self, arrived: float, shift: float) -> float:
        self._since, self._least, self._chunks = nan, inf, 0
        self._shifts = self._shifts[1], arrived
        return shift


class _Points:
    """The earliest chunk end of each stretch of signal, the newest `MOST` of them."""

    def __init__(self) -> None:
        self._x: Floats = np.zeros(MOST + 1)
        self._y: Floats = np.zeros(MOST + 1)
        self._width = WIDTHS[0]
        self._stretch = -1
        self.count = 0

    @property
    def span(self) -> float:
        """From the oldest to the newest (s)."""
        return float(self._x[self.count - 1] - self._x[0]) if self.count else 0.0

    def add(self, x: float, y: float, slope: float) -> None:
        """Take one point; in its stretch the one that lies lowest over a line of this slope stays."""
        stretch = floor(x / self._width)
        last = self.count - 1
        if self.count and stretch <= self._stretch:
            if y - slope * x < self._y[last] - slope * self._x[last]:
                self._x[last], self._y[last] = x, y
            return
        self._stretch = stretch
        if self.count == MOST:
            self._make_room(slope)
        self._x[self.count], self._y[self.count] = x, y
        self.count += 1

    def shift(self, by: float) -> None:
        """Move all of them up."""
        self._y += by

    def all(self) -> tuple[Floats, Floats]:
        """Their coordinates."""
        return self._x[: self.count], self._y[: self.count]

    def _make_room(self, slope: float) -> None:
        if self._width >= WIDTHS[1]:
            self._x[:-1], self._y[:-1] = self._x[1:], self._y[1:]
            self.count -= 1
            return
        pairs = self._x[:MOST].reshape(-1, 2), self._y[:MOST].reshape(-1, 2)
        lower = np.argmin(pairs[1] - slope * pairs[0], axis=1)
        rows = np.arange(MOST // 2)
        self._x[: MOST // 2], self._y[: MOST // 2] = (one[rows, lower] for one in pairs)
        self.count = MOST // 2
        self._width *= 2
        self._stretch = floor(float(self._x[self.count - 1]) / self._width)


def _fitted(
    x: Floats, y: Floats, offset: float, slope: float, likely: float, stiff: float
) -> tuple[float, float]:
    """Offset and slope of the line along the points' lower edge, its slope held to the `likely` one."""
    y, slope = y - likely * x, slope - likely
    for _ in range(STEPS):
        late = y - offset - slope * x
        weight = np.where(late < 0, 1.0, LATE * np.square(FAR / np.maximum(late, FAR)))
        total = float(weight.sum())
        x0, y0 = float(weight @ x) / total, float(weight @ y) / total
        u = x - x0
        weighted = weight * u
        slope = float(weighted @ (y - y0)) / (float(weighted @ u) + stiff * total / len(x))
        offset = y0 - slope * x0
    return offset, slope + likely
