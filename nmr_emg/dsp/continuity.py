"""What a gap does to signal state: short ones are bridged, long ones restart it."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from nmr_emg.dsp.sections import cascade

BRIDGE_SECONDS = 0.010
"""Gaps up to this long are bridged inside a filter's state; no row is invented."""
SETTLING_SECONDS = 0.5
"""After the start and after longer gaps, tracks settle for this long: no onset, no metric."""

Floats: TypeAlias = NDArray[np.float64]
CarriedFilter: TypeAlias = Callable[[Floats, int], Floats]


def bridged(lost: int, rate: float) -> bool:
    """Whether a gap of `lost` samples is short enough to bridge.

    >>> bridged(2, 250), bridged(3, 250)
    (True, False)
    """
    return lost <= BRIDGE_SECONDS * rate


def carried_filter(sos: Floats, rate: float) -> CarriedFilter:
    """A causal filter in second-order sections whose state runs on from call to call.

    The function returned takes rows (rows, columns) and the number of samples lost before them. State is seeded
    from the first sample, as if the signal had always stood there, so that an electrode's offset does not ring;
    a gap over 10 ms seeds it anew, a shorter one is bridged by holding the last sample.
    """
    run = cascade(sos)
    settled: Floats = signal.sosfilt_zi(sos)[:, :, np.newaxis]
    state: Floats | None = None
    last = np.zeros((1, 1))

    def process(x: Floats, lost: int = 0) -> Floats:
        nonlocal state, last
        if not len(x):
            return x.copy()
        if state is None or not bridged(lost, rate):
            state = settled * x[0]
        elif lost:
            _, state = run(np.repeat(last, lost, axis=0), state)
        y, state = run(x, state)
        last = x[-1:].copy()
        return y

    return process
