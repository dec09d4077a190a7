"""Scores of records put together, for questions that the league's own groups do not ask."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, median
from typing import Any, TypeAlias

Row: TypeAlias = Mapping[str, Any]
"""What the league notes of one record: counts, errors in s, and `meta`, which tells what the record is."""


def among(rows: Iterable[Row], group: str, **meta: object) -> list[Row]:
    """The records of one group, with these values in what describes them."""
    return [
        row
        for row in rows
        if row["meta"]["group"] == group and all(row["meta"].get(key) == value for key, value in meta.items())
    ]


def loud(rows: Iterable[Row], least: float) -> list[Row]:
    """The records with at least this signal-to-noise ratio (dB)."""
    return [row for row in rows if row["meta"]["snr"] is not None and row["meta"]["snr"] >= least]


def f1(rows: Sequence[Row], tolerance: int, side: str = "on") -> float | None:
    """2 · pairs / (bursts + detections), the pairs being at most `tolerance` ms apart."""
    events = sum(row["nt"] + row["nd"] for row in rows)
    return 2 * sum(row[f"{side}{tolerance}"] for row in rows) / events if events else None


def errors(rows: Iterable[Row], side: str = "on") -> list[float]:
    """Signed errors (ms) of whatever was found within 250 ms."""
    return [1e3 * error for row in rows for error in row[f"e_{side}"]]


def mean_error(rows: Iterable[Row]) -> float | None:
    """Mean absolute error of an onset (ms)."""
    found = errors(rows)
    return fmean(abs(error) for error in found) if found else None


def middle_error(rows: Iterable[Row], side: str = "on") -> float | None:
    """Median signed error (ms); positive is late."""
    found = errors(rows, side)
    return median(found) if found else None


def false_alarms(rows: Sequence[Row]) -> float | None:
    """Detections that begin at rest, a minute of rest."""
    seconds = sum(row["rest_t"] for row in rows)
    return 60 * sum(row["fa"] for row in rows) / seconds if seconds else None


def missed(rows: Sequence[Row]) -> float | None:
    """Bursts that no detection overlaps (%)."""
    bursts = sum(row["nt"] for row in rows)
    return 100 * sum(row["missed"] for row in rows) / bursts if bursts else None


def latency(rows: Iterable[Row]) -> float | None:
    """Median time from a burst's true onset to the declaration (ms)."""
    found = [1e3 * late for row in rows for late in row["lat"]]
    return median(found) if found else None
