"""What the detector is meant to reach, and whether it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from standings.methods import ONLINE, REFINED
from standings.tally import (
    Row,
    among,
    f1,
    false_alarms,
    latency,
    loud,
    mean_error,
    middle_error,
    missed,
)

Rows: TypeAlias = Sequence[Row]
Ours: TypeAlias = Mapping[str, Rows]
"""The rows of both entries, by name."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal.

    Args:
        what: in words.
        entry: which entry's rows it is asked of.
        measure: the figure, from those rows.
        wanted: the bound.
        at_least: whether the bound is a lower one; else the figure's size must stay within it.
        digits: decimals to write.
    """

    what: str
    entry: str
    measure: Callable[[Rows], float | None]
    wanted: float
    at_least: bool
    digits: int

    def figure(self, ours: Ours) -> float | None:
        """What was measured."""
        return self.measure(ours.get(self.entry, ()))

    def reached(self, ours: Ours) -> bool | None:
        """Whether it is enough; `None` where there are no such records."""
        value = self.figure(ours)
        if value is None:
            return None
        return value >= self.wanted if self.at_least else abs(value) <= self.wanted

    @property
    def bound(self) -> str:
        """The bound in signs."""
        return f"{'≥' if self.at_least else '≤'} {self.wanted:g}"


def _loud_steps(rows: Rows) -> Rows:
    return loud(among(rows, "core", kind="step"), 10)


def _dates(entry: str, when: str, close: float, near: float) -> list[Goal]:
    steps = "steps of 10 dB and more"
    return [
        Goal(f"F1@50, {when}", entry, lambda rows: f1(among(rows, "core"), 50), close, True, 2),
        Goal(f"F1@100, {when}", entry, lambda rows: f1(among(rows, "core"), 100), near, True, 2),
        Goal(f"{steps}: F1@50, {when}", entry, lambda rows: f1(_loud_steps(rows), 50), 0.98, True, 2),
        Goal(
            f"{steps}: mean error, {when} (ms)",
            entry,
            lambda rows: mean_error(_loud_steps(rows)),
            6,
            False,
            1,
        ),
        Goal(
            f"{steps}: median signed error, {when} (ms)",
            entry,
            lambda rows: middle_error(_loud_steps(rows)),
            3,
            False,
            1,
        ),
    ]


GOALS = (
    *_dates(ONLINE, "as declared", 0.55, 0.74),
    *_dates(REFINED, "refined", 0.70, 0.85),
    Goal(
        "250 Hz, 10 dB: F1@100, as declared",
        ONLINE,
        lambda rows: f1(among(rows, "core", fs=250, snr=10), 100),
        0.95,
        True,
        2,
    ),
    Goal("disturbed: F1@50, as declared", ONLINE, lambda rows: f1(among(rows, "disturb"), 50), 0.60, True, 2),
    Goal(
        "disturbed: false alarms a minute",
        ONLINE,
        lambda rows: false_alarms(among(rows, "disturb")),
        1,
        False,
        2,
    ),
    Goal(
        "rest: false alarms a minute", ONLINE, lambda rows: false_alarms(among(rows, "rest")), 0.5, False, 2
    ),
    Goal(
        "clean rest: false alarms a minute",
        ONLINE,
        lambda rows: false_alarms(among(rows, "rest", dname="none")),
        0,
        False,
        2,
    ),
    Goal(
        "bursts missed at 6 dB and more (%)",
        ONLINE,
        lambda rows: missed(loud(among(rows, "core"), 6)),
        2,
        False,
        1,
    ),
    Goal(
        "median latency at 10 dB (ms)",
        ONLINE,
        lambda rows: latency(among(rows, "core", snr=10)),
        67.6,
        False,
        0,
    ),
    Goal(
        "median latency at 15 dB (ms)",
        ONLINE,
        lambda rows: latency(among(rows, "core", snr=15)),
        41.6,
        False,
        0,
    ),
)
"""Latencies: 1.3 times those of a CUSUM that is told both spectra and variances."""
