"""What people did during a recording: trials, markers, goals and the reference they set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nmr_emg.block import Block, StreamInfo
from nmr_emg.event import Event

MOST = 2000
"""Markers, and trials, kept one by one; beyond that they are only counted."""

MARKS = ("marker", "pain", "stop", "phase_skip")


@dataclass(frozen=True, slots=True)
class Mark:
    """One moment, as a sample index, and what was said."""

    index: int
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One stretch between two sample indices, and what it was for."""

    first: int
    last: int
    name: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal in % of reference from a sample index on, for one channel or for all; `None` takes it away."""

    index: int
    channel: int | None
    percent: float | None


class Happenings:
    """A sink that lists them."""

    def __init__(self, info: StreamInfo) -> None:  # noqa: ARG002  (sinks are made from the stream's info)
        self.marks: list[Mark] = []
        self.goals: list[Goal] = []
        self.reference: Mapping[str, Any] | None = None
        self.unlisted = 0
        self._trials: list[Trial] = []
        self._open: dict[str, int] = {}
        self._stop = 0

    def write(self, block: Block) -> None:
        """Take one block's events."""
        for event in block.events:
            if event.kind in MARKS:
                self._list(self.marks, Mark(event.index, _words(event)))
            elif event.kind == "trial":
                self._edge(event)
            elif event.kind == "goal":
                self._aim(event)
            elif event.kind == "referenced":
                self.reference = event.data
        self._stop = block.stop if block.rows else self._stop

    def close(self) -> None:
        """Nothing to do."""

    @property
    def trials(self) -> list[Trial]:
        """Trials by their start; one that was never ended ends with the recording."""
        left = [Trial(first, self._stop, name) for name, first in self._open.items()]
        return sorted([*self._trials, *left], key=lambda trial: trial.first)

    def _edge(self, event: Event) -> None:
        name = str(event.data.get("name", "trial"))
        first = self._open.pop(name, None)
        if first is not None:
            self._list(self._trials, Trial(first, event.index, name))
        if event.data.get("edge") == "start":
            self._open[name] = event.index

    def _aim(self, event: Event) -> None:
        value = event.data.get("value")
        if value is None or isinstance(value, int | float):
            self._list(self.goals, Goal(event.index, event.channel, value))

    def _list(self, held: list[Any], one: object) -> None:
        if len(held) < MOST:
            held.append(one)
        else:
            self.unlisted += 1


def _words(event: Event) -> str:
    said = event.data.get("text", event.data.get("value", ""))
    kind = "" if event.kind == "marker" else event.kind.replace("_", " ")
    return " ".join(f"{kind} {said}".split()) or "marker"
