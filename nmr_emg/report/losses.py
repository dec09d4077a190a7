"""The ledger: what came, what should have come, and what was lost."""

from collections.abc import Sequence

from nmr_emg.ledger import MOST_GAPS
from nmr_emg.report.digits import duration, many, short, whole
from nmr_emg.report.element import Markup, element, together
from nmr_emg.report.findings import Findings
from nmr_emg.report.table import folded, table

Line = tuple[str, str]


def losses(findings: Findings) -> Markup:
    """The ledger and the list of gaps."""
    rows = [element("div", element("dt", name), element("dd", text)) for name, text in _ledger(findings)]
    return together(element("dl", *rows, class_="ledger"), _gaps(findings))


def _ledger(findings: Findings) -> Sequence[Line]:
    kept = findings.gathered.ledger
    expected = kept.samples + kept.lost
    longest = max((gap["samples"] for gap in kept.gaps), default=0)
    lost = f"{whole(kept.lost)} ({short(100 * kept.lost / expected, '%')})" if kept.lost else "0"
    gaps = many(len(kept.gaps), "gap") if kept.gaps else "none"
    if longest:
        gaps += f", the longest {duration(longest / findings.info.rate)}"
    lines = [
        ("Length", f"{duration(kept.seconds)}"),
        ("Samples expected", whole(expected)),
        ("Samples received", whole(kept.samples)),
        ("Samples lost", lost),
        ("Gaps", gaps),
        ("Nominal rate", f"{short(findings.info.rate, 'Hz')}"),
        ("Effective rate", _effective(findings)),
    ]
    if findings.skipped is not None:
        lines.append(("Damaged rows left out", whole(findings.skipped)))
    return lines


def _effective(findings: Findings) -> str:
    rate = findings.gathered.ledger.rate_effective
    if rate is None:
        return "– (no times of arrival)" if findings.seconds >= 2 else "– (under 2\u202fs long)"
    return f"{rate:.2f}\u202fHz by the time of arrival"


def _gaps(findings: Findings) -> Markup | None:
    kept = findings.gathered.ledger.gaps
    if not kept:
        return None
    rate, scale = findings.info.rate, findings.scale
    rows = [
        (
            number,
            scale.place(max(findings.second(gap["start"]), 0.0), 3),
            whole(gap["samples"]),
            short(1000 * gap["samples"] / rate),
        )
        for number, gap in enumerate(kept, 1)
    ]
    more = f" (the first {whole(MOST_GAPS)} are listed)" if len(kept) == MOST_GAPS else ""
    listed = table(("", f"Begins {scale.unit}", "Samples", "Length ms"), rows, "gaps")
    return folded(f"{many(len(kept), 'gap')}{more}", listed, len(rows))
