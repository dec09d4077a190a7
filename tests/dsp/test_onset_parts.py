"""What onsets are decided by: bands, level at rest, evidence, and the judge."""

import numpy as np
import pytest
from scipy import signal

from nmr_emg.dsp.onset import bands as bands_module
from nmr_emg.dsp.onset import page as page_module
from nmr_emg.dsp.onset.alike import Alike
from nmr_emg.dsp.onset.bands import Split, bands
from nmr_emg.dsp.onset.evidence import excess, weights
from nmr_emg.dsp.onset.floor import Floor
from nmr_emg.dsp.onset.history import History
from nmr_emg.dsp.onset.page import Page
from nmr_emg.dsp.onset.verdict import Judge, Verdict

RATES = (125.0, 250.0, 500.0, 1000.0, 2000.0)


@pytest.mark.parametrize("rate", RATES)
def test_the_bands_are_the_filters_that_they_say(rate):
    rng = np.random.default_rng(1)
    x = 2e4 + rng.standard_normal((300, 2))
    taps = bands(rate).taps
    before = np.concatenate([np.repeat(x[:1], taps.shape[1], axis=0), x]) - x[0]
    made = Split(rate, 2)(x, 0)
    for band, kernel in zip(made, taps, strict=True):
        expected = np.square(signal.lfilter(kernel, 1, before, axis=0)[taps.shape[1] :])
        np.testing.assert_allclose(band, expected, atol=1e-9)


@pytest.mark.parametrize("rate", RATES)
def test_drift_and_slow_movement_pass_no_band(rate):
    """A ramp leaves nothing, and a swing of 1 Hz two thousandths of its amplitude at most."""
    second = np.arange(round(3 * rate)) / rate
    steady = slice(round(rate), None)
    assert Split(rate, 1)((1000 * second)[:, None], 0)[:, steady].max() < 1e-12
    swing = Split(rate, 1)(1000 * np.sin(2 * np.pi * second)[:, None], 0)[:, steady]
    assert np.sqrt(swing.max()) < 2.0


@pytest.mark.parametrize("rate", RATES)
def test_a_pop_is_gone_from_the_bands_after_a_few_milliseconds(rate):
    x = np.zeros((round(rate), 1))
    x[round(rate) // 2 :] = 1e4
    last = np.flatnonzero(Split(rate, 1)(x, 0).max(axis=0)[:, 0] > 1e-9)[-1]
    assert last - round(rate) // 2 < bands(rate).taps.shape[1]
    assert bands(rate).taps.shape[1] <= max(5, 0.019 * rate)


def test_one_absurd_sample_does_not_spoil_the_bands_for_good():
    x = np.random.default_rng(2).standard_normal((400, 1))
    spoiled = x.copy()
    spoiled[100:104, 0] = np.nan, np.inf, -1e300, 1e30
    clean, after = Split(1000.0, 1)(x, 0), Split(1000.0, 1)(spoiled, 0)
    np.testing.assert_allclose(after[:, 150:], clean[:, 150:], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("rate", [500.0, 1000.0, 2000.0])
@pytest.mark.parametrize("columns", [1, 3, 8])
def test_compiled_loops_give_the_same_bit_for_bit(numba, monkeypatch, rate, columns):
    rng = np.random.default_rng(3)
    x = 1e4 + rng.standard_normal((600, columns))
    ours, fast = Split(rate, columns), Page(weights(rate), columns)
    for one in (bands_module, page_module):
        monkeypatch.setattr(one, "compiled", lambda *_: None)
    theirs, plain = Split(rate, columns), Page(weights(rate), columns)
    inverse, active = np.abs(rng.standard_normal((2, columns))), rng.random(columns) < 0.5
    for first in range(0, 600, 25):
        a, b = ours(x[first : first + 25], 0), theirs(x[first : first + 25], 0)
        np.testing.assert_array_equal(a, b)
        made, told = fast(a, inverse, active, None), plain(b, inverse, active, None)
        for name in ("z", "onset", "offset", "rises", "falls"):
            np.testing.assert_array_equal(getattr(made, name), getattr(told, name), err_msg=name)


def floor(rate=250, freedom=(0.36,), columns=1):
    return Floor(round(rate / 4), np.array(freedom), columns)


def windows(rng, count, freedom=0.36 * 62, power=1.0):
    """Mean powers of noise with so many degrees of freedom."""
    return power * rng.chisquare(freedom, count) / freedom


def test_the_level_at_rest_is_not_biased_and_does_not_mind_contractions():
    """A low quantile of windows, corrected for what a quantile of noise lacks; a third of them are contractions."""
    levels = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        one = floor()
        powers = windows(rng, 120)
        powers[40:60], powers[80:100] = 50, 300
        for power in powers:
            one.add(np.array([[power]]), np.array([False]))
        levels.append(one.power[0, 0])
    assert np.mean(levels) == pytest.approx(1, abs=0.06)
    assert np.std(levels) < 0.08


def test_the_level_follows_when_rest_becomes_quieter_and_gives_way_after_two_minutes():
    one, quiet = floor(), np.array([False])
    for power in [5.0] * 60 + [1.0] * 40:
        one.add(np.array([[power]]), quiet)
    assert one.power[0, 0] < 1.3
    for _ in range(479):
        one.add(np.array([[100.0]]), quiet)
    assert one.power[0, 0] < 1.3
    for _ in range(5):
        one.add(np.array([[100.0]]), quiet)
    assert one.power[0, 0] > 80


def test_a_faint_hold_becomes_the_new_rest_after_ten_seconds():
    one = floor()
    for _ in range(60):
        one.add(np.array([[1.0]]), np.array([False]))
    for _ in range(40):
        one.add(np.array([[3.0]]), np.array([True]))
    assert one.power[0, 0] < 1.3
    for _ in range(4):
        one.add(np.array([[3.0]]), np.array([True]))
    assert one.power[0, 0] > 2.5


def test_a_declared_rest_holds_at_once_and_does_not_rise_over_four_times():
    one = floor()
    one.declare(np.array([[2.0]]))
    assert one.power[0, 0] == pytest.approx(2.0)
    for _ in range(700):
        one.add(np.array([[50.0]]), np.array([False]))
    assert one.power[0, 0] == pytest.approx(8.0)
    one.declare(np.array([[np.nan]]))
    assert one.power[0, 0] == pytest.approx(8.0)


def test_the_weights_are_the_likelihood_ratio_of_two_variances():
    """ln of N(x; 0, R)/N(x; 0, 1), one degree of freedom: z/2 · (1 − 1/R) − ln(R)/2."""
    table = weights(1000.0)
    split = bands(1000.0)
    ratio = 1 + 10 ** (5 / 10) * split.gain
    z = np.array([3.0, 7.0])
    expected = (split.freedom * (z / 2 * (1 - 1 / ratio) - np.log(ratio) / 2)).sum()
    assert table.of(z[:, np.newaxis], 20.0)[1, 0] == pytest.approx(expected, rel=1e-12)


def test_pages_sum_starts_anew_at_every_low():
    start = np.zeros(1), np.zeros(1)
    evidence = np.array([[1.0, -3, 2, 2, -1, -5, 4]])
    sums, least, over = excess(start, evidence)
    best = [max(evidence[0, a : n + 1].sum() for a in range(n + 1)) for n in range(7)]
    np.testing.assert_allclose(over[0], np.maximum(best, 0))
    again = excess((sums[:, 2], least[:, 2]), evidence[:, 3:])
    np.testing.assert_array_equal(again[2], over[:, 3:])


def noise(rate, level, rows, rng):
    """z of two bands: chi-square with each band's degrees of freedom, spread over its correlated samples."""
    freedom = np.maximum(bands(rate).freedom[:2], 0.05)
    return np.stack([g * rng.chisquare(f, rows) / f for g, f in zip(level, freedom, strict=True)])


def test_the_judge_tells_muscle_from_a_blow_a_wave_and_a_hum():
    rng, judge, rate = np.random.default_rng(4), Judge(1000.0, 4.0), 1000
    rest, muscle = noise(rate, (1, 1), 100, rng), noise(rate, (26, 4.5), 60, rng)
    blow, wave = rest.copy(), rest.copy()
    blow[:, 60:66] = 1000.0
    wave[0, 50:80] = 300.0
    swing = np.stack([noise(rate, (30, 1), 90, rng)[0], rest[1, :90]])
    assert judge(np.concatenate([rest, muscle], axis=1), 1)[0] is Verdict.MUSCLE
    for other in (blow, wave, swing):
        assert judge(other, 1)[0] is not Verdict.MUSCLE
    quiet = noise(rate, (1, 1), 60, rng)
    assert judge(np.concatenate([blow, quiet], axis=1), 1)[0] is Verdict.ARTEFACT
    assert judge(np.concatenate([rest, muscle], axis=1), 1, beating=True)[0] is not Verdict.MUSCLE


def test_short_excursions_that_look_alike_are_remembered_for_a_minute():
    rng, rate = np.random.default_rng(5), 1000
    beat = signal.windows.gaussian(80, 8) * np.cos(np.arange(80) / 6)
    alike = Alike(rate, 2)
    for turn in range(2):
        assert not alike.known(0, 900 * turn)
        alike.see(0, 900 * turn, 100 * beat + rng.standard_normal(80))
        alike.see(1, 900 * turn, rng.standard_normal(80))
    assert alike.known(0, 2000)
    assert alike.known(0, 60_000)
    assert not alike.known(0, 61_000)
    assert not alike.known(1, 2000)


def test_a_history_gives_what_it_was_given():
    rng = np.random.default_rng(6)
    rows = rng.standard_normal((500, 3))
    kept, first = History(100), 0
    while first < 500:
        last = first + int(rng.integers(0, 40))
        kept.add(rows[first:last])
        first = min(last, 500)
        later = int(rng.integers(0, 20))
        if first > 150:
            np.testing.assert_array_equal(
                kept.column(1, later, 70), rows[first - later - 70 : first - later, 1]
            )
