import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy import signal

from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.dating import date_end, date_onset

BEFORE, AFTER = 1.2, 0.6
"""Each recording holds so much rest before and activity after the onset (s)."""


def shaped(rng, rows, count, rate, power):
    """Gaussian noise of a power spectrum, of unit power between 20 Hz and min(450 Hz, 0.45 · rate)."""
    f = np.fft.rfftfreq(count, 1 / rate)
    p = power(f)
    heard = (f >= 20) & (f <= min(450.0, 0.45 * rate))
    p = p / (p[heard].sum() * f[1])
    return np.fft.irfft(np.fft.rfft(rng.standard_normal((rows, count))) * np.sqrt(p * rate / 2), count)


def emg(rng, rows, count, rate):
    """EMG after Shwedyk et al. 1977, IEEE Trans Biomed Eng 24:417-424; corners drawn from what they span."""
    low, high = rng.uniform(30, 60), rng.uniform(90, 160)
    return shaped(
        rng, rows, count, rate, lambda f: high**4 * f**2 / ((f**2 + low**2) * (f**2 + high**2) ** 2)
    )


def rise(name, lasts, since):
    after = np.maximum(since, 0)
    if name == "step":
        return (since > 0) * 1.0
    return np.minimum(after / lasts, 1) if name == "line" else 1 - np.exp(-after / lasts)


def bursts(rate, snr, rows=40, seed=0, name="step", lasts=(0.05, 0.3), backwards=False):
    """Filtered recordings (rows, samples) in µV, the index of the first active sample, and the power of rest."""
    rng = np.random.default_rng([seed, int(rate), int(10 * abs(snr))])
    onset, count = round(BEFORE * rate), round((BEFORE + AFTER) * rate)
    since = (np.arange(count) - onset + 1) / rate
    amplitude = np.array([rise(name, rng.uniform(*lasts), since) for _ in range(rows)])
    if backwards:
        amplitude, onset = amplitude[:, ::-1], count - onset
    noise = shaped(rng, rows, count, rate, np.ones_like)
    x = 5.0 * (noise + 10 ** (snr / 20) * amplitude * emg(rng, rows, count, rate))
    sections = Bandpass(mains=()).sections(rate)
    known = signal.sosfilt(sections, shaped(rng, 8, 4 * count, rate, np.ones_like))[:, round(rate / 4) :]
    return signal.sosfilt(sections, x), onset, 25.0 * np.mean(np.square(known))


def errors(rate, snr, known, after=0.0, **more):
    """Errors of the dates (ms) when `known` s after the onset it is decided and `after` s later dated."""
    filtered, onset, rest = bursts(rate, snr, **more)
    end, late = onset + round((known + after) * rate), round(after * rate)
    dates = [date_onset(x[:end], rest, rate, late) for x in filtered]
    error = np.array([end - 1 + d.index - onset for d in dates]) / rate * 1e3
    return error, np.array([d.error for d in dates]) * 1e3


@pytest.mark.parametrize("after", [0.0, 0.15])
def test_a_sudden_onset_is_dated_without_bias(after):
    found = [errors(rate, snr, 0.06, after)[0] for rate in (250, 1000, 2000) for snr in (10, 15, 20)]
    pooled = np.concatenate(found)
    assert abs(np.median(pooled)) < 3
    assert np.mean(np.abs(pooled)) < 6
    assert np.mean(np.abs(pooled) <= 50) >= 0.98


@pytest.mark.parametrize(("rate", "within", "late"), [(250, 0.9, 60), (1000, 0.97, 20)])
@pytest.mark.parametrize("name", ["line", "curve"])
def test_a_slow_onset_is_dated_near_its_foot(rate, within, late, name):
    error, spread = errors(
        rate, 10, 0.12, 0.15, name=name, lasts=(0.05, 0.3) if name == "line" else (0.02, 0.08)
    )
    assert np.mean(np.abs(error) <= 100) >= within
    assert abs(np.median(error)) < late
    assert np.mean(np.abs(error) < 2 * spread) > 0.7


def test_what_is_faint_has_a_wide_error():
    narrow = errors(1000, 15, 0.06, 0.15)[1]
    wide = errors(1000, 0, 0.15, 0.15)[1]
    assert np.median(narrow) < 10
    assert np.median(wide) > 25


@pytest.mark.parametrize("height", [50.0, 5000.0])
def test_a_spike_before_the_burst_does_not_move_its_date(height):
    filtered, onset, rest = bursts(1000, 10)
    spiked = filtered.copy()
    spiked[:, onset - 180 : onset - 176] += height
    end = onset + 200
    found = [end - 1 + date_onset(x[:end], rest, 1000, 140).index - onset for x in spiked]
    assert np.mean(np.abs(found) <= 50) >= 0.97


def test_a_date_is_never_after_the_decision():
    filtered, onset, rest = bursts(1000, 6, rows=10)
    for x in filtered:
        assert all(date_onset(x[: onset + 50 + n], rest, 1000, n).index <= -n for n in range(0, 300, 37))


def test_the_unit_does_not_matter_and_the_input_stays():
    filtered, onset, rest = bursts(250, 10, rows=5)
    kept = filtered.copy()
    for x in filtered:
        here = date_onset(x[: onset + 20], rest, 250)
        there = date_onset(x[: onset + 20] * 2.0**-20, rest * 2.0**-40, 250)
        assert (here.index, here.snr) == (there.index, there.snr)
    assert_array_equal(filtered, kept)


def test_where_the_samples_lie_in_memory_does_not_matter():
    filtered, onset, rest = bursts(1000, 6, rows=5)
    for x in filtered:
        whole = x[: onset + 90]
        spread = np.zeros((len(whole), 3))
        spread[:, 1] = whole
        shifted = np.concatenate([[0.0], whole])[1:]
        dates = {date_onset(samples, rest, 1000, 40) for samples in (whole, spread[:, 1], shifted)}
        assert len(dates) == 1


def test_the_level_is_told():
    filtered, onset, rest = bursts(1000, 15)
    told = [date_onset(x[: onset + 300], rest, 1000, 200).snr for x in filtered]
    assert abs(np.mean(told) - 15) < 1.5


@pytest.mark.parametrize("rate", [100, 125, 200, 500, 512.5, 1259.26, 4000])
def test_any_rate(rate):
    filtered, onset, rest = bursts(rate, 20, rows=12)
    end = onset + round(0.2 * rate)
    found = np.array([end - 1 + date_onset(x[:end], rest, rate).index - onset for x in filtered]) / rate
    assert np.median(np.abs(found)) < 0.01 + 0.5 / rate


@pytest.mark.parametrize("rate", [250, 1000])
def test_a_sudden_end_is_dated_without_bias(rate):
    filtered, end, rest = bursts(rate, 10, rows=100, backwards=True)
    until = end + round(0.15 * rate)
    found = np.array([until - 1 + date_end(x[:until], rest, rate).index - end for x in filtered]) / rate
    assert abs(np.median(found)) < 0.0025 + 2 / rate
    assert np.mean(np.abs(found) <= 0.05) >= 0.9


@pytest.mark.parametrize("date", [date_onset, date_end])
@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0),
        np.zeros(1),
        np.zeros(7),
        np.zeros(900),
        np.full(900, np.nan),
        np.where(np.arange(900) == 450, np.inf, 0.0),
        np.full(900, 1e300),
    ],
)
@pytest.mark.parametrize("rest", [0.0, 4.0])
def test_nonsense_gives_a_date_within_the_samples(date, samples, rest):
    dated = date(samples, rest, 250)
    assert np.isfinite([dated.index, dated.error, dated.snr]).all()
    assert -max(len(samples), 1) <= dated.index <= 1
