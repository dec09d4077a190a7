import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg import Block
from nmr_emg.dsp.envelope import Envelope, moving_sum


def envelope(info, rate, x, window=0.1):
    x = np.asarray(x, float)[:, None]
    return Envelope(window).start(info(rate))(Block(0, {"raw": x, "filtered": x}))["envelope"][:, 0]


@pytest.mark.parametrize("amplitude", [1e-3, 1.0, 250.0, 1e5])
def test_a_sine_over_whole_periods_reads_its_amplitude_over_root_two(info, amplitude):
    x = amplitude * np.sin(2 * np.pi * 50 * np.arange(3000) / 1000 + 0.3)
    settled = envelope(info, 1000, x)[100:]
    np.testing.assert_allclose(settled, amplitude / np.sqrt(2), rtol=0, atol=1e-9 * max(1, amplitude))


def test_a_square_wave_is_half_up_after_a_quarter_and_half_down_after_three_quarters(info):
    x = np.concatenate([np.zeros(200), np.resize([1.0, -1.0], 400), np.zeros(200)])
    e = envelope(info, 1000, x)
    assert e[200 + 25 - 1] == 0.5
    assert e[600 + 75 - 1] == 0.5
    assert e[600 + 100 - 1] == 0


def test_a_window_that_is_not_full_yet_is_the_mean_of_what_there_is(info):
    x = np.array([3.0, -4.0, 12.0, 5.0, 0.0])
    expected = np.sqrt([9, 25 / 2, 169 / 3, 194 / 4, 194 / 5])
    np.testing.assert_allclose(envelope(info, 1000, x), expected, rtol=1e-15)


def test_an_artefact_that_has_left_the_window_never_was(info):
    x = np.random.default_rng(1).standard_normal(2000)
    hit = x.copy()
    hit[700] += 1e6
    clean, after = envelope(info, 250, x), envelope(info, 250, hit)
    np.testing.assert_array_equal(after[:700], clean[:700])
    assert (after[700:725] > 1e5).all()
    np.testing.assert_array_equal(after[725:], clean[725:])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    length=st.integers(1, 40),
    values=st.lists(st.floats(0, 1e12), min_size=1, max_size=200),
    cuts=st.lists(st.integers(0, 50), min_size=1, max_size=5).filter(any),
)
def test_a_moving_sum_is_the_sum_of_the_window_and_never_below_zero(length, values, cuts):
    x = np.array(values)[:, None]
    add = moving_sum(length, 1)
    done, parts, turn = 0, [], 0
    while done < len(x):
        rows = cuts[turn % len(cuts)]
        parts.append(add(x[done : done + rows]))
        done, turn = done + rows, turn + 1
    sums = np.concatenate(parts)[:, 0]
    expected = [x[max(0, i - length + 1) : i + 1].sum() for i in range(len(x))]
    assert (sums >= 0).all()
    np.testing.assert_allclose(sums, expected, rtol=1e-12)
