"""Recursive filters over many columns at once: SciPy's, or the same sums compiled."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from nmr_emg.dsp.compiled import compiled

Floats: TypeAlias = NDArray[np.float64]
Cascade: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats]]
Average: TypeAlias = Callable[[Floats], Floats]

CASCADE = "void(float64[:,::1], float64[:,::1], float64[:,:,::1])"
AVERAGE = "void(float64[:,::1], float64[::1], float64, float64)"
NOTHING = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
"""A section that changes nothing."""


def cascade(sos: Floats) -> Cascade:
    """`scipy.signal.sosfilt` for given sections along the first axis; with Numba some ten times as fast.

    The function returned takes rows (rows, columns) and the state (sections, 2, columns), and gives the filtered
    rows and the state after them; it changes neither. With Numba it does the same sums in the same order.

    >>> run = cascade(signal.butter(1, 0.5, output="sos"))
    >>> run(np.array([[1.0], [1.0]]), np.zeros((1, 2, 1)))[0].ravel().round(3)
    array([0.5, 1. ])
    """
    kernel = compiled(pairs, CASCADE)
    if kernel is None:
        return _sosfilt(sos)
    return _with(kernel, sos)


def _sosfilt(sos: Floats) -> Cascade:
    def run(x: Floats, state: Floats) -> tuple[Floats, Floats]:
        if not len(x):
            return x.copy(), state
        y, after = signal.sosfilt(sos, x, axis=0, zi=state)
        # It comes column by column in memory; whatever follows is faster row by row.
        return np.ascontiguousarray(y), after

    return run


def averaging(gain: float, keep: float, columns: int) -> Average:
    """A function that gives y[n] = gain · x[n] + keep · y[n−1] for rows (rows, columns), from 0 on, call after call.

    >>> average = averaging(0.5, 0.5, 1)
    >>> average(np.array([[1.0], [1.0]])).ravel(), average(np.array([[1.0]])).ravel()
    (array([0.5 , 0.75]), array([0.875]))
    """
    kernel = compiled(average, AVERAGE)
    if kernel is None:
        return _lfilter(gain, keep, columns)
    last = np.zeros(columns)

    def process(x: Floats) -> Floats:
        y = np.array(x, np.float64, order="C")
        kernel(y, last, gain, keep)
        return y

    return process


def _lfilter(gain: float, keep: float, columns: int) -> Average:
    b, a = np.array([gain]), np.array([1, -keep])
    state = np.zeros((1, columns))

    def process(x: Floats) -> Floats:
        nonlocal state
        if not len(x):
            return x.copy()
        y, state = signal.lfilter(b, a, x, axis=0, zi=state)
        return np.asarray(y)

    return process


def _with(kernel: Callable[..., Any], sos: Floats) -> Cascade:
    count = len(sos)
    even = np.array([*sos, *[NOTHING] * (count % 2)], np.float64)
    whole = len(even)

    def run(x: Floats, state: Floats) -> tuple[Floats, Floats]:
        y = np.array(x, np.float64, order="C")
        after = np.zeros((whole, 2, y.shape[1]))
        after[:count] = state
        kernel(even, y, after)
        return y, after[:count]

    return run


def pairs(sos: Floats, x: Floats, state: Floats) -> None:
    """Second-order sections in transposed direct form II, in place, an even number of them.

    Two sections a pass, so that the processor need not wait for one; columns innermost, so that it takes several at once.

    Args:
        sos: (sections, 6), as SciPy has them.
        x: rows (rows, columns).
        state: (sections, 2, columns).
    """
    for s in range(0, sos.shape[0], 2):
        b0, b1, b2, a1, a2 = sos[s, 0], sos[s, 1], sos[s, 2], sos[s, 4], sos[s, 5]
        d0, d1, d2, c1, c2 = sos[s + 1, 0], sos[s + 1, 1], sos[s + 1, 2], sos[s + 1, 4], sos[s + 1, 5]
        for n in range(x.shape[0]):
            for c in range(x.shape[1]):
                u = x[n, c]
                v = b0 * u + state[s, 0, c]
                state[s, 0, c] = b1 * u - a1 * v + state[s, 1, c]
                state[s, 1, c] = b2 * u - a2 * v
                w = d0 * v + state[s + 1, 0, c]
                state[s + 1, 0, c] = d1 * v - c1 * w + state[s + 1, 1, c]
                state[s + 1, 1, c] = d2 * v - c2 * w
                x[n, c] = w


def average(x: Floats, last: Floats, gain: float, keep: float) -> None:
    """An exponential average, in place.

    Args:
        x: rows (rows, columns).
        last: the row before the first, and afterwards the last, (columns,).
        gain: of the newest row.
        keep: of the row before.
    """
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            last[c] = gain * x[n, c] + keep * last[c]
            x[n, c] = last[c]
