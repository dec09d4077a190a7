"""How the spectrum moved while each muscle worked: its course, its trend, and why there is none."""

from collections.abc import Iterable, Mapping, Sequence
from math import ceil, floor
from typing import Any

import numpy as np

from nmr_emg.analysis.fatigue import CLEAR, FEWEST, SHORTEST
from nmr_emg.analysis.spectrum import MOTION
from nmr_emg.dsp.continuity import Floats
from nmr_emg.report.axis import Line, step
from nmr_emg.report.digits import many, setting, short
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.plot import LEFT, RIGHT, Area, curve, filled, gaps, sheet, time_axis, value_axis

HEIGHT = 100.0
STATES: Mapping[str, str] = {
    "fatigue": "amplitude up, spectrum down: as when a muscle tires under a steady load",
    "force increase": "amplitude and spectrum up: as when the load grows",
    "recovery": "amplitude down, spectrum up: as when a muscle recovers",
    "force decrease": "amplitude and spectrum down: as when the load becomes less",
}
METHODS: Mapping[str, str] = {
    "repetitions": "Each point is the mean over one repetition",
    "seconds": "Each point is one second of activity",
}
READING = (
    "Each line is the trend of its points, the band around it the 95 % interval of its slope. A spectrum also moves with "
    "posture, movement and load; read a trend as fatigue only where these stayed the same."
)


def fatigue(findings: Findings) -> Markup:
    """A figure for every channel with a trend, and a line for those without."""
    channels = findings.result["channels"]
    drawn = [one for one in channels if one["fatigue"]["reason"] is None]
    label = next((one["fatigue"]["label"] for one in drawn), None)
    words = READING if label is None else f"{READING} With care: {label}."
    reading = element("p", words, class_="remark") if drawn else None
    return together(*(_figure(findings, one) for one in drawn), reading, *_without(channels))


def trends() -> str:
    """How the trends are made, in words that can be cited."""
    return (
        f"Trends of the spectrum: one-second Hann windows that are active, not bad, at least {setting(CLEAR, 'dB')} above "
        "rest and no part of a reference trial; median and mean frequency inside the band. At least "
        f"{FEWEST} points over {setting(SHORTEST, 's')} make a trend. Its slope is Theil–Sen's with Sen's interval (1968), "
        "in % of the line's start. FInsm5 = M₋₁/M₅ (Dimitrov et al. 2006), the median of the last fifth against that of "
        f"the first; a window in which over {MOTION:.0%} of the power lies under 20 Hz before the high-pass does not count "
        "for it. Amplitude and spectrum together after Luttmann et al. (2000), undetermined where an interval holds zero."
    )


def _without(channels: list[Mapping[str, Any]]) -> list[Markup]:
    """Channels without a trend, those with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for one in channels:
        if one["fatigue"]["reason"] is not None:
            reasons.setdefault(one["fatigue"]["reason"], []).append(one["label"])
    return [
        element("p", element("b", ", ".join(labels)), f": no trend – {reason}.", class_="none")
        for reason, labels in reasons.items()
    ]


def _figure(findings: Findings, channel: Mapping[str, Any]) -> Markup:
    found = channel["fatigue"]
    t, mdf = (np.array(found["series"][key], float) for key in ("time_s", "mdf_hz"))
    area = _area(findings, mdf)
    ends = t[[0, -1]]
    over = np.array([t[0], float(np.median(t)), t[-1]])
    fan = [_line(found, t, over, slope) for slope in found["ci"]]
    drawing = sheet(
        HEIGHT + 28,
        f"{channel['label']}: median frequency over time, {_change(found)}",
        value_axis(area, _values(area)),
        gaps(area, findings.gaps),
        filled(area, over, np.minimum(*fan), np.maximum(*fan), "spread"),
        _points(area, t, mdf),
        curve(area, ends, _line(found, t, ends, found["slope_percent_s"]), "trend"),
        time_axis(area, HEIGHT + 8),
    )
    return element("figure", element("figcaption", *_caption(channel)), drawing, *_remarks(found))


def _line(found: Mapping[str, Any], t: Floats, over: Floats, percent: float) -> Floats:
    """A line of a slope (% of the start a second) through the middle of the trend, at some moments."""
    middle = float(np.median(t))
    slope = found["mdf_start_hz"] / 100
    height = found["mdf_start_hz"] + slope * found["slope_percent_s"] * (middle - t[0])
    return np.asarray(height + slope * percent * (over - middle))


def _area(findings: Findings, mdf: Floats) -> Area:
    by = step(max(float(np.ptp(mdf)), 10.0))
    low, high = floor(float(mdf.min()) / by) * by, ceil(float(mdf.max()) / by) * by
    x = Line(0, max(findings.seconds, 1 / findings.info.rate), LEFT, RIGHT)
    return Area(x, Line(low, max(high, low + by), HEIGHT + 8, 8), findings.scale)


def _values(area: Area) -> list[tuple[float, str]]:
    by = step(area.y.high - area.y.low)
    count = round((area.y.high - area.y.low) / by)
    return [(area.y.low + i * by, f"{area.y.low + i * by:g}") for i in range(count + 1)]


def _points(area: Area, t: Floats, mdf: Floats) -> Markup:
    radius = 2.2 if len(t) <= 150 else 1.3
    places = ((area.x.at(a), area.y.at(b)) for a, b in zip(t, mdf, strict=True))
    return together(*(element("circle", class_="point", cx=x, cy=y, r=radius) for x, y in places))


def _caption(channel: Mapping[str, Any]) -> Iterable[object]:
    yield element("b", channel["label"])
    where = ", ".join(text for text in (channel["muscle"], channel["side"]) if text)
    yield f" {where}: " if where else ": "
    yield _change(channel["fatigue"])
    yield element("span", "median frequency, Hz", class_="measure")


def _change(found: Mapping[str, Any]) -> str:
    low, high = found["ci"]
    if low <= 0 <= high:
        return "median frequency not told apart from steady"
    if found["label"]:
        percent = 100 * (found["mdf_end_hz"] / found["mdf_start_hz"] - 1)
        return f"median frequency {'down' if percent < 0 else 'up'} by {abs(percent):.0f} % (relative trend only)"
    return f"median frequency from {short(found['mdf_start_hz'])} to {short(found['mdf_end_hz'], 'Hz')}"


def _remarks(found: Mapping[str, Any]) -> list[Markup]:
    amplitude = found["jasa"]
    lines = (
        f"{METHODS[found['method']]}; {many(found['windows'], 'point')} in all.",
        f"Slope of the median frequency {_slope(found['slope_percent_s'], found['ci'])},",
        f"of the amplitude {_slope(amplitude['amplitude_percent_s'], amplitude['amplitude_ci'])}.",
        f"Together: {_quadrant(found)}.",
        _index(found),
    )
    return [element("p", " ".join(lines), class_="remark")]


def _slope(slope: float, interval: Sequence[float]) -> str:
    return f"{short(slope, '% a second')} (95 % interval {short(interval[0])} to {short(interval[1])})"


def _quadrant(found: Mapping[str, Any]) -> str:
    state = found["jasa"]["state"]
    if state in STATES:
        return f"{state} – {STATES[state]}"
    still = {"the amplitude": found["jasa"]["amplitude_ci"], "the median frequency": found["ci"]}
    steady = [name for name, (low, high) in still.items() if low <= 0 <= high]
    return f"undetermined – {' and '.join(steady)} may as well have stayed the same"


def _index(found: Mapping[str, Any]) -> str:
    if found["finsm5_ratio"] is None:
        return f"Fatigue index FInsm5: none – {found['finsm5_reason']}."
    return f"Fatigue index FInsm5: {short(found['finsm5_ratio'])} times that at the start."
