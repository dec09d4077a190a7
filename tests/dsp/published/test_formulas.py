"""Values that follow from the papers' formulas, worked out elsewhere."""

import numpy as np
import pytest
from scipy import stats

from nmr_emg.dsp.published import aglr, bonato
from nmr_emg.dsp.published.change_point import rise
from nmr_emg.dsp.published.searched import Searched
from nmr_emg.dsp.published.smoothing import over
from nmr_emg.dsp.published.whitening import thinned, whitened

BONATO = [
    (5, 1, 0.05, 0.01020622, 9.169516),
    (5, 1, 0.01, 0.00200805, 12.421184),
    (5, 2, 0.01, 0.03268211, 6.841855),
    (5, 2, 0.001, 0.01010179, 9.190086),
    (10, 3, 0.001, 0.02103797, 7.722853),
]


@pytest.mark.parametrize(("windows", "hits", "alarm", "single", "zeta"), BONATO)
def test_bonatos_threshold(windows, hits, alarm, single, zeta):
    assert bonato.single_alarm(alarm, windows, hits) == pytest.approx(single, abs=5e-9)
    assert bonato.threshold(alarm, windows, hits) == pytest.approx(zeta, abs=1e-5)


@pytest.mark.parametrize(("windows", "hits", "alarm"), [(1, 1, 0.3), (7, 7, 1e-6), (40, 11, 1e-4)])
def test_bonatos_probability_is_that_of_the_binomial_distribution(windows, hits, alarm):
    single = bonato.single_alarm(alarm, windows, hits)
    assert stats.binom.sf(hits - 1, windows, single) == pytest.approx(alarm, rel=1e-9)
    level = bonato.threshold(alarm, windows, hits)
    assert stats.chi2.sf(level, 2) == pytest.approx(single, rel=1e-9)


def test_bonatos_false_alarms_come_as_often_as_told():
    """Of independent decisions on white noise, with the standard deviation of rest known."""
    windows, hits, alarm = 5, 2, 0.01
    z = np.square(np.random.default_rng(1).standard_normal((200_000, windows, 2))).sum(axis=2)
    fired = (z > bonato.threshold(alarm, windows, hits)).sum(axis=1) >= hits
    assert fired.mean() == pytest.approx(alarm, abs=4 * np.sqrt(alarm / 200_000))


@pytest.mark.parametrize(
    ("count", "ratio", "expected"), [(10, 2, 1.534264), (25, 2, 3.835660), (25, 4, 20.171320), (25, 0.5, 0.0)]
)
def test_the_likelihood_of_a_change(count, ratio, expected):
    assert aglr.likelihood(ratio, count) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("alarm", "expected"), [(0.05, 1.3528), (0.01, 2.7059), (0.001, 4.7748)])
def test_wilks_threshold(alarm, expected):
    assert aglr.threshold(alarm) == pytest.approx(expected, abs=5e-5)
    assert aglr.threshold(alarm) == pytest.approx(stats.chi2.isf(2 * alarm, 1) / 2, rel=1e-12)


def test_the_change_point_is_that_of_the_likelihood_taken_at_its_word():
    rng = np.random.default_rng(2)
    squares = np.square(np.concatenate([rng.standard_normal(150), 1.6 * rng.standard_normal(90)]))
    n, least = len(squares), 10

    def gain(k):
        v0, v1, v2 = squares.mean(), squares[:k].mean(), squares[k:].mean()
        return n / 2 * np.log(v0) - k / 2 * np.log(v1) - (n - k) / 2 * np.log(v2) if v2 > v1 else 0.0

    best = max(range(least, n - least + 1), key=gain)
    assert gain(best) > np.log(n)
    assert rise(squares, least) == best


def test_a_change_point_is_no_more_often_found_in_noise_than_its_criterion_lets_pass():
    """ln n over the likelihood's gain is a weak test: 1 to 4 % of quiet records pass it at 1000 samples."""
    rng = np.random.default_rng(3)
    found = [rise(np.square(rng.standard_normal(1000)), 20) is not None for _ in range(400)]
    assert np.mean(found) < 0.05


def test_the_threshold_is_mean_and_standard_deviation_of_rest():
    quiet = np.random.default_rng(4).standard_normal(100)
    assert over(quiet, 8) == pytest.approx(np.mean(quiet) + 8 * np.std(quiet))


def test_whitening_leaves_what_a_known_autoregression_was_driven_by():
    rng = np.random.default_rng(5)
    driving = rng.standard_normal(20_000)
    x = np.zeros_like(driving)
    for n in range(2, len(x)):
        x[n] = 1.2 * x[n - 1] - 0.6 * x[n - 2] + driving[n]
    (piece,) = whitened(Searched.of(x, 1000.0, (0.0, 20.0)), 2).pieces
    assert np.corrcoef(piece.values[100:], driving[100:])[0, 1] > 0.999
    assert np.std(piece.values) == pytest.approx(1, abs=1e-3)


def test_the_first_samples_of_a_piece_alarm_no_more_than_others(trial):
    """A band-passed signal is so predictable that a wrong past would be a large error, after every gap."""
    rng = np.random.default_rng(7)
    x = trial(rng, 250, 0, 200.0, ())
    x[::250] = np.nan
    searched = whitened(Searched.of(x, 250.0, (0.0, 20.0)), 8)
    first = np.array([piece.values[:8] for piece in searched.pieces])
    np.testing.assert_allclose(np.sqrt(np.square(first).mean(axis=0)), 1, atol=0.25)


@pytest.mark.parametrize(
    ("rate", "edge", "expected"),
    [(250, None, 250), (1000, None, 1000), (2000, None, 1012.5), (4000, 450.0, 1012.5), (1000, 150.0, 337.5)],
)
def test_fast_signals_are_thinned_to_what_their_band_needs(rate, edge, expected):
    searched = Searched.of(np.random.default_rng(6).standard_normal(4 * rate), float(rate), (0.0, 2.0))
    slow = thinned(searched, edge)
    assert slow.rate == pytest.approx(expected, rel=0.01)
    assert 2.2 <= slow.rate / (edge or min(450, 0.46 * rate)) <= 2.5 or slow.rate == rate
    assert len(slow.pieces[0].values) / slow.rate == pytest.approx(4, abs=2 / slow.rate)


def test_thinning_keeps_what_lies_in_the_band():
    at = np.arange(8000) / 2000
    tone = np.sin(2 * np.pi * 300 * at)
    slow = thinned(Searched.of(tone, 2000.0, (0.0, 2.0)), None)
    values = slow.pieces[0].values
    expected = np.sqrt(2) * np.sin(2 * np.pi * 300 * np.arange(len(values)) / slow.rate)
    np.testing.assert_allclose(values[50:-50], expected[50:-50], atol=0.01)
