"""What each channel amounts to, in a table."""

from collections.abc import Mapping
from typing import Any

from nmr_emg.analysis.carried import no_spectrum
from nmr_emg.analysis.spectrum import band_of
from nmr_emg.report.digits import many, short
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.table import Footnotes, table

STATES: Mapping[str, tuple[str, str]] = {
    "ok": ("●", "good signal"),
    "warn": ("▲", "doubtful signal"),
    "bad": ("■", "bad signal"),
}
"""A sign and words for each state; the sign tells them apart without colour."""

_INACTIVE = "the muscle was never found active while the signal could be trusted"


def state(channel: Mapping[str, Any]) -> Markup:
    """A channel's signal in a sign and words."""
    name = channel["quality"]["state"]
    sign, words = STATES.get(name, ("?", name))
    return element("span", element("i", sign, aria_hidden="true"), f" {words}", class_=f"state {name}")


def glance(findings: Findings) -> Markup:
    """One line a channel with what matters most."""
    lines = []
    for channel in findings.result["channels"]:
        where = ", ".join(text for text in (channel["muscle"], channel["side"]) if text)
        facts = [many(len(channel["bursts"]), "burst")]
        if channel["peak_uV"] is not None:
            facts.append(f"peak {short(channel['peak_uV'], 'µV')}")
        if channel["snr_db"] is not None:
            facts.append(f"{short(channel['snr_db'], 'dB')} above rest")
        name = element("span", element("b", channel["label"]), f" {where}" if where else "", class_="who")
        lines.append(element("li", name, state(channel), element("span", ", ".join(facts))))
    return element("ul", *lines, class_="glance")


def numbers(findings: Findings) -> Markup:
    """The table of all channels, with what is missing explained and what to do about a poor signal."""
    notes = Footnotes()
    rows = [_row(findings, channel, notes) for channel in findings.result["channels"]]
    head = ("Channel", "Signal", "Rest µV", "RMS µV", "Peak µV", "SNR dB", "MDF Hz", "Bursts", "Minor")
    return together(table(head, rows, "numbers"), notes.listed(), _advice(findings))


def _row(findings: Findings, channel: Mapping[str, Any], notes: Footnotes) -> list[object]:
    inactive = channel["rms_uV"] is None
    return [
        channel["label"],
        state(channel),
        notes.value(channel["rest_uV"], "rest was never found"),
        notes.value(channel["rms_uV"], _INACTIVE),
        notes.value(channel["peak_uV"], _INACTIVE),
        notes.value(
            channel["snr_db"], _INACTIVE if inactive else "the activity does not stand out from rest"
        ),
        notes.value(channel["mdf_hz"], _no_spectrum(findings, channel)),
        len(channel["bursts"]),
        len(channel["minor"]),
    ]


def _no_spectrum(findings: Findings, channel: Mapping[str, Any]) -> str:
    one = findings.info.channels[findings.info.index(channel["label"])]
    if one.kind != "raw":
        return f"the board sends this channel as {one.kind}; it has no EMG spectrum"
    _, high = band_of(findings.profile.chain(), findings.info.rate)
    return no_spectrum(findings.profile, one, high) or "no second was mostly active"


def _advice(findings: Findings) -> Markup | None:
    """What was wrong with a signal, and what helps."""
    told = [
        element("li", element("b", channel["label"]), f": {reason}.")
        for channel in findings.result["channels"]
        for reason in channel["quality"]["reasons"]
    ]
    return element("ul", *told, class_="advice") if told else None
