"""Whether a muscle stays so far above its reference that the reference is in doubt."""

import numpy as np

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.unbroken import unbroken
from nmr_emg.dsp.usable import usable
from nmr_emg.event import Event

HIGHEST = 300.0
"""% of the reference that is in doubt; over 100 % is common, over 200 % was reported (Contreras et al. 2015, J Appl Biomech 31:452–458)."""
SECONDS = 0.2
"""For so long it must last, so that a spike raises no doubt (s)."""


class Overshoot:
    """Gives one event `note` per channel and reference."""

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        self._least = max(1, round(SECONDS * info.rate))
        self.renew()

    def renew(self) -> None:
        """A new reference is beyond doubt again."""
        self._run = np.zeros(len(self._info.emg), int)
        self._noted = np.zeros(len(self._info.emg), bool)

    def look(self, block: Block, percent: Floats) -> list[Event]:
        """Events of one block."""
        if not bridged(block.lost, self._info.rate):
            self._run[:] = 0
        if not np.fmax.reduce(percent, axis=None, initial=0.0) > HIGHEST:
            if block.rows:
                self._run[:] = 0
            return []
        lasted = unbroken((percent > HIGHEST) & usable(block, percent.shape[1]), self._run)
        self._run = lasted[-1].copy()
        long = (lasted >= self._least) & ~self._noted
        self._noted |= long.any(axis=0)
        return [self._note(block, long, column) for column in np.flatnonzero(long.any(axis=0)).tolist()]

    def _note(self, block: Block, long: Array, column: int) -> Event:
        text = f"over {HIGHEST:g} % of the reference: check the reference, it may be too small"
        first = block.start + int(long[:, column].argmax())
        return Event("note", first, self._info.emg[column], {"text": text})
