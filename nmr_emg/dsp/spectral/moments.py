"""Spectral moments and what is made of them: mean and median frequency, fatigue index.

A spectrum is an array (lines, …) of power densities, its lines `resolution` Hz apart from 0 Hz on. Each line stands for
the band half a line to either side of it; at an edge of the band asked for, only the part inside counts, at its own
middle. So a moment is M_k = Σ f^k P(f) Δf over the band, and no result jumps as an edge moves past a line.
"""

from functools import lru_cache
from math import inf

import numpy as np

from nmr_emg.dsp.continuity import Floats

ORDER = 5
"""Order of the fatigue index that Dimitrov et al. found to follow dynamic work most closely."""


def moment(power: Floats, resolution: float, order: int, low: float = 0.0, high: float = inf) -> Floats:
    """Spectral moment M_k over the band from `low` to `high` (Hz), in the power's unit times Hz^(order + 1).

    >>> float(moment(np.ones(101), 5.0, 0, 20, 450))
    430.0
    """
    middle, width, _ = _cells(len(power), resolution, low, high)
    weight = np.where(width > 0, width * middle ** float(order), 0.0)
    return np.asarray((np.moveaxis(power, 0, -1) * weight).sum(axis=-1))


def mean_frequency(power: Floats, resolution: float, low: float = 0.0, high: float = inf) -> Floats:
    """Mean frequency (Hz), M₁/M₀; NaN without power.

    >>> float(mean_frequency(np.ones(511), 1.0, 10, 500))
    255.0
    """
    return _ratio(moment(power, resolution, 1, low, high), moment(power, resolution, 0, low, high))


def median_frequency(power: Floats, resolution: float, low: float = 0.0, high: float = inf) -> Floats:
    """Median frequency (Hz): half of the power in the band lies below, linear within a line; NaN without power.

    >>> float(median_frequency(np.ones(511), 1.0, 10, 500))
    255.0
    """
    _, width, edges = _cells(len(power), resolution, low, high)
    columns = np.moveaxis(power, 0, -1) * width
    below = np.concatenate([np.zeros((*columns.shape[:-1], 1)), np.add.accumulate(columns, axis=-1)], axis=-1)
    found = np.full(columns.shape[:-1], np.nan)
    for place in np.ndindex(found.shape):
        if below[place][-1] > 0:
            found[place] = np.interp(below[place][-1] / 2, below[place], edges)
    return found


def fatigue_index(
    power: Floats, resolution: float, low: float, high: float = inf, order: int = ORDER
) -> Floats:
    """Spectral fatigue index FInsm_k = M₋₁/M_k, in Hz^−(order + 1); NaN without power.

    It rises as power moves from high to low frequencies, with a spectrum that is compressed by s as s^−(order + 1).
    It depends much on `low` and on whatever is no EMG just above it, so it is only compared with itself. Dimitrov et
    al. 2006, Med Sci Sports Exerc 38:1971–1979.

    >>> line = np.zeros(501)
    >>> line[80] = 1
    >>> float(fatigue_index(line, 1.0, 20, 450)) * 80**6
    1.0
    """
    return _ratio(moment(power, resolution, -1, low, high), moment(power, resolution, order, low, high))


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio = np.full(np.shape(below), np.nan)
    np.divide(above, below, out=ratio, where=below > 0)
    return ratio


@lru_cache(maxsize=32)
def _cells(lines: int, resolution: float, low: float, high: float) -> tuple[Floats, Floats, Floats]:
    """Middle and width of what each line stands for inside the band, and the edges between them (Hz)."""
    top = (lines - 1) * resolution
    edges = np.clip((np.arange(lines + 1) - 0.5) * resolution, max(low, 0.0), max(low, 0.0, min(high, top)))
    middle, width = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    # A whole line's own place, exactly; and where nothing is inside, no power of zero is taken.
    whole = np.isclose(width, resolution, rtol=1e-9)
    middle = np.where(whole, np.arange(lines) * resolution, np.where(width > 0, middle, 1.0))
    for one in (middle, width, edges):
        one.flags.writeable = False
    return middle, width, edges
