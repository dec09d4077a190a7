"""What the signs in the figures mean; only those that occur."""

from collections.abc import Iterator

from nmr_emg.report.element import Markup, element
from nmr_emg.report.findings import Findings
from nmr_emg.report.track import track


def legend(findings: Findings) -> Markup:
    """One line of small drawings with a word each."""
    items = [element("li", _drawing(name), word) for name, word in _signs(findings)]
    return element("ul", *items, class_="legend")


def _signs(findings: Findings) -> Iterator[tuple[str, str]]:
    channels = findings.result["channels"]
    tracks = [track(findings, findings.info.index(channel["label"])) for channel in channels]
    told = findings.gathered.happenings
    percent = any(one.percent for one in tracks)
    worst = max((float(one.quality.max(initial=0)) for one in tracks), default=0)
    broad = any(one.width > 1.5 / findings.info.rate for one in tracks)
    yield "mean", "envelope, mean" if broad else "envelope"
    if broad:
        yield "highest", "envelope, largest"
    signs = (
        ("burst", "burst", any(one["bursts"] for one in channels)),
        ("minor", "minor burst", any(one["minor"] for one in channels)),
        ("gap", "samples lost", bool(findings.gathered.ledger.gaps)),
        ("full", "100 % of reference", percent),
        ("goal", "goal", percent and bool(told.goals)),
        ("marker", "marker", bool(told.marks)),
        ("warn", "doubtful signal", worst >= 1),
        ("bad", "bad signal", worst >= 2),
    )
    yield from ((name, word) for name, word, there in signs if there)


def _drawing(name: str) -> Markup:
    if name in ("mean", "full", "goal"):
        sign = element("line", class_=name, x1=1, x2=21, y1=6, y2=6)
    elif name == "marker":
        sign = element("line", class_=name, x1=11, x2=11, y1=0, y2=12)
    elif name in ("warn", "bad"):
        height = 3 if name == "warn" else 6
        sign = element("rect", class_=name, x=1, y=9 - height, width=20, height=height)
    else:
        fill = "url(#hatch)" if name == "gap" else None
        sign = element("rect", class_=name, x=1, y=1, width=20, height=10, fill=fill)
    return element("svg", sign, viewBox="0 0 22 12", class_="sign", aria_hidden="true")
