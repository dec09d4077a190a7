"""What each channel amounts to over a whole recording."""

from collections import Counter
from typing import Any

import numpy as np

from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.quality import STATES
from nmr_emg.dsp.usable import usable

LASTING = 0.2
"""A state that holds for at least this share of the time is the recording's."""

MOSTLY = 0.1
"""A reason is told if it held for at least this share of the time that the most lasting one did."""


class Channels:
    """A sink that sums up amplitude and quality, channel by channel."""

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        columns = len(info.emg)
        self._rows = 0
        self._active = np.zeros(columns, np.int64)
        self._power = np.zeros(columns)
        self._peak = np.zeros(columns)
        self._states = np.zeros((len(STATES), columns), np.int64)
        self._lasted: list[Counter[str]] = [Counter() for _ in info.emg]
        self._held: list[list[str]] = [[] for _ in info.emg]

    def write(self, block: Block) -> None:
        """Add one block."""
        counting = block["active"] & usable(block, len(self._active))
        envelope = np.where(counting, block["envelope"], 0.0)
        self._rows += block.rows
        self._active += counting.sum(axis=0)
        self._power += np.square(np.where(counting, block["filtered"], 0.0)).sum(axis=0)
        if block.rows:
            self._peak = np.maximum(self._peak, envelope.max(axis=0))
        for state in range(len(STATES)):
            self._states[state] += (block["quality"] == state).sum(axis=0)
        first = 0
        for event in block.events:
            if event.kind == "quality" and event.channel is not None:
                self._last(event.index - block.start - first)
                first = event.index - block.start
                self._held[self._info.emg.index(event.channel)] = list(event.data["reasons"])
        self._last(block.rows - first)

    def _last(self, rows: int) -> None:
        """What is wrong with each channel has lasted for so many samples more."""
        for lasted, held in zip(self._lasted, self._held, strict=True):
            for reason in held:
                lasted[reason] += rows

    def close(self) -> None:
        """Nothing to do."""

    def quality(self, column: int) -> dict[str, Any]:
        """The worst state that lasted, with its reasons, the most lasting first."""
        share = self._states[:, column] / max(self._rows, 1)
        worst = next((s for s in (2, 1) if share[s:].sum() >= LASTING), 0)
        reasons = self._lasted[column].most_common() if worst else []
        return {
            "state": STATES[worst],
            "reasons": [reason for reason, rows in reasons if rows >= MOSTLY * reasons[0][1]],
        }

    def amplitude(self, column: int) -> dict[str, float | None]:
        """RMS of `filtered` and peak of `envelope` (µV) over what was active, and neither blanked nor bad."""
        rows = int(self._active[column])
        if not rows:
            return {"rms_uV": None, "peak_uV": None}
        rms = float(np.sqrt(self._power[column] / rows))
        return {"rms_uV": round(rms, 4), "peak_uV": round(float(self._peak[column]), 4)}
