"""Where the signal chain has not settled yet."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.allowed import between
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.continuity import SETTLING_SECONDS, bridged
from nmr_emg.stage import Process


@dataclass(frozen=True, slots=True)
class Settling:
    """Write the track `settling`: true for a while after the start and after every gap over 10 ms, (rows, 1).

    Args:
        seconds: how long.
    """

    seconds: float = SETTLING_SECONDS

    def __post_init__(self) -> None:
        between(0, 60, seconds=self.seconds)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        rows = round(self.seconds * info.rate)
        until: int | None = None

        def process(block: Block) -> Block:
            nonlocal until
            if not block.rows:
                return block.with_tracks(settling=np.zeros((0, 1), bool))
            if until is None or not bridged(block.lost, info.rate):
                until = block.start + rows
            settling = np.zeros((block.rows, 1), bool)
            if block.start < until:
                settling[: until - block.start] = True
            return block.with_tracks(settling=settling)

        return process
