"""Stored values as µV, with holes in them filled by the last good value."""

from dataclasses import dataclass
from math import isfinite

import numpy as np

from nmr_emg.block import Block, StreamInfo, microvolts
from nmr_emg.dsp.continuity import Floats
from nmr_emg.stage import Process


@dataclass(frozen=True, slots=True)
class Microvolts:
    """Write the track `emg`: EMG channels as float64 µV, (rows, EMG channels).

    A value that is not a number (some files mark lost samples so) is replaced by the channel's last good one:
    one NaN must not poison a filter for ever. It then shows as flat, which the quality stage reports.
    """

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        convert = microvolts(info)
        floats = np.dtype(info.dtype).kind == "f"
        last = np.zeros((1, len(info.emg)))

        def process(block: Block) -> Block:
            nonlocal last
            emg = convert(block["raw"])
            # One sum tells whether it is worth looking at each value: no NaN and no infinity gets lost in it.
            if floats and not isfinite(np.vdot(emg, emg)):
                emg = _held(emg, last)
            if block.rows:
                last = emg[-1:]
            return block.with_tracks(emg=emg)

        return process


def _held(x: Floats, last: Floats) -> Floats:
    padded = np.concatenate([last, x])
    rows = np.where(np.isfinite(padded), np.arange(len(padded))[:, np.newaxis], 0)
    return np.take_along_axis(padded, np.maximum.accumulate(rows, axis=0), axis=0)[1:]
