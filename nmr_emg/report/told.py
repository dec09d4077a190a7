"""What people said and set: trials, markers, and the reference."""

from collections.abc import Mapping
from typing import Any

from nmr_emg.report.balance import NORMALISATIONS
from nmr_emg.report.digits import many, short
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.table import folded, table


def told(findings: Findings) -> Markup:
    """Trials and markers in the order of their time; nothing if there are none."""
    seen, scale = findings.gathered.happenings, findings.scale
    entries: list[tuple[int, int | None, str]] = [(mark.index, None, mark.text) for mark in seen.marks]
    entries += [(trial.first, trial.last, trial.name) for trial in seen.trials]
    if not entries:
        return Markup()
    rows = [
        (
            scale.place(findings.second(first), 2),
            "" if last is None else scale.place(findings.second(last), 2),
            "marker" if last is None else "trial",
            text,
        )
        for first, last, text in sorted(entries, key=lambda entry: (entry[0], entry[2]))
    ]
    listed = table((f"From {scale.unit}", f"To {scale.unit}", "Kind", "Text"), rows, "told")
    more = f", {many(seen.unlisted, 'more', 'more')} not listed" if seen.unlisted else ""
    counts = ((len(seen.trials), "trial"), (len(seen.marks), "marker"))
    words = " and ".join(many(count, noun) for count, noun in counts if count) + more
    return folded(words, listed, len(rows))


def reference(findings: Findings) -> Markup:
    """What 100 % stands for, channel by channel, or that there is no reference."""
    data = findings.gathered.happenings.reference
    if data is None:
        return element("p", "No reference contraction is known, so amplitudes are in µV.", class_="remark")
    channels = findings.result["channels"]
    known = [
        f"{one['label']} {short(one['reference_uV'], 'µV')}"
        for one in channels
        if one["reference_uV"] is not None
    ]
    window = f" over {short(data['window_s'], 's')}" if data.get("window_s") else ""
    how = NORMALISATIONS.get(str(data["method"]), str(data["method"]))
    words = (
        f"100 % stands for {how} ({data['statistic']}{window}; rest taken off): {', '.join(known)}."
        if known
        else "There is a reference, but none that this recording can be measured by."
    )
    refused = data.get("refused", {})
    notes = [
        element("li", element("b", one["label"]), f": {_because(one, refused)}.")
        for one in channels
        if one["reference_note"]
    ]
    return together(
        element("p", words, class_="remark"), element("ul", *notes, class_="advice") if notes else None
    )


def _because(channel: Mapping[str, Any], refused: Mapping[str, str]) -> str:
    why = str(channel["reference_note"])
    return f"not in %, because {why}" if channel["label"] in refused else why
