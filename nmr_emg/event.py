"""An event: something became known at a sample."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

INPUT = frozenset(
    {
        "restart",
        "gap",
        "marker",
        "setting",
        "rest",
        "reference",
        "goal",
        "heartbeat",
        "trial",
        "phase_skip",
        "pain",
        "stop",
        "device",
        "truth",
    }
)
"""Kinds that people and devices bring in. They are recorded and replayed; every other kind is recomputed."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Event:
    """Something that became known at one sample.

    An event's `index` always lies inside the block that carries it. A date before that, such as the
    moment a muscle began while the detector was still gathering evidence, is `data["onset"]`.

    Args:
        kind: what happened; `INPUT` names the kinds that come from people and devices.
        index: sample index at which it became known.
        channel: index into `StreamInfo.channels`, or `None` for the whole stream.
        data: JSON-like details.

    >>> Event("marker", 250, data={"text": "bridge"}).is_input
    True
    >>> Event("onset", 250, channel=0, data={"onset": 241}).is_input
    False
    """

    kind: str
    index: int = 0
    channel: int | None = None
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def is_input(self) -> bool:
        """Whether it came from a person or a device, and is therefore replayed."""
        return self.kind in INPUT

    def at(self, index: int) -> "Event":
        """The same event at another sample."""
        return replace(self, index=index)
