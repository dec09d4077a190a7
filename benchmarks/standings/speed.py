"""What the same work costs, as the league timed it."""

from collections.abc import Mapping
from typing import Any

from standings.table import bold, figure, table

CHANNELS = (8, 64)
ROWS = 20
OURS = "nmr_emg"
LONG = 9.99
"""Minutes of the offline recording, nearly; slow programs get a shorter one."""


def rate(found: Mapping[str, Any], name: str, part: str = "rms") -> float | None:
    """Million samples a second offline; `part` is "rms", or "onset" with decisions."""
    value = found.get(name, {}).get(part, {}).get("msamples_per_s")
    return None if value is None else float(value)


def block(found: Mapping[str, Any], name: str, channels: int, rows: int = ROWS) -> float | None:
    """Median cost of one block (µs)."""
    timed = found.get(name, {}).get("rows", [])
    return next(
        (float(one["us"]) for one in timed if (one["channels"], one["chunk"]) == (channels, rows)), None
    )


def offline(found: Mapping[str, Any]) -> str:
    """A table of whole recordings, fastest first."""
    timed = {name: value for name in found if (value := rate(found, name)) is not None}
    careful = timed.get("scipy.good")
    rows = [
        [
            bold(name, when=name == OURS),
            figure(value, 1),
            "–" if not careful else figure(value / careful),
            figure(rate(found, name, "onset"), 1),
            _remark(found[name]),
        ]
        for name, value in sorted(timed.items(), key=lambda pair: -pair[1])
    ]
    head = ["who", "million samples/s", "× careful SciPy", "with onsets", "remark"]
    return table(head, rows, remarks=1)


def _remark(one: Mapping[str, Any]) -> str:
    """What the league notes of a program, and how long its recording was if that was cut short."""
    short = one["rms"]["minutes"] < LONG
    parts = [str(one.get("notes", "")).replace("our glue", "added")]
    return "; ".join([*parts, *([f"{one['rms']['minutes']:.1f} min"] if short else [])])


def streaming(found: Mapping[str, Any]) -> str:
    """A table of blocks of 20 rows, quickest first."""
    timed = {name: value for name in found if (value := block(found, name, CHANNELS[0])) is not None}
    rows = []
    for name, value in sorted(timed.items(), key=lambda pair: pair[1]):
        wide = block(found, name, CHANNELS[1])
        growth = figure(wide / value, 1) if wide else "–"
        rows.append(
            [bold(name, when=name == OURS), figure(value, 1), figure(wide, 1), growth, found[name]["notes"]]
        )
    head = ["who", "8 channels, µs", "64 channels, µs", "growth", "remark"]
    return table(head, rows, remarks=1)


def lengths(found: Mapping[str, Any]) -> str:
    """A table of how time and memory grow with a recording's length."""
    rows = []
    for name, one in found.items():
        timed = {row["minutes"]: row for row in one.get("rows", []) if "seconds" in row}
        if timed:
            longest = max(timed)
            row = timed[longest]
            used = figure(row["rss_over_input_mb"] / row["input_mb"], 2)
            rows.append([bold(name, when=name == OURS), longest, figure(row["seconds"]), used])
    return table(["who", "minutes", "s", "memory beside the input, in inputs"], rows)
