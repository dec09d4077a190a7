"""The picture of the league: how close onsets are dated, what is raised at rest, what a block costs."""

from collections.abc import Mapping, Sequence
from typing import Any

from nmr_emg.report.element import Markup, element
from standings import speed
from standings.methods import DISTURBANCES, ONLINE, REFINED, SNRS, Method, best, is_peer, named
from standings.panel import Box, Series, columns, legend, lines, rows, title

WIDTH = 940
HEIGHT = 690
NAMES = ("clean", *("ECG" if name == "ecg" else name for name in DISTURBANCES))
STYLE = """
.paper{fill:#ffffff}
text{fill:#14171a;font-size:13px}
.name{font-weight:600;font-size:15px}
.small{font-size:12px;fill:#4c565f}
.tiny{font-size:10px;fill:#4c565f}
.label,.value{font-size:12.5px}
.grid{stroke:#e3e7ea;stroke-width:1}
.bound{stroke:#009e73;stroke-width:1.5;stroke-dasharray:5 4}
.line{fill:none;stroke-width:2;stroke-linejoin:round}
.line.refined{stroke:#0072b2;stroke-width:3.5}.dot.refined,.bar.refined{fill:#0072b2}
.line.online{stroke:#56b4e9;stroke-width:3}.dot.online,.bar.online{fill:#56b4e9}
.line.tuned{stroke:#d55e00}.dot.tuned,.bar.tuned{fill:#d55e00}
.line.default{stroke:#e69f00;stroke-dasharray:6 4}.dot.default,.bar.default{fill:#e69f00}
.line.limit{stroke:#8d979f;stroke-dasharray:2 4}.dot.limit{fill:#8d979f}
.bar.limit{fill:#b9c1c7}.bar.other{fill:#e69f00}
"""
FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
KEY = (
    ("this project, refined", "refined"),
    ("as declared", "online"),
    ("best tuned peer", "tuned"),
    ("best peer at defaults", "default"),
    ("limit: rise shape known", "limit"),
)


def picture(listed: Sequence[Method], stream: Mapping[str, Any]) -> Markup:
    """The whole drawing as a file of its own."""
    close, near = Box(48, 112, 456, 318), Box(520, 112, 928, 318)
    rest, cost = Box(48, 428, 456, 634), Box(640, 434, 896, 634)
    drawing = [
        element("rect", class_="paper", width=WIDTH, height=HEIGHT, rx=8.0),
        legend(22, 26, KEY, (196, 138, 160, 200, 0)),
        title(close, "Onsets dated within 50 ms", "F1 over the signal-to-noise ratio; 1 is perfect"),
        lines(close, SNRS, _curves(listed, "f1_on50"), "dB"),
        title(near, "Within 100 ms", "F1 over the signal-to-noise ratio"),
        lines(near, SNRS, _curves(listed, "f1_on100"), "dB"),
        title(
            rest,
            "False alarms a minute at rest",
            "as declared, and the two peers that find most; green: the goal, 0.5",
        ),
        columns(rest, NAMES, _alarms(listed), (0, 1, 5, 20, 60), 0.5),
        title(Box(520, 428, 0, 0), "Time of a block", "DC, 20–450 Hz, notch, RMS; 20 rows of 8 channels"),
        rows(cost, _blocks(stream), (1, 10, 100, 1000), "µs"),
    ]
    return element(
        "svg",
        element("title", "The league: accuracy, false alarms and speed beside other libraries"),
        element("style", Markup(STYLE)),
        *drawing,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        font_family=FONT,
    )


def _curves(listed: Sequence[Method], metric: str) -> list[Series]:
    groups = [f"core/snr={snr}" for snr in SNRS]

    def top(mode: str) -> list[float | None]:
        found = [best(listed, group, metric, is_peer(mode)) for group in groups]
        return [None if one is None else one[1] for one in found]

    curves = [
        Series("limit.ml_exact", "limit", _of(listed, "limit.ml_exact", groups, metric)),
        Series("the best peer at its defaults", "default", top("default")),
        Series("the best tuned peer", "tuned", top("tuned")),
        Series(ONLINE, "online", _of(listed, ONLINE, groups, metric)),
        Series(REFINED, "refined", _of(listed, REFINED, groups, metric)),
    ]
    return [one for one in curves if any(value is not None for value in one.values)]


def _alarms(listed: Sequence[Method]) -> list[Series]:
    """Ours, and those two peers that find most: a method that finds nothing raises nothing."""
    groups = [f"rest/{name}" for name in ("none", *DISTURBANCES)]
    shown = [Series(ONLINE, "online", _of(listed, ONLINE, groups, "fa_per_min"))]
    for mode in ("tuned", "default"):
        found = best(listed, "core", "f1_on100", is_peer(mode))
        if found is not None:
            values = [found[0].get(group, "fa_per_min") for group in groups]
            shown.append(Series(found[0].label, mode, values))
    return shown


def _of(listed: Sequence[Method], name: str, groups: Sequence[str], metric: str) -> list[float | None]:
    one = named(listed, name)
    return [None if one is None else one.get(group, metric) for group in groups]


def _blocks(stream: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    timed = [(name, value) for name in stream if (value := speed.block(stream, name, speed.CHANNELS[0]))]
    looks = {speed.OURS: "refined"}
    return [
        (
            "this project" if name == speed.OURS else name,
            "limit" if name.startswith("limit") else looks.get(name, "other"),
            value,
        )
        for name, value in sorted(timed, key=lambda pair: pair[1])
    ]
