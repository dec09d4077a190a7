"""Panels of a picture: lines over numbers, bars over names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10, sqrt
from typing import TypeAlias

from nmr_emg.report.axis import Line
from nmr_emg.report.element import Markup, element, number, together

Bend: TypeAlias = Callable[[float], float]
"""How an axis is stretched: bars of very different length are compared on a bent one, and its ticks show it."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a panel draws (user units): its inner edges."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one method, one a place; `None` leaves a hole. `class_` names its look."""

    name: str
    class_: str
    values: Sequence[float | None]


def title(box: Box, text: str, remark: str = "") -> Markup:
    """A panel's name above it, and what its numbers are."""
    head = element("text", text, class_="name", x=box.left, y=box.top - 26)
    return together(head, element("text", remark, class_="small", x=box.left, y=box.top - 10))


def lines(box: Box, places: Sequence[float], listed: Sequence[Series], unit: str) -> Markup:
    """Curves between 0 and 1 over numbers."""
    x = Line(places[0], places[-1], box.left + 8, box.right - 8)
    y = Line(0, 1, box.bottom, box.top)
    drawn: list[object] = []
    for value in (0, 0.25, 0.5, 0.75, 1):
        at = y.at(value)
        drawn.append(element("line", class_="grid", x1=box.left, x2=box.right, y1=at, y2=at))
        drawn.append(
            element("text", f"{value:g}", class_="small", x=box.left - 6, y=at + 4, text_anchor="end")
        )
    for place in places:
        text = f"{place:g}".replace("-", "−") + (f" {unit}" if place == places[-1] else "")
        drawn.append(
            element("text", text, class_="small", x=x.at(place), y=box.bottom + 17, text_anchor="middle")
        )
    for one in listed:
        known = [(x.at(p), y.at(v)) for p, v in zip(places, one.values, strict=True) if v is not None]
        path = "L".join(f"{number(px)},{number(py)}" for px, py in known)
        drawn.append(element("path", element("title", one.name), class_=f"line {one.class_}", d=f"M{path}"))
        drawn += [element("circle", class_=f"dot {one.class_}", cx=px, cy=py, r=3.0) for px, py in known]
    return together(*drawn)


def columns(
    box: Box,
    names: Sequence[str],
    listed: Sequence[Series],
    ticks: Sequence[float],
    bound: float | None = None,
) -> Markup:
    """Upright bars in groups, on a square-root axis, each with its number; `bound` draws a line to stay under."""
    y = Line(0, sqrt(ticks[-1]), box.bottom, box.top)
    drawn: list[object] = []
    for tick in ticks:
        at = y.at(sqrt(tick))
        drawn.append(element("line", class_="grid", x1=box.left, x2=box.right, y1=at, y2=at))
        drawn.append(
            element("text", f"{tick:g}", class_="small", x=box.left - 6, y=at + 4, text_anchor="end")
        )
    if bound is not None:
        at = y.at(sqrt(bound))
        drawn.append(element("line", class_="bound", x1=box.left, x2=box.right, y1=at, y2=at))
    wide = (box.right - box.left) / len(names)
    bar = wide * 0.78 / len(listed)
    for i, name in enumerate(names):
        middle = box.left + (i + 0.5) * wide
        drawn.append(element("text", name, class_="small", x=middle, y=box.bottom + 17, text_anchor="middle"))
        for j, one in enumerate(listed):
            value = one.values[i]
            if value is not None:
                left = middle + (j - len(listed) / 2) * bar
                drawn.append(_column(box, y, left, bar - 1.5, value, one))
    return together(*drawn)


def _column(box: Box, y: Line, left: float, width: float, value: float, one: Series) -> Markup:
    top = min(y.at(sqrt(value)), box.bottom - 1)
    text = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
    body = element(
        "rect", class_=f"bar {one.class_}", x=left, y=top, width=width, height=box.bottom - top, rx=1.0
    )
    label = element("text", text, class_="tiny", x=left + width / 2, y=top - 4, text_anchor="middle")
    return element("g", element("title", f"{one.name}: {value:.2g}"), body, label)


def rows(box: Box, listed: Sequence[tuple[str, str, float]], ticks: Sequence[float], unit: str) -> Markup:
    """Lying bars with their names, on a logarithmic axis: name, class and value of each."""
    x = Line(log10(ticks[0]), log10(ticks[-1]), box.left, box.right)
    drawn: list[object] = []
    for tick in ticks:
        at = x.at(log10(tick))
        text = f"{tick:g}" + (f" {unit}" if tick == ticks[-1] else "")
        drawn.append(element("line", class_="grid", x1=at, x2=at, y1=box.top, y2=box.bottom))
        drawn.append(element("text", text, class_="small", x=at, y=box.bottom + 17, text_anchor="middle"))
    high = (box.bottom - box.top) / max(1, len(listed))
    for i, (name, class_, value) in enumerate(listed):
        y = box.top + i * high
        end = max(x.at(log10(max(value, ticks[0]))), box.left + 2)
        drawn.append(
            element("text", name, class_="label", x=box.left - 8, y=y + high / 2 + 4, text_anchor="end")
        )
        drawn.append(
            element(
                "rect",
                class_=f"bar {class_}",
                x=box.left,
                y=y + high * 0.14,
                width=end - box.left,
                height=high * 0.72,
                rx=2.0,
            )
        )
        text = f"{value:.0f}" if value >= 10 else f"{value:.1f}"
        drawn.append(element("text", text, class_="value", x=end + 5, y=y + high / 2 + 4))
    return together(*drawn)


def legend(x: float, y: float, listed: Sequence[tuple[str, str]], steps: Sequence[float]) -> Markup:
    """Samples of lines with their names, `steps` apart: name and class of each."""
    drawn: list[object] = []
    for (name, class_), step in zip(listed, steps, strict=True):
        drawn.append(element("path", class_=f"line {class_}", d=f"M{number(x)},{number(y)}h26"))
        drawn.append(element("circle", class_=f"dot {class_}", cx=x + 13, cy=y, r=3.0))
        drawn.append(element("text", name, class_="label", x=x + 32, y=y + 4))
        x += step
    return together(*drawn)
