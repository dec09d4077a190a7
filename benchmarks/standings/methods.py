"""Onset methods as the league scored them, and which of them is best at something."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SNRS = (-3, 0, 3, 6, 10, 15, 20)
RATES = (250, 1000, 2000)
SHAPES = ("step", "ramp", "trap", "exp")
DISTURBANCES = ("hum", "wander", "ecg", "motion", "pop", "all")
ONLINE = "nmr_emg.online"
REFINED = "nmr_emg.refined"
WHOLE = 0.9
"""Share of the records that a method must have covered to compete."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method in one setting.

    Args:
        name: in the league.
        mode: "default" or "tuned".
        kind: "ours", "peer", "textbook" or "limit".
        causal: whether it looks at no later sample.
        covered: share of the records it was run on.
        groups: scores by group of records ("core", "core/snr=10", "rest/ecg").
    """

    name: str
    mode: str
    kind: str
    causal: bool
    covered: float
    groups: Mapping[str, Mapping[str, float]]

    @property
    def label(self) -> str:
        """Its name with its setting, as a page writes it."""
        return self.name if self.kind in {"ours", "limit"} else f"{self.name}, {self.mode}"

    def get(self, group: str, metric: str) -> float | None:
        """One score; `None` where the league has none."""
        return (self.groups.get(group) or {}).get(metric)


def methods(found: Mapping[str, Any]) -> list[Method]:
    """Methods of a file `accuracy_….json`; those that failed are left out."""
    kinds = {"nmr-emg": "ours", "reference": "textbook", "limit": "limit"}
    return [
        Method(
            one["name"],
            one["mode"],
            kinds.get(one["peer"], "peer"),
            bool(one["causal"]),
            one["records"] / max(1, one["total"]),
            one["groups"],
        )
        for one in found.values()
        if "groups" in one
    ]


def failed(found: Mapping[str, Any]) -> list[str]:
    """Methods that did not run, with what they said."""
    return [f"{one['name']}: {_said(one['failed'])}" for one in found.values() if "failed" in one]


def _said(words: str | list[str]) -> str:
    return words if isinstance(words, str) else " ".join(words)


def named(listed: Iterable[Method], name: str) -> Method | None:
    """A method at its defaults, by name."""
    return next((one for one in listed if one.name == name and one.mode == "default"), None)


def best(
    listed: Iterable[Method],
    group: str,
    metric: str,
    which: Callable[[Method], bool],
    *,
    lowest: bool = False,
) -> tuple[Method, float] | None:
    """The best of those methods that covered the records; `None` if there is none."""
    scored = [
        (one, value)
        for one in listed
        if which(one) and one.covered >= WHOLE and (value := one.get(group, metric)) is not None
    ]
    if not scored:
        return None
    return (min if lowest else max)(scored, key=lambda pair: pair[1])


def is_peer(mode: str) -> Callable[[Method], bool]:
    """Whether a method is another library's, in this setting."""
    return lambda one: one.kind == "peer" and one.mode == mode


def competes(one: Method) -> bool:
    """Whether a method is someone else's and no limit."""
    return one.kind in {"peer", "textbook"}
