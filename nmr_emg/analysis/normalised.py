"""What 100 % was, and where it is in doubt."""

from collections.abc import Mapping
from typing import Any

from nmr_emg.block import Block, StreamInfo

FACTS = ("method", "statistic", "window_s", "measured")


class Normalised:
    """A sink that keeps the newest reference and the notes on it."""

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        self._told: Mapping[str, Any] | None = None
        self._notes: dict[str, str] = {}

    def write(self, block: Block) -> None:
        """Take one block's events."""
        for event in block.events:
            if event.kind == "referenced":
                self._told = event.data
            elif event.kind == "note" and event.channel is not None:
                self._notes[self._info.channels[event.channel].label] = str(event.data["text"])

    def close(self) -> None:
        """Nothing to do."""

    def as_json(self) -> dict[str, Any] | None:
        """How the reference was made; `None` without one."""
        return None if self._told is None else {key: self._told.get(key) for key in FACTS}

    def channel(self, label: str) -> dict[str, Any]:
        """One channel's reference, and why it was refused or is in doubt."""
        told = self._told or {}
        value = told.get("values", {}).get(label)
        note = told.get("refused", {}).get(label) or self._notes.get(label)
        return {"reference_uV": None if value is None else round(value, 4), "reference_note": note}
