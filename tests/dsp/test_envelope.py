import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg import Block, Channel, ConfigError, Event, StreamInfo
from nmr_emg.dsp.envelope import Envelope
from nmr_emg.dsp.moving import moving_sum


def envelope(info, rate, x, window=0.1, kind="rms", channel="raw"):
    x = np.asarray(x, float)[:, None]
    process = Envelope(window, kind).start(info(rate, kind=channel))
    return process(Block(0, {"raw": x, "filtered": x}))["envelope"][:, 0]


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


@pytest.mark.parametrize("rate", [250, 2000])
def test_rms_and_arv_are_those_of_the_window(info, rate):
    x = 80 * np.random.default_rng(5).standard_normal(3 * rate)
    length = round(0.1 * rate)
    windows = np.lib.stride_tricks.sliding_window_view(x, length)
    rms, arv = (envelope(info, rate, x, kind=kind)[length - 1 :] for kind in ("rms", "arv"))
    np.testing.assert_allclose(rms, np.sqrt(np.mean(windows**2, axis=1)), rtol=0, atol=1e-9)
    np.testing.assert_allclose(arv, np.mean(np.abs(windows), axis=1), rtol=0, atol=1e-9)


def test_arv_beside_rms_is_what_the_amplitudes_distribution_makes_it(info):
    noise = np.random.default_rng(6).standard_normal(200_000)
    sine = np.sin(2 * np.pi * 50 * np.arange(20_000) / 10_000 + 0.3)
    for rate, x, ratio, near in ((1000, noise, np.sqrt(2 / np.pi), 0.003), (10_000, sine, 0.900316, 1e-4)):
        rms, arv = (envelope(info, rate, x, window=1.0, kind=kind)[rate:].mean() for kind in ("rms", "arv"))
        assert arv / rms == pytest.approx(ratio, abs=near)


@pytest.mark.parametrize(("rate", "delay"), [(250, 37.44), (1000, 37.51)])
def test_a_linear_envelope_lags_by_its_filters_delay(info, rate, delay):
    assert 1000 * Envelope(kind="linear").delay(info(rate)) == pytest.approx(delay, abs=0.01)


@pytest.mark.parametrize("kind", ["rms", "arv", "linear"])
def test_the_delay_it_tells_is_the_delay_it_has(info, kind):
    """A strength that swings a little, once in ten seconds, comes out that much later."""
    turn = 2 * np.pi * 0.1 * np.arange(40_000) / 1000
    found = envelope(info, 1000, np.resize([1.0, -1.0], len(turn)) * (1 + 0.01 * np.sin(turn)), kind=kind)
    phase = np.angle((found * np.exp(-1j * turn))[20_000:].sum()) + np.pi / 2
    assert -phase / (2 * np.pi * 0.1) == pytest.approx(Envelope(kind=kind).delay(info(1000)), abs=1e-4)


def test_a_linear_envelope_overshoots_a_step_a_little_and_never_falls_below_zero(info):
    x = np.concatenate([np.zeros(1000), np.resize([1.0, -1.0], 2000), np.zeros(2000)])
    found = envelope(info, 1000, x, kind="linear")
    assert found.max() == pytest.approx(1.043, abs=0.001)
    assert found[2900] == pytest.approx(1, abs=1e-6)
    assert found.min() == 0
    assert (found[3120:3180] == 0).all(), "the dip after the step is cut off"


def test_what_a_board_smoothed_is_not_smoothed_again(info):
    x = np.array([1.0, 3.0, -0.5, 2.0])
    for kind in ("rms", "arv", "linear"):
        np.testing.assert_array_equal(
            envelope(info, 250, x, kind=kind, channel="envelope"), [1.0, 3.0, 0.0, 2.0]
        )
        assert Envelope(kind=kind).delay(info(250, kind="envelope")) == 0


def test_what_a_board_rectified_gets_the_mean(info):
    x = np.abs(np.random.default_rng(7).standard_normal(400))
    told = envelope(info, 250, x, kind="arv")
    np.testing.assert_array_equal(envelope(info, 250, x, kind="rms", channel="rectified"), told)


def test_each_channel_of_a_mixed_stream_gets_what_it_would_alone(info):
    x = np.abs(np.random.default_rng(8).standard_normal((600, 3)))
    channels = ("raw", "rectified", "envelope")
    stream = StreamInfo(250, tuple(Channel(kind, kind=kind) for kind in channels))
    for kind in ("rms", "arv", "linear"):
        done = Envelope(kind=kind).start(stream)(Block(0, {"raw": x, "filtered": x}))["envelope"]
        for column, channel in enumerate(channels):
            alone = envelope(info, 250, x[:, column], kind=kind, channel=channel)
            np.testing.assert_array_equal(done[:, column], alone)


@pytest.mark.parametrize("kind", ["rms", "arv", "linear"])
def test_after_a_long_gap_it_begins_anew(info, kind):
    x = np.random.default_rng(9).standard_normal((300, 1))
    process = Envelope(kind=kind).start(info(250))
    process(Block(0, {"raw": 100 * x, "filtered": 100 * x}))
    gap = Event("gap", 400, data={"samples": 100, "reason": "counter"})
    after = process(Block(400, {"raw": x, "filtered": x}, events=(gap,)))["envelope"][:, 0]
    np.testing.assert_array_equal(after, envelope(info, 250, x[:, 0], kind=kind))


def test_what_makes_no_envelope_is_refused_in_words(info):
    with pytest.raises(ConfigError, match="kind is 'mean'; it must be one of rms, arv, linear"):
        Envelope(kind="mean")
    with pytest.raises(
        ConfigError, match="corner is 130 Hz, which does not fit 250 samples a second; set it"
    ):
        Envelope(kind="linear", corner=130).start(info(250))
    Envelope(corner=130).start(info(250))


@pytest.mark.parametrize("kind", ["rms", "arv"])
def test_blanked_rows_count_for_nothing(kind):
    """Whatever stands in them; and they may begin in mid-stream."""
    rng = np.random.default_rng(31)
    x = rng.standard_normal((3000, 1))
    blanked = np.zeros((3000, 1), bool)
    blanked[1500:] = (np.arange(1500) % 25 < 5)[:, None]
    x[blanked] = 1e6
    info = StreamInfo(1000, (Channel("a"),))
    process = Envelope(kind=kind).start(info)
    made = []
    for first in range(0, 3000, 30):
        tracks = {"raw": x[first : first + 30], "filtered": x[first : first + 30]}
        if first >= 1500:
            tracks["blanked"] = blanked[first : first + 30]
        made.append(process(Block(first, tracks))["envelope"])
    made = np.concatenate(made)[:, 0]
    for row in (50, 1490, 1530, 1599, 2999):
        window = slice(max(0, row - 99), row + 1)
        good = x[window][~blanked[window]]
        expected = np.sqrt(np.mean(good**2)) if kind == "rms" else np.mean(abs(good))
        assert made[row] == pytest.approx(expected, rel=1e-9)
