"""The page: its head, its looks, and the recordings one after the other."""

from collections.abc import Sequence
from pathlib import Path

from nmr_emg.report.digits import many
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.moment import date
from nmr_emg.report.section import section

FOOTER = "Not a medical device. No diagnosis."

_LOOKS = Path(__file__).with_name("page.css")


def page(recordings: Sequence[Findings]) -> str:
    """The whole page as text."""
    names = [one.source.name for one in recordings]
    title = f"EMG report – {names[0]}" if len(names) == 1 else f"EMG report – {many(len(names), 'recording')}"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        # Our own file, and a style element holds text that is not unescaped.
        element("style", Markup(_LOOKS.read_text(encoding="utf-8"))),
    )
    parts = [section(one, f"recording-{number}") for number, one in enumerate(recordings, 1)]
    body = element("body", _signs(), element("main", _banner(), _contents(recordings), *parts), _foot())
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _banner() -> Markup:
    return element("p", element("b", "nmr-emg"), " Surface EMG report", class_="banner")


def _contents(recordings: Sequence[Findings]) -> Markup | None:
    """Where each recording is, if there is more than one."""
    if len(recordings) == 1:
        return None
    lines = [
        element(
            "li",
            element("a", one.source.name, href=f"#recording-{number}"),
            f" {date(one.source.facts.get('start_time'))}",
        )
        for number, one in enumerate(recordings, 1)
    ]
    return element("nav", element("ol", *lines), aria_label="Recordings")


def _signs() -> Markup:
    """The hatching of lost samples, defined once for all figures."""
    line = element("path", d="M-1,1l2,-2M0,6l6,-6M5,7l2,-2", class_="hatching")
    ground = element("rect", width=6, height=6, class_="ground")
    hatch = element("pattern", ground, line, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse")
    return element("svg", element("defs", hatch), width=0, height=0, class_="signs", aria_hidden="true")


def _foot() -> Markup:
    return element(
        "footer",
        together(
            element("b", FOOTER), " It shows recorded muscle activity under the conditions stated above."
        ),
    )
