from math import exp, inf, nan, tanh

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg.scoring.score import INSUFFICIENT, balance_score, interval, window_error

levels = st.one_of(st.sampled_from([0.0, 1e-12, 1e6, 5.0]), st.floats(0, 1e6))


@pytest.mark.parametrize(
    ("a", "b", "target", "score", "direction"),
    [
        (50, 50, 1, 100, 0),
        (60, 40, 1, 80.392157, 0.196078),
        (40, 60, 1, 80.392157, -0.196078),
        (60, 30, 1, 67.391304, None),
        (60, 20, 1, 51.219512, None),
        (50, 0, 1, 3.846154, None),
        (60, 60, 0.5, 66.666667, None),
        (30, 60, 0.5, 99.186992, None),
        (90, 30, 2, 81.045752, None),
    ],
)
def test_the_score_is_that_of_the_table(a, b, target, score, direction):
    found = balance_score(a, b, target=target)
    assert found.score == pytest.approx(score, abs=5e-7)
    if direction is not None:
        assert found.direction == pytest.approx(direction, abs=5e-7)


@pytest.mark.parametrize(("ratio", "score"), [(1, 100), (1.5, 80), (2, 66.67), (3, 50), (4, 40), (9, 20)])
def test_without_regularisation_it_is_the_common_area_of_two_constant_signals(ratio, score):
    assert balance_score(10 * ratio, 10, epsilon=0).score == pytest.approx(score, abs=0.005)


def test_too_little_activity_has_no_score_but_a_reason():
    for a, b in ((0, 0), (4, 3), (4.999, 4.999)):
        found = balance_score(a, b)
        assert (found.score, found.direction, found.interval, found.reason) == (
            None,
            None,
            None,
            INSUFFICIENT,
        )
    assert balance_score(0, 0, gate=0).reason == INSUFFICIENT


def test_what_is_no_number_has_no_score_but_a_reason():
    for a, b in ((nan, 50), (50, nan), (inf, 50)):
        assert balance_score(a, b).reason == "no valid samples"


def test_the_interval_of_one_trial():
    error = window_error(60, 3)
    assert error == pytest.approx(0.052705, abs=5e-7)
    found = balance_score(20, 10, epsilon=0, error=error)
    assert found.score == pytest.approx(66.67, abs=0.005)
    assert found.interval == pytest.approx((62.16, 71.33), abs=0.005)


def test_an_interval_over_balance_ends_at_a_hundred():
    low, high = interval(0.02, 0.05)
    assert high == 100
    assert low == pytest.approx(100 * (1 - tanh((0.02 + 1.959964 * 0.05) / 2)), abs=1e-4)
    assert interval(-0.02, 0.05) == pytest.approx((low, high))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(a=levels, b=levels, target=st.floats(0.01, 100), epsilon=st.one_of(st.just(0.0), st.floats(1e-9, 10)))
def test_it_is_above_zero_at_most_a_hundred_and_symmetric(a, b, target, epsilon):
    found = balance_score(a, b, target=target, epsilon=epsilon)
    if max(a, b) < 5:
        assert found.score is None
        assert found.reason == INSUFFICIENT
        return
    assert 0 < found.score <= 100
    assert -1 <= found.direction <= 1
    mirrored = balance_score(b, a, epsilon=epsilon)
    assert mirrored.score == pytest.approx(balance_score(a, b, epsilon=epsilon).score, rel=1e-9)
    assert mirrored.direction == pytest.approx(-balance_score(a, b, epsilon=epsilon).direction, abs=1e-12)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(b=st.floats(5, 1e4), ratios=st.lists(st.floats(1, 1e4), min_size=2, max_size=2))
def test_more_imbalance_never_scores_higher(b, ratios):
    near, far = sorted(ratios)
    assert balance_score(b * far, b).score <= balance_score(b * near, b).score


@settings(max_examples=200, deadline=None, derandomize=True)
@given(a=st.floats(20, 500), b=st.floats(20, 500), factor=st.floats(1, 50))
def test_scaling_both_alike_hardly_moves_it(a, b, factor):
    assert balance_score(a * factor, b * factor).score == pytest.approx(balance_score(a, b).score, abs=1.3)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ratio=st.floats(-30, 30), error=st.floats(0, 5))
def test_the_score_lies_in_its_interval(ratio, error):
    low, high = interval(ratio, error)
    score = 200 / (1 + exp(abs(ratio)))
    assert 0 < low <= score * (1 + 1e-9)
    assert score * (1 - 1e-9) <= high <= 100


def test_twice_the_time_makes_the_interval_narrower_by_root_two():
    assert window_error(60, 3) / window_error(60, 6) == pytest.approx(2**0.5)
