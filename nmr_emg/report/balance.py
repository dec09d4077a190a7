"""The balance of each pair: the score on a strip, its course, and why there is none."""

from collections.abc import Mapping
from math import atanh, tanh
from typing import Any

import numpy as np

from nmr_emg.report.axis import Line
from nmr_emg.report.digits import duration, short
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.lanes import shortened
from nmr_emg.report.plot import LEFT, RIGHT, Area, curve, filled, gaps, sheet, time_axis, value_axis

REASONS: Mapping[str, str] = {
    "insufficient activity": "insufficient activity: neither muscle worked enough for a comparison",
    "quality": "quality: for more than a fifth of the active time one of the two signals was bad",
    "no valid samples": "no valid samples: the two were never measured together",
}

NORMALISATIONS: Mapping[str, str] = {
    "mvc_task": "the largest contraction in the task",
    "mvc_isometric": "a maximal isometric contraction",
    "submax_reference": "a submaximal reference contraction",
    "task_peak": "the peak of the task",
    "task_mean": "the mean of the task",
    "m_max": "the maximal M-wave",
}


def balance(findings: Findings) -> Markup:
    """Every pair of the question."""
    return together(*(_pair(findings, row, pair) for row, pair in enumerate(findings.result["pairs"])))


def bounds(pair: Mapping[str, Any]) -> tuple[float, float] | None:
    """The 95 % interval of the direction, from that of the score: both are one interval of the log-ratio.

    >>> low, high = bounds({"direction": 1 / 3, "ci": [62.164, 71.326]})
    >>> round(low, 3), round(high, 3)
    (0.287, 0.378)
    """
    if pair["direction"] is None or pair["ci"] is None:
        return None
    ratio = 2 * atanh(_inside(pair["direction"]))
    reach = 2 * atanh(_inside(1 - pair["ci"][0] / 100)) - abs(ratio)
    return tanh((ratio - reach) / 2), tanh((ratio + reach) / 2)


def _inside(direction: float) -> float:
    """Short of ±1, where the log-ratio has no end."""
    return min(max(direction, -0.999999), 0.999999)


def _pair(findings: Findings, row: int, pair: Mapping[str, Any]) -> Markup:
    title = element("figcaption", element("b", f"{pair['a']} : {pair['b']}"), f" {_words(pair)}")
    return element("figure", title, _strip(pair), _course(findings, row, pair), *_remarks(pair))


def _words(pair: Mapping[str, Any]) -> str:
    if pair["score"] is None:
        return f"no score – {REASONS.get(pair['reason'], pair['reason'])}"
    text = f"score {short(pair['score'])} of 100"
    if pair["ci"]:
        text += f" (95 % interval {short(pair['ci'][0])} to {short(pair['ci'][1])})"
    return f"{text}, {_side(pair)}"


def _side(pair: Mapping[str, Any]) -> str:
    """Which muscle worked more, if the interval tells."""
    edges = bounds(pair)
    if edges is None or edges[0] <= 0 <= edges[1]:
        return "not told apart from even"
    return f"towards {pair['a'] if edges[0] > 0 else pair['b']}"


def _strip(pair: Mapping[str, Any]) -> Markup:
    """The needle: the first muscle at the left, as on the screen."""
    x = Line(-1, 1, 580, 180)
    drawn: list[Markup] = [element("rect", class_="track", x=180, y=14, width=400, height=12, rx=6)]
    for value, text in ((1, "1"), (0.5, ""), (0, "0 even"), (-0.5, ""), (-1, "−1")):
        place = x.at(value)
        drawn.append(element("line", class_="tick", x1=place, x2=place, y1=14, y2=30))
        drawn.append(element("text", text, class_="number", x=place, y=41, text_anchor="middle"))
    drawn.append(
        element("text", f"only {shortened(pair['a'], 22)}", class_="end", x=170, y=24, text_anchor="end")
    )
    drawn.append(element("text", f"only {shortened(pair['b'], 22)}", class_="end", x=590, y=24))
    edges = bounds(pair)
    if edges is not None:
        left, right = x.at(edges[1]), x.at(edges[0])
        drawn.append(element("rect", class_="interval", x=left, y=14, width=max(right - left, 1), height=12))
    if pair["direction"] is not None:
        place = x.at(pair["direction"])
        drawn.append(element("path", class_="needle", d=f"M{place:.1f},20l-6,-15h12Z"))
        drawn.append(element("line", class_="needle", x1=place, x2=place, y1=14, y2=26))
    return sheet(46, f"balance of {pair['a']} and {pair['b']}: {_words(pair)}", *drawn)


def _course(findings: Findings, row: int, pair: Mapping[str, Any]) -> Markup | None:
    """The direction over time."""
    seen = findings.gathered.overviews.columns("balance")
    if row >= seen.mean.shape[1] or not np.isfinite(seen.mean[:, row]).any():
        return None
    seconds = findings.middles(seen)
    x = Line(0, max(findings.seconds, 1 / findings.info.rate), LEFT, RIGHT)
    area = Area(x, Line(-1, 1, 90, 8), findings.scale)
    names = [(1.0, shortened(pair["a"], 7)), (0.0, "even"), (-1.0, shortened(pair["b"], 7))]
    return sheet(
        110,
        f"direction of the balance of {pair['a']} and {pair['b']} over time",
        value_axis(area, names),
        filled(area, seconds, seen.low[:, row], seen.high[:, row], "spread"),
        curve(area, seconds, seen.mean[:, row], "direction"),
        gaps(area, findings.gaps),
        time_axis(area, 90),
    )


def _remarks(pair: Mapping[str, Any]) -> list[Markup]:
    unit = "µV" if pair["normalisation"] == "none" else "%"
    lines = [_normalised(pair["normalisation"])]
    if pair["mean_a"] is not None:
        means = f"{pair['a']} {short(pair['mean_a'], unit)}, {pair['b']} {short(pair['mean_b'], unit)}"
        lines.append(f"Mean over {duration(pair['seconds'])} in which either muscle was active: {means}.")
    shares = pair["indices"]
    if shares:
        lines.append(
            f"Common area {short(shares['common_area'], '%')}; share of {pair['b']} "
            f"{short(shares['antagonist_share'], '%')}."
        )
    return [element("p", " ".join(lines), class_="remark")]


def _normalised(method: str) -> str:
    if method == "none":
        return (
            "Normalisation: none; µV above rest are compared. Electrode place and skin change µV, so two muscles are "
            "only truly comparable with a reference contraction."
        )
    return f"Normalisation: {method} ({NORMALISATIONS.get(method, 'as the recording says')}), % of reference."
