import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nmr_emg.gui.columns import columns


def brute(index, values, per_column, first, last):
    """The line through the samples, evaluated at many places inside each column."""
    low, high = [], []
    for k in range(first, last):
        a, b = k * per_column, (k + 1) * per_column
        inside = (index >= a) & (index < b)
        found = list(values[inside])
        for x in (a + 1e-9, (a + b) / 2, b - 1e-9):
            i = np.searchsorted(index, x) - 1
            if 0 <= i < len(index) - 1 and index[i + 1] - index[i] == 1:
                w = x - index[i]
                found.append(values[i] * (1 - w) + values[i + 1] * w)
        low.append(min(found, default=np.nan))
        high.append(max(found, default=np.nan))
    return np.array(low), np.array(high)


@given(
    st.integers(0, 2**31),
    st.floats(0.2, 9.0),
    st.integers(0, 25),
    st.integers(0, 12),
)
def test_spans_are_those_of_the_line_through_the_samples(seed, per_column, gap_at, gap):
    rng = np.random.default_rng(seed)
    index = np.arange(100, 140)
    index[gap_at:] += gap
    values = rng.normal(size=(len(index), 1))
    first, last = int(100 // per_column) - 1, int(index[-1] // per_column)
    low, high = columns(index, values, per_column, first, last)
    lowest, highest = brute(index, values[:, 0], per_column, first, last)
    np.testing.assert_allclose(low[:, 0], lowest, atol=1e-6)
    np.testing.assert_allclose(high[:, 0], highest, atol=1e-6)


def test_a_gap_leaves_empty_columns():
    index = np.concatenate([np.arange(20), np.arange(60, 80)])
    low, _ = columns(index, np.ones((40, 2)), 4.0, 0, 19)
    empty = np.flatnonzero(np.isnan(low[:, 0]))
    assert list(empty) == list(range(5, 15))


def test_what_was_drawn_stays_as_it_was_while_it_scrolls():
    values = np.random.default_rng(1).normal(size=(1000, 3))
    index = np.arange(1000)
    early = columns(index[:700], values[:700], 2.3, 100, 300)
    late = columns(index[200:], values[200:], 2.3, 100, 300)
    np.testing.assert_array_equal(early[0], late[0])
    np.testing.assert_array_equal(early[1], late[1])


def test_columns_before_the_first_sample_are_empty():
    low, high = columns(np.arange(50, 60), np.ones((10, 1)), 5.0, 0, 11)
    assert np.isnan(low[:10]).all()
    assert low[10] == high[10] == 1
