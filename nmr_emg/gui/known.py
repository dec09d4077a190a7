"""What a screen has learnt from events: rest, reference, goal, reasons of a bad signal."""

from collections.abc import Iterable, Mapping
from typing import Any

from nmr_emg.event import Event


class Known:
    """Listens to events and remembers the newest of each.

    >>> known = Known()
    >>> known.hear([Event("goal", 5, data={"value": 60.0})])
    >>> known.goal
    60.0
    """

    def __init__(self) -> None:
        self._heard = -1
        self._rested: Mapping[str, Any] | None = None
        self._referenced: Mapping[str, Any] | None = None
        self.rests = 0
        self.references = 0
        self.goal: float | None = None
        self._by_hand = False
        self.reasons: dict[int, tuple[str, ...]] = {}

    def hear(self, events: Iterable[Event]) -> None:
        """Take the events that are newer than those heard before; `events` are in the order of their index."""
        for event in [event for event in events if event.index > self._heard]:
            self._hear(event)
            self._heard = event.index

    def _hear(self, event: Event) -> None:
        match event.kind:
            case "goal" if event.channel is None:
                by_hand = bool(event.data.get("by_hand", False))
                if by_hand or not self._by_hand:
                    self.goal, self._by_hand = float(event.data["value"]), by_hand
            case "quality" if event.channel is not None:
                self.reasons[event.channel] = tuple(map(str, event.data.get("reasons", ())))
            case "rested" | "rest":
                self._rested, self.rests = event.data, self.rests + 1
            case "referenced":
                self._referenced, self.references = event.data, self.references + 1

    def reference(self, label: str) -> float | None:
        """The reference of a channel (µV), or `None` without one or with one that was refused."""
        data = self._referenced or {}
        value = data.get("values", {}).get(label)
        return None if value is None or label in data.get("refused", {}) else float(value)

    @property
    def refused(self) -> Mapping[str, str]:
        """Why the reference of a channel was refused, by label."""
        return dict((self._referenced or {}).get("refused", {}))

    def again(self) -> list[Event]:
        """What a chain that starts afresh must be told to know the same: rest, reference and goal."""
        events = []
        if rest := self._rest():
            how = {k: v for k, v in (self._referenced or {}).items() if k == "measured"}
            events.append(Event("rest", data={**(self._rested or {}), **how, "values": rest}))
        values = _positive((self._referenced or {}).get("values", {}))
        if self._referenced is not None and values:
            kept = {k: v for k, v in self._referenced.items() if k not in ("rest", "refused")}
            events.append(Event("reference", data={**kept, "values": values}))
        if self.goal is not None:
            events.append(Event("goal", data={"value": self.goal, "by_hand": self._by_hand}))
        return events

    def _rest(self) -> dict[str, float]:
        """The rest that goes with the reference, else the one measured alone."""
        with_reference = _positive((self._referenced or {}).get("rest", {}))
        return with_reference or _positive((self._rested or {}).get("values", {}))


def _positive(values: Mapping[str, float | None]) -> dict[str, float]:
    return {label: value for label, value in values.items() if value is not None and value > 0}
