"""One channel over time: its envelope, its bursts, its gaps, and what people did."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nmr_emg.montage import WATCHED
from nmr_emg.report.axis import Line, ceiling, ticks
from nmr_emg.report.channels import state
from nmr_emg.report.digits import THIN, short
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.notes import headroom, notes
from nmr_emg.report.plot import (
    LEFT,
    RIGHT,
    Area,
    band,
    curve,
    filled,
    gaps,
    runs,
    sheet,
    time_axis,
    value_axis,
)
from nmr_emg.report.track import Track, track

HEIGHT = 116.0
STRIP = 6.0
"""Height of the strip of signal quality under a figure (user units)."""


def figure(findings: Findings, channel: Mapping[str, Any]) -> Markup:
    """The figure of one channel of the analysis, with its caption."""
    shown = track(findings, findings.info.index(channel["label"]))
    goals = _goals(findings, findings.info.index(channel["label"])) if shown.percent else []
    top = max([shown.top, *([105.0] if shown.percent else []), *(goal for *_, goal in goals)])
    room = headroom(findings)
    x = Line(0, max(findings.seconds, 1 / findings.info.rate), LEFT, RIGHT)
    area = Area(x, Line(0, ceiling(top), room + HEIGHT, room), findings.scale)
    axis = area.bottom + (STRIP + 2 if _doubtful(shown) else 0)
    drawing = sheet(
        axis + 20,
        f"{channel['label']}: envelope in {shown.unit} over time, {len(channel['bursts'])} bursts",
        value_axis(area, _values(area, shown)),
        _bursts(area, channel, findings),
        filled(area, shown.seconds, np.zeros_like(shown.high), shown.high, "highest"),
        curve(area, shown.seconds, shown.mean, "mean"),
        gaps(area, findings.gaps),
        _above(area, shown),
        _levels(area, shown, goals),
        _quality(area, shown),
        time_axis(area, axis),
        notes(findings, area),
    )
    return element("figure", element("figcaption", *_caption(channel, shown)), drawing)


def _caption(channel: Mapping[str, Any], shown: Track) -> Iterable[object]:
    yield element("b", channel["label"])
    where = ", ".join(text for text in (channel["muscle"], channel["side"]) if text)
    yield f" {where}" if where else ""
    if channel["quality"]["state"] != "ok":
        yield together(" ", state(channel))
    yield element("span", f"envelope, {shown.unit}", class_="measure")


def _values(area: Area, shown: Track) -> list[tuple[float, str]]:
    return [(value, f"{value:g}{THIN}%" if shown.percent else f"{value:g}") for value in ticks(area.y.high)]


def _bursts(area: Area, channel: Mapping[str, Any], findings: Findings) -> Markup:
    drawn = []
    for kind, listed in (("burst", channel["bursts"]), ("minor", channel["minor"])):
        for burst in listed:
            end = findings.seconds if burst["offset"] is None else burst["offset"]
            places = f"{findings.scale.place(burst['onset'], 2)} – {findings.scale.place(end, 2)}"
            title = f"{'minor burst' if kind == 'minor' else kind} {places} {findings.scale.unit}"
            drawn.append(band(area, burst["onset"], end, kind, title))
    return together(*drawn)


def _goals(findings: Findings, channel: int) -> list[tuple[float, float, float]]:
    """Stretches (s) with a goal, and the goal (%)."""
    whose = {channel} if findings.info.channels[channel].role in WATCHED else {None, channel}
    heard = [goal for goal in findings.gathered.happenings.goals if goal.channel in whose]
    starts = [findings.second(goal.index) for goal in heard]
    ends = [*starts[1:], findings.seconds]
    listed = zip(starts, ends, heard, strict=False)
    return [(start, end, goal.percent) for start, end, goal in listed if goal.percent is not None]


def _levels(area: Area, shown: Track, goals: list[tuple[float, float, float]]) -> Markup:
    """The lines at 100 % and at the goal."""
    drawn = []
    if shown.percent:
        y = area.y.at(100)
        drawn.append(element("line", class_="full", x1=LEFT, x2=RIGHT, y1=y, y2=y))
    for first, last, percent in goals:
        y = area.y.at(percent)
        drawn.append(element("line", class_="goal", x1=area.x.at(first), x2=area.x.at(last), y1=y, y2=y))
    return together(*drawn)


def _above(area: Area, shown: Track) -> Markup:
    """A triangle with the value wherever the curve leaves the figure: what is cut off is said."""
    drawn = []
    for run in runs(np.nan_to_num(shown.high) > area.y.high):
        place = run.start + int(np.argmax(shown.high[run]))
        x, y = area.x.at(shown.seconds[place]), area.top
        title = element("title", f"up to {short(shown.high[place], shown.unit)}, above the axis")
        path = f"M{x - 4:.1f},{y + 7:.1f}h8l-4,-7Z"
        drawn.append(element("g", title, element("path", class_="above", d=path)))
    return together(*drawn)


def _doubtful(shown: Track) -> bool:
    return bool((shown.quality > 0).any())


def _quality(area: Area, shown: Track) -> Markup:
    """A strip under the figure where the signal was doubtful (low) or bad (high)."""
    drawn = []
    for level, class_, height in ((1, "warn", STRIP / 2), (2, "bad", STRIP)):
        for run in runs(shown.quality == level):
            first = shown.seconds[run.start] - shown.width / 2
            last = shown.seconds[run.stop - 1] + shown.width / 2
            x, end = area.x.at(first), area.x.at(last)
            y = area.bottom + 1 + STRIP - height
            drawn.append(element("rect", class_=class_, x=x, y=y, width=max(end - x, 0.5), height=height))
    return together(*drawn)
