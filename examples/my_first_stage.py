"""A stage in twenty lines: the Teager–Kaiser energy, proved to keep a stage's promises.

ψ[n] = x[n]² − x[n−1]·x[n+1] needs the sample after; kept causal, it is written one sample late.
(Li, Zhou & Aruin 2007, Ann Biomed Eng 35:1532–1538.)
"""

from dataclasses import dataclass

import numpy as np

from nmr_emg import Block, Channel, Process, StreamInfo
from nmr_emg.testing import blocks_of, check_stage


@dataclass(frozen=True, slots=True)
class TeagerKaiser:
    """Write the track `energy` from `raw`, one sample late."""

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        past = np.zeros((2, len(info.channels)))

        def process(block: Block) -> Block:
            nonlocal past
            x = np.concatenate([past, block["raw"]])
            past = x[-2:]
            return block.with_tracks(energy=x[1:-1] ** 2 - x[:-2] * x[2:])

        return process


if __name__ == "__main__":
    signal = np.random.default_rng(0).standard_normal((500, 2))
    info = StreamInfo(250, (Channel("a"), Channel("b")))
    check_stage(TeagerKaiser(), info, blocks_of(signal, 20), sizes=[1, 7, 0, 64])
    print("the same numbers, however the stream is cut")
