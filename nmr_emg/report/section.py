"""One recording's part of the page."""

from collections.abc import Iterable, Mapping

from nmr_emg.report.balance import balance
from nmr_emg.report.bursts import bursts
from nmr_emg.report.channels import glance, numbers
from nmr_emg.report.digits import duration, short
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.fatigue import fatigue
from nmr_emg.report.figure import figure
from nmr_emg.report.findings import Findings
from nmr_emg.report.legend import legend
from nmr_emg.report.losses import losses
from nmr_emg.report.methods import methods
from nmr_emg.report.moment import date
from nmr_emg.report.told import reference, told

PLACED = ("format", "start_time", "device", "versions", "notes")
"""Facts that have a place of their own."""


ALWAYS = (
    "amplitudes depend on electrode place, skin and posture; compare sessions only with a reference contraction and "
    "the same profile"
)


def section(findings: Findings, anchor: str) -> Markup:
    """Everything about one recording."""
    return element(
        "section",
        _head(findings),
        glance(findings),
        _part("Envelope and activity", legend(findings), reference(findings), *_figures(findings)),
        _part("Numbers", numbers(findings)),
        _part("Balance", balance(findings)) if findings.result["pairs"] else None,
        _part("Spectrum and fatigue", fatigue(findings)),
        _part("Bursts", bursts(findings)),
        _part("Trials and markers", words) if (words := told(findings)) else None,
        _part("What was lost", losses(findings)),
        _part("Read with care", _care(findings)),
        _part("Methods", *(element("p", text, class_="method") for text in methods(findings))),
        class_="recording",
        id=anchor,
    )


def _part(title: str, *content: object) -> Markup:
    return element("div", element("h2", title), *content, class_="part")


def _figures(findings: Findings) -> Iterable[Markup]:
    return (figure(findings, channel) for channel in findings.result["channels"])


def _head(findings: Findings) -> Markup:
    facts = findings.source.facts
    rows = [
        ("Recorded", date(facts.get("start_time"))),
        ("Length", duration(findings.seconds)),
        ("Device", str(facts.get("device") or findings.info.device or "not recorded")),
        ("Sampling", _sampling(findings)),
        ("Profile", f"{findings.profile.name} – {findings.profile.title}"),
        *([("Format", str(facts["format"]))] if facts.get("format") else []),
        *_others(facts),
    ]
    listed = [element("div", element("dt", name), element("dd", text)) for name, text in rows]
    return together(
        element("h1", findings.source.name),
        element("dl", *listed, class_="facts"),
        element("p", element("b", "What this instrument records. "), findings.profile.lost, class_="lost"),
        _assumed(facts),
    )


def _sampling(findings: Findings) -> str:
    count, shown = len(findings.info.channels), len(findings.result["channels"])
    channels = f"{shown} of {count} channels" if shown != count else f"{count} channel" + "s" * (count != 1)
    return f"{short(findings.info.rate, 'Hz')}, {channels}"


def _others(facts: Mapping[str, object]) -> list[tuple[str, str]]:
    return [
        (key.replace("_", " ").capitalize(), str(value))
        for key, value in facts.items()
        if key not in PLACED and isinstance(value, str | int | float) and value != ""
    ]


def _assumed(facts: Mapping[str, object]) -> Markup | None:
    """What the reader of the file had to assume."""
    notes = facts.get("notes")
    if not isinstance(notes, list | tuple) or not notes:
        return None
    sentences = " ".join(_sentence(str(note)) for note in notes)
    return element("p", element("b", "Assumed. "), sentences, class_="lost")


def _care(findings: Findings) -> Markup:
    lines = [("", f"{metric}: {text}") for metric, text in findings.result["cautions"].items()]
    lines += [("Not reported – ", f"{metric}: {text}") for metric, text in findings.result["refused"].items()]
    lines += [("The device said – ", text) for text in findings.gathered.ledger.notices]
    lines.append(("", ALWAYS))
    return element("ul", *(element("li", f"{prefix}{_sentence(text)}") for prefix, text in lines))


def _sentence(text: str) -> str:
    first = text[:1] if text.startswith("µ") else text[:1].upper()  # a unit keeps its letter
    return first + text[1:].rstrip(".") + "."
