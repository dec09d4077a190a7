"""Makes samples of rest nearly independent, as tests on single samples assume."""

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
from scipy import linalg, signal

from nmr_emg.dsp.bandpass import upper_edge
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.searched import Searched

FASTEST = 2.5
WANTED = 2.25
"""Rates above the first many times the band's upper edge are brought down to the second many times."""
TAPS = 10
"""How far resampling looks ahead, in samples at the lower rate."""


def thinned(searched: Searched, band_edge: float | None) -> Searched:
    """The signal at 2.2 to 2.5 times its band's upper edge (Hz; `None`: what `bandpass` takes) where it is sampled faster.

    Samples closer together than the band allows depend on each other whatever whitens them, and tests on them alarm
    too often.
    """
    edge = upper_edge(searched.rate) if band_edge is None else band_edge
    if searched.rate <= FASTEST * edge:
        return searched
    ratio = Fraction(WANTED * edge / searched.rate).limit_denominator(64)
    ratio = ratio or Fraction(1, ceil(searched.rate / (WANTED * edge)))
    pieces = tuple(
        replace(one, values=signal.resample_poly(one.values, ratio.numerator, ratio.denominator))
        for one in searched.pieces
    )
    rate = searched.rate * ratio.numerator / ratio.denominator
    return replace(searched, pieces=pieces, rate=rate, ahead=TAPS / rate)


def whitened(searched: Searched, order: int) -> Searched:
    """What an autoregression of rest cannot predict, in units of its standard deviation at rest.

    Coefficients by Yule and Walker from the autocorrelation at rest. They fit the rest they were taken from better than
    any other; the standard deviation allows for that (final prediction error, Akaike 1969, Ann Inst Stat Math
    21:243–247). The first samples of a piece are predicted from those few that there are, by autoregressions of lower
    order.
    """
    quiet = searched.at_rest()
    quiet = quiet - quiet.mean()
    order = min(order, len(quiet) // 2)
    lags = np.array([np.dot(quiet[: len(quiet) - k], quiet[k:]) for k in range(order + 1)]) / len(quiet)
    lags[0] *= 1 + 1e-9
    filters = [_filter(lags[: k + 1]) for k in range(order + 1)]
    errors = searched.map(lambda values: _errors(values, filters))
    optimism = (len(quiet) + order) / (len(quiet) - order)
    spread = float(np.sqrt(np.mean(np.square(errors.at_rest())) * optimism))
    return errors.map(lambda values: values / spread)


def _filter(lags: Floats) -> Floats:
    """Makes of the newest sample and those before it, newest first, an error of prediction with variance 1."""
    weights = linalg.solve_toeplitz(lags[:-1], lags[1:]) if len(lags) > 1 else np.zeros(0)
    variance = max(float(lags[0] - np.dot(weights, lags[1:])), np.finfo(float).tiny)
    newest_first: Floats = np.concatenate([np.ones(1), -weights]) / np.sqrt(variance)
    return newest_first


def _errors(values: Floats, filters: list[Floats]) -> Floats:
    errors = np.asarray(signal.lfilter(filters[-1], np.ones(1), values), np.float64)
    for k, short in enumerate(filters[: min(len(filters) - 1, len(values))]):
        errors[k] = np.dot(short, values[k::-1])
    return errors
