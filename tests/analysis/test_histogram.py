import numpy as np
import pytest

from nmr_emg.analysis.histogram import Histogram


def test_quantiles_are_right_within_half_a_bin():
    values = np.random.default_rng(1).lognormal(2, 1.5, 50_000)
    histogram = Histogram()
    for part in np.array_split(values, 7):
        histogram.add(part)
    for share in (0.01, 0.3, 0.5, 0.995):
        assert histogram.quantile(share) == pytest.approx(np.quantile(values, share), rel=0.012)


def test_what_is_no_number_is_passed_over_and_extremes_are_kept():
    histogram = Histogram()
    assert histogram.quantile(0.5) is None
    histogram.add(np.array([np.nan, np.nan]))
    assert histogram.quantile(0.5) is None
    histogram.add(np.array([0.0, 0.0, 0.0, 1e9]))
    assert histogram.quantile(0.5) == 0
    assert histogram.quantile(1.0) >= 1e6
