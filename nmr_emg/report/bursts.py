"""The bursts of every channel, in tables."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from nmr_emg.report.digits import many, short
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.table import Footnotes, folded, table


def bursts(findings: Findings) -> Markup:
    """One table a channel; long ones are folded."""
    return together(*(_one(findings, channel) for channel in findings.result["channels"]))


def _one(findings: Findings, channel: Mapping[str, Any]) -> Markup:
    listed = sorted(
        [(one, False) for one in channel["bursts"]] + [(one, True) for one in channel["minor"]],
        key=lambda pair: pair[0]["onset"],
    )
    if not listed:
        return element("p", element("b", channel["label"]), ": no burst was found.", class_="none")
    notes = Footnotes()
    rows = [_row(findings, number, one, notes, minor=minor) for number, (one, minor) in enumerate(listed, 1)]
    unit = findings.scale.unit
    head = (
        "",
        f"Onset {unit}",
        "± ms",
        f"Offset {unit}",
        "± ms",
        "Duration s",
        "Peak µV",
        "SNR dB",
        "Declared after ms",
        "",
    )
    whole = together(table(head, rows, "bursts"), notes.listed())
    return folded(together(element("b", channel["label"]), f" {_summary(channel)}"), whole, len(rows))


def _summary(channel: Mapping[str, Any]) -> str:
    lengths = [one["offset"] - one["onset"] for one in channel["bursts"] if one["offset"] is not None]
    text = many(len(channel["bursts"]), "burst")
    if channel["minor"]:
        text += f" and {many(len(channel['minor']), 'minor one')}"
    return f"{text}; median duration {short(float(np.median(lengths)), 's')}" if lengths else text


def _row(
    findings: Findings, number: int, burst: Mapping[str, Any], notes: Footnotes, *, minor: bool
) -> list[object]:
    scale = findings.scale
    length = None if burst["offset"] is None else burst["offset"] - burst["onset"]
    return [
        number,
        scale.place(burst["onset"], 3),
        _error(burst["onset_error_ms"]),
        "–" if burst["offset"] is None else scale.place(burst["offset"], 3),
        _error(burst["offset_error_ms"]),
        short(length),
        short(burst["peak_uV"]),
        notes.value(burst["snr_db"], "it does not stand out from rest"),
        f"{1000 * (burst['declared'] - burst['onset']):.0f}",
        _remarks(burst, minor=minor),
    ]


def _error(milliseconds: float | None) -> str:
    """Standard deviation of a date; never told as less than a millisecond."""
    return "–" if milliseconds is None else f"{max(1.0, milliseconds):.0f}"


def _remarks(burst: Mapping[str, Any], *, minor: bool) -> str:
    words = (
        ("minor", minor),
        ("may have begun before the recording", burst["truncated_start"]),
        ("cut off by a gap or the end", burst["truncated_end"]),
    )
    return "; ".join(word for word, true in words if true)
