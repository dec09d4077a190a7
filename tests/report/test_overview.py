"""The overview keeps what matters of any length in the same memory."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg.block import Block, Channel, StreamInfo
from nmr_emg.report.overview import MOST, Overview, Overviews


def fill(values, start=0, sizes=(1000,), most=MOST):
    view = Overview(values.shape[1], most)
    at = turn = 0
    while at < len(values):
        size = sizes[turn % len(sizes)]
        view.add(start + at, values[at : at + size])
        at, turn = at + size, turn + 1
    return view


def test_a_million_samples_take_the_memory_of_none():
    values = np.random.default_rng(1).normal(size=(1_000_000, 2))
    view = Overview(2)
    before = view.memory
    for at in range(0, len(values), 5000):
        view.add(at, values[at : at + 5000])
    seen = view.columns()
    assert view.memory == before < 200_000
    assert MOST // 2 <= len(seen.mean) <= MOST
    assert seen.width * len(seen.mean) >= len(values)


def test_the_sink_holds_no_block():
    info = StreamInfo(250, (Channel("a"),))
    rows = 5000
    tracks = {
        "raw": np.zeros((rows, 1)),
        "envelope": np.ones((rows, 1)),
        "percent": np.full((rows, 1), np.nan),
        "active": np.ones((rows, 1), bool),
        "settling": np.zeros((rows, 1), bool),
        "quality": np.zeros((rows, 1), np.uint8),
        "balance": np.zeros((rows, 0)),
    }
    sink = Overviews(info)
    sink.write(Block(0, tracks))
    tracemalloc.start()
    try:
        for at in range(rows, 1_000_000, rows):
            sink.write(Block(at, tracks))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 500_000, "a million samples of one column are 8 MB"


@pytest.mark.parametrize("rows", [1, 7, 1499, 1500, 1501, 40_000])
def test_columns_are_what_numpy_says_of_their_samples(rows):
    values = np.random.default_rng(rows).normal(size=(rows, 1))
    seen = fill(values).columns()
    parts = [values[at : at + seen.width] for at in range(0, rows, seen.width)]
    assert np.array_equal(seen.low.ravel(), [part.min() for part in parts])
    assert np.array_equal(seen.high.ravel(), [part.max() for part in parts])
    assert np.allclose(seen.mean.ravel(), [part.mean() for part in parts])


@given(st.lists(st.integers(1, 400), min_size=1, max_size=8), st.integers(1, 3000))
@settings(max_examples=40, deadline=None)
def test_the_cutting_does_not_show(sizes, rows):
    values = np.random.default_rng(rows).normal(size=(rows, 1))
    values[::7] = np.nan
    whole, cut = fill(values, most=64).columns(), fill(values, sizes=sizes, most=64).columns()
    assert (whole.width, whole.first) == (cut.width, cut.first)
    assert np.array_equal(whole.low, cut.low, equal_nan=True)
    assert np.array_equal(whole.high, cut.high, equal_nan=True)
    assert np.allclose(whole.mean, cut.mean, equal_nan=True)


def test_a_gap_leaves_empty_columns():
    view = Overview(1, 100)
    view.add(500, np.ones((10, 1)))
    view.add(540, np.ones((10, 1)))
    seen = view.columns()
    assert (seen.first, seen.width) == (500, 1)
    assert np.isnan(seen.mean[10:40]).all()
    assert np.isfinite(seen.mean[[0, 9, 40, 49]]).all()


def test_a_gap_of_a_month_is_taken_at_once():
    view = Overview(1, 100)
    view.add(0, np.ones((10, 1)))
    view.add(10**9, np.full((10, 1), 2.0))
    seen = view.columns()
    assert len(seen.mean) <= 100
    assert (seen.high[0, 0], seen.high[-1, 0]) == (1.0, 2.0)


def test_one_spike_in_an_hour_is_not_lost():
    values = np.zeros((900_000, 1))
    values[654_321] = 77.0
    assert fill(values).columns().high.max() == 77.0


def test_values_that_are_no_numbers_are_passed_over():
    values = np.array([[np.nan], [2.0], [np.inf], [4.0]])
    view = Overview(1, 2)
    view.add(0, values)
    seen = view.columns()
    assert seen.mean.ravel().tolist() == [2.0, 4.0]
    assert seen.high.ravel().tolist() == [2.0, 4.0]
