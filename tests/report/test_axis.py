"""Ticks are round, in order, and inside."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_emg.report.axis import Line, ceiling, ticks, times
from nmr_emg.report.lanes import lanes, width
from nmr_emg.report.moment import Scale, date


@given(st.floats(1e-6, 1e7))
def test_values_are_few_round_and_inside(top):
    found = ticks(ceiling(top))
    assert 2 <= len(found) <= 6
    assert found[0] == 0
    assert ceiling(top) >= top
    assert ceiling(top) <= 1.6 * top
    assert found[-1] <= ceiling(top) * (1 + 1e-9)
    assert f"{found[1]:.0e}"[0] in "125"


@given(st.floats(0.05, 1e7))
def test_times_are_few_and_inside(seconds):
    found = times(seconds)
    assert 1 <= len(found) <= 11
    assert found == sorted(set(found))
    assert found[-1] <= seconds * (1 + 1e-6)


def test_a_line_keeps_within_its_ends():
    line = Line(0, 10, 100, 0)
    assert (line.at(-5), line.at(5), line.at(50)) == (100, 50, 0)


def test_places_carry_over_into_minutes():
    assert Scale(700).place(59.999, 1) == "1:00.0"
    assert Scale(5000).place(3599.96, 1) == "1:00:00.0"


@pytest.mark.parametrize("text", ["", None])
def test_no_date_is_said(text):
    assert date(text) == "date not recorded"


def test_an_odd_date_stays_as_it_is():
    assert date("a Tuesday") == "a Tuesday"


@given(st.lists(st.tuples(st.floats(0, 700), st.text(min_size=1, max_size=20)), max_size=40))
def test_labels_in_a_lane_never_touch(wanted):
    placed = [one for one in lanes(sorted(wanted), 700, 2) if one.lane is not None]
    for lane in (0, 1):
        row = [one for one in placed if one.lane == lane]
        assert all(a.x + width(a.text) <= b.x for a, b in pairwise(row))
        assert all(one.x + width(one.text) <= 700.001 for one in row)
