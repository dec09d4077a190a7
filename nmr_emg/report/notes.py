"""Markers and trials above a figure."""

from collections.abc import Sequence

from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.lanes import Label, lanes, shortened, width
from nmr_emg.report.plot import LEFT, RIGHT, Area

LANE = 13.0
"""Height of a row of labels (user units)."""


def headroom(findings: Findings) -> float:
    """How much room the labels of a recording need above a figure."""
    told = findings.gathered.happenings
    return LANE * (bool(told.trials) + bool(told.marks)) + 12


def notes(findings: Findings, area: Area) -> Markup:
    """Trials as brackets and markers as ticks, with as many labels as have room."""
    told = findings.gathered.happenings
    rows = []
    base = area.top - 6
    if told.marks:
        at = [(area.x.at(findings.second(mark.index)), mark.text) for mark in told.marks]
        rows.append(_marks(at, area, base))
        base -= LANE
    if told.trials:
        spans = [
            (area.x.at(findings.second(t.first)), area.x.at(findings.second(t.last)), t.name)
            for t in told.trials
        ]
        rows.append(_trials(spans, base))
    return together(*rows)


def _marks(at: Sequence[tuple[float, str]], area: Area, base: float) -> Markup:
    labels = lanes([(x + 3, shortened(text)) for x, text in at], RIGHT, 1)
    ticks = [
        element(
            "g",
            element("title", text),
            element("line", class_="marker", x1=x, x2=x, y1=base - 9, y2=area.bottom),
        )
        for x, text in at
    ]
    return together(*ticks, *(_written(label, base) for label in labels))


def _trials(spans: Sequence[tuple[float, float, str]], base: float) -> Markup:
    labels = lanes([(max(first, LEFT) + 3, shortened(name)) for first, _, name in spans], RIGHT, 1)
    brackets = []
    for first, last, name in spans:
        path = f"M{first:.1f},{base + 4:.1f}v-5h{max(last - first, 1):.1f}v5"
        brackets.append(element("g", element("title", name), element("path", class_="trial", d=path)))
    names = (_written(label, base - 4) for label in labels)
    return together(*brackets, *names)


def _written(label: Label, y: float) -> Markup | None:
    if label.lane is None or not width(label.text):
        return None
    return element("text", label.text, class_="note", x=label.x, y=y)
