"""The Teager–Kaiser energy: large where a signal is strong and fast at once."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats
from nmr_emg.stage import Process


def teager_kaiser(x: Array) -> Floats:
    """ψ[n] = x[n]² − x[n−1]·x[n+1] of every row that has two neighbours: (rows − 2, …), in the square of x's unit.

    A sine of amplitude A and frequency f at rate fs gives A²·sin²(2πf/fs); white noise gives its variance on average.
    (Kaiser 1990, Proc IEEE ICASSP 381–384; for EMG Li, Zhou & Aruin 2007, Ann Biomed Eng 35:1532–1538.)

    >>> teager_kaiser(2 * np.sin(2 * np.pi * 50 * np.arange(5) / 1000)).round(9)
    array([0.38196601, 0.38196601, 0.38196601])
    """
    x = np.asarray(x, np.float64)
    return np.asarray(x[1:-1] ** 2 - x[:-2] * x[2:])


@dataclass(frozen=True, slots=True)
class Tkeo:
    """Write the track `tkeo`: the Teager–Kaiser energy of `filtered`, one sample late, in µV², (rows, EMG channels).

    tkeo[n] = filtered[n−1]² − filtered[n−2]·filtered[n]: the row after is needed, so it is known a row later. It is 0
    for the first two rows, and again wherever a sample was lost, since the three must follow each other. Channels
    that are rectified or envelopes have no such energy and stay NaN.
    """

    def delay(self, info: StreamInfo) -> float:
        """How long it delays what it measures (s): one sample."""
        return 1 / info.rate

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        raw = np.array([info.channels[i].kind == "raw" for i in info.emg], bool)
        past: Floats = np.zeros((0, len(info.emg)))

        def process(block: Block) -> Block:
            nonlocal past
            held = np.concatenate([past[:0] if block.lost else past, block["filtered"]])
            energy = np.zeros(block["filtered"].shape)
            known = min(block.rows, max(0, len(held) - 2))
            if known:
                energy[-known:] = teager_kaiser(held)
            energy[:, ~raw] = np.nan
            if block.rows:
                past = held[-2:]
            return block.with_tracks(tkeo=energy)

        return process
