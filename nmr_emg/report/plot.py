"""The pieces that every figure over time has in common."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from nmr_emg.dsp.continuity import Floats
from nmr_emg.report.axis import Line, times
from nmr_emg.report.element import Markup, element, number, together
from nmr_emg.report.moment import Scale

WIDTH = 760.0
LEFT = 54.0
RIGHT = 748.0
SHORTEST = 1.5
"""Width (user units) of the narrowest band: a gap of one sample is still seen."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a figure draws.

    Args:
        x: from seconds to places.
        y: from values to places; its `first` is the lower edge.
        scale: how seconds are written.
    """

    x: Line
    y: Line
    scale: Scale

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y.last

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y.first


def band(area: Area, first: float, last: float, class_: str, title: str = "") -> Markup:
    """A rectangle over the figure's height between two moments (s)."""
    x, end = area.x.at(first), area.x.at(last)
    place = {"x": x, "y": area.top, "width": max(end - x, 0.5), "height": area.bottom - area.top}
    if not title:
        return element("rect", class_=class_, **place)
    return element("g", element("title", title), element("rect", class_=class_, **place))


def gaps(area: Area, spans: Iterable[tuple[float, float]]) -> Markup:
    """Hatched bands where samples were lost; those that touch on paper become one."""
    drawn: list[list[float]] = []
    for first, last in spans:
        x, end = area.x.at(first), area.x.at(last)
        spare = max(SHORTEST - (end - x), 0) / 2
        x, end = x - spare, end + spare
        if drawn and x <= drawn[-1][1]:
            drawn[-1][1] = max(end, drawn[-1][1])
        else:
            drawn.append([x, end])
    height = area.bottom - area.top
    return together(
        *(
            element("rect", class_="gap", x=x, y=area.top, width=end - x, height=height, fill="url(#hatch)")
            for x, end in drawn
        )
    )


def time_axis(area: Area, y: float) -> Markup:
    """Ticks and numbers along the lower edge, their unit to the left."""
    marks = []
    moments = times(area.scale.seconds)
    decimals = 0 if len(moments) < 2 or moments[1] >= 1 else len(f"{moments[1]:g}".partition(".")[2])
    for moment in moments:
        x = area.x.at(moment)
        marks.append(element("line", class_="tick", x1=x, x2=x, y1=y, y2=y + 4))
        text = area.scale.place(moment, decimals)
        marks.append(element("text", text, class_="number", x=x, y=y + 15, text_anchor="middle"))
    line = element("line", class_="axis", x1=LEFT, x2=RIGHT, y1=y, y2=y)
    unit = element("text", area.scale.unit, class_="unit", x=LEFT - 16, y=y + 15, text_anchor="end")
    return together(line, *marks, unit)


def value_axis(area: Area, values: Iterable[tuple[float, str]]) -> Markup:
    """Grid lines and numbers along the left edge."""
    marks = []
    for value, text in values:
        y = area.y.at(value)
        marks.append(element("line", class_="grid", x1=LEFT, x2=RIGHT, y1=y, y2=y))
        marks.append(element("text", text, class_="number", x=LEFT - 6, y=y + 3.5, text_anchor="end"))
    return together(*marks)


def runs(good: Iterable[bool]) -> list[slice]:
    """Stretches of true values.

    >>> runs([True, True, False, True])
    [slice(0, 2, None), slice(3, 4, None)]
    """
    padded = np.concatenate([[False], np.asarray(list(good), bool), [False]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def filled(area: Area, seconds: Floats, low: Floats, high: Floats, class_: str) -> Markup:
    """The area between two curves, as one path; it stops where there is nothing."""
    parts = []
    for run in runs(np.isfinite(low) & np.isfinite(high)):
        there = _points(area, seconds[run], high[run])
        back = _points(area, seconds[run][::-1], low[run][::-1])
        parts.append(f"M{there}L{back}Z")
    return element("path", class_=class_, d="".join(parts)) if parts else Markup()


def curve(area: Area, seconds: Floats, values: Floats, class_: str) -> Markup:
    """A curve, as one path; it stops where there is nothing."""
    parts = [f"M{_points(area, seconds[run], values[run])}" for run in runs(np.isfinite(values))]
    return element("path", class_=class_, d="".join(parts)) if parts else Markup()


def _points(area: Area, seconds: Floats, values: Floats) -> str:
    """Places of a path; one alone is drawn as a short dash, or it would not be seen."""
    places = [(area.x.at(s), area.y.at(v)) for s, v in zip(seconds, values, strict=True)]
    if len(places) == 1:
        x, y = places[0]
        places = [(x - 0.3, y), (x + 0.3, y)]
    return "L".join(f"{round(x, 1):g},{number(round(y, 1))}" for x, y in places)


def sheet(height: float, label: str, *children: object) -> Markup:
    """A drawing as wide as the page, with a name for those who cannot see it."""
    box = f"0 0 {number(WIDTH)} {number(height)}"
    return element("svg", element("title", label), *children, viewBox=box, role="img", class_="sheet")
