"""How loud notches may still ring after a contraction has ended."""

from collections.abc import Sequence

import numpy as np
from scipy import signal

from nmr_emg.dsp.continuity import CarriedFilter, Floats, bridged

AGO = 0.1
"""What lies this far back (s) counts as past: what rings now and began later belongs to the contraction itself."""
MARGIN = 3.5
"""Power that ringing may have, in multiples of what noise that fills the band makes on average."""


def ringing(lines: Sequence[float], width: float, band: tuple[float, float], rate: float) -> CarriedFilter:
    """A function that tells from filtered rows (rows, columns) how loud (µV RMS) the notches may still ring.

    A notch of width w at rate f answers a unit impulse with a decaying sine of amplitude 2πw/f whose power falls by
    exp(−2πw/f) a sample. So what the power of the past makes all of them ring with is an exponential average.

    >>> rings = ringing([50.0], 2.0, (20.0, 115.0), 250.0)
    >>> burst = np.repeat([[100.0], [0.0]], [250, 50], axis=0)
    >>> rings(burst, 0).ravel()[[24, 249, 299]].round(1)
    array([ 0. , 18.4,  9.8])
    """
    turn = 2 * np.pi * width / rate
    ago = max(1, round(AGO * rate))
    share = MARGIN * 0.5 * len(lines) * turn**2 * (rate / 2) / (band[1] - band[0])
    b, a = np.array([share * np.exp(-turn * ago)]), np.array([1.0, -np.exp(-turn)])
    past: Floats = np.zeros((0, 0))
    state: Floats | None = None

    def process(filtered: Floats, lost: int = 0) -> Floats:
        nonlocal past, state
        if not len(filtered):
            return filtered.copy()
        if state is None or not bridged(lost, rate):
            state, past = np.zeros((1, filtered.shape[1])), np.zeros((ago, filtered.shape[1]))
        power, state = signal.lfilter(b, a, np.square(filtered), axis=0, zi=state)
        held = np.concatenate([past, power])
        past = held[len(power) :]
        return np.asarray(np.sqrt(held[: len(power)]))

    return process
