"""The moving RMS envelope, exact at every sample."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nmr_emg.allowed import LONGEST, between
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.stage import Process

MovingSum: TypeAlias = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Envelope:
    """Write the track `envelope`: root mean square of `filtered` over a trailing window, in µV.

    E[n] = √(mean(x[n−N+1 … n]²)), with as many samples as there are until the window is full.

    Args:
        window: length (s); 0.1 s suits a live bar. The delay is (N−1)/2 samples.
    """

    window: float = 0.1

    def __post_init__(self) -> None:
        between(0.001, LONGEST, window=self.window)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        length = max(1, round(self.window * info.rate))
        columns = len(info.emg)
        add = moving_sum(length, columns)
        seen = 0

        def process(block: Block) -> Block:
            nonlocal add, seen
            if not bridged(block.lost, info.rate):
                add, seen = moving_sum(length, columns), 0
            total = add(np.square(block["filtered"]))
            if seen < length:
                total = total / np.minimum(np.arange(seen + 1, seen + 1 + block.rows), length)[:, np.newaxis]
            else:
                total = total / length
            seen += block.rows
            return block.with_tracks(envelope=np.sqrt(total))

        return process


def moving_sum(length: int, columns: int) -> MovingSum:
    """A function that sums the last `length` rows at every row, state carried from call to call.

    The stream is cut into segments of `length` rows. A window is the tail of one segment and the head of the
    next, and both are sums of a few non-negative numbers in a fixed order. So the result never drifts, never
    goes below zero, forgets an artefact entirely once it has left the window, and does not depend on how the
    stream was cut into calls.

    >>> add = moving_sum(2, 1)
    >>> add(np.array([[1.0], [2.0], [3.0]])).ravel(), add(np.array([[4.0]])).ravel()
    (array([1., 3., 5.]), array([7.]))
    """
    tails = np.zeros((length, columns))
    head = np.zeros((length, columns))
    heads = np.zeros((length + 1, columns))
    filled = 0

    def process(x: Floats) -> Floats:
        nonlocal filled
        sums = np.empty_like(x)
        done = 0
        while done < len(x):
            rows = min(length - filled, len(x) - done)
            part = x[done : done + rows]
            head[filled : filled + rows] = part
            run = heads[filled : filled + rows + 1]
            run[1:] = part
            np.add.accumulate(run, axis=0, out=run)
            np.add(run[1:], tails[filled : filled + rows], out=sums[done : done + rows])
            filled += rows
            done += rows
            if filled == length:
                np.add.accumulate(head[:0:-1], axis=0, out=tails[-2::-1])
                filled = 0
        return sums

    return process
