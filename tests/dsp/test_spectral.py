"""Spectra against closed forms and other people's programs."""

from math import log

import numpy as np
import pytest
from scipy import integrate, optimize, signal

from nmr_emg.dsp.spectral import (
    fatigue_index,
    low_share,
    mean_frequency,
    median_frequency,
    moment,
    periodogram,
)


def stulen_de_luca(f):
    """The spectrum of a model EMG (IEEE Trans Biomed Eng 28:515-523, 1981)."""
    return 120.0**4 * f**2 / ((f**2 + 60.0**2) * (f**2 + 120.0**2) ** 2)


def grid(top, resolution):
    return np.arange(round(top / resolution) + 1) * resolution


def test_a_flat_band_has_mean_and_median_in_its_middle():
    flat = np.ones(1001)
    assert mean_frequency(flat, 0.5, 10, 500) == pytest.approx(255, rel=1e-12)
    assert median_frequency(flat, 0.5, 10, 500) == pytest.approx(255, rel=1e-12)


def test_a_spectrum_that_rises_evenly_has_two_thirds_and_one_over_root_two():
    rising = grid(150, 1.0)
    assert mean_frequency(rising, 1.0) == pytest.approx(100.0, abs=1e-3)
    assert median_frequency(rising, 1.0) == pytest.approx(106.066, abs=1e-3)


@pytest.mark.parametrize(("low", "high", "median"), [(0, 500, 94.752), (20, 450, 95.668), (20, 115, 69.580)])
def test_the_median_frequency_of_the_model_emg(low, high, median):
    def surplus(f):
        return integrate.quad(stulen_de_luca, low, f)[0] - integrate.quad(stulen_de_luca, f, high)[0]

    exact = optimize.brentq(surplus, 30, 200)
    assert exact == pytest.approx(median, abs=0.01)
    assert median_frequency(stulen_de_luca(grid(500, 0.1)), 0.1, low, high) == pytest.approx(exact, abs=1e-4)
    assert median_frequency(stulen_de_luca(grid(500, 1.0)), 1.0, low, high) == pytest.approx(exact, abs=5e-3)


@pytest.mark.parametrize(("low", "high", "mean"), [(0, 500, 115.394), (20, 450, 115.485)])
def test_the_mean_frequency_of_the_model_emg(low, high, mean):
    assert mean_frequency(stulen_de_luca(grid(500, 0.1)), 0.1, low, high) == pytest.approx(mean, abs=2e-3)


@pytest.mark.parametrize("order", [-1, 0, 1, 2, 5])
def test_moments_are_the_integrals(order):
    wanted, _ = integrate.quad(lambda f: f**order * stulen_de_luca(f), 20, 450, epsabs=0, epsrel=1e-10)
    assert moment(stulen_de_luca(grid(500, 0.5)), 0.5, order, 20, 450) == pytest.approx(wanted, rel=2e-4)


def test_the_fatigue_index_of_a_flat_band():
    wanted = log(50) / ((500.0**6 - 10.0**6) / 6)
    assert wanted == pytest.approx(1.502217e-15, rel=1e-6)
    assert fatigue_index(np.ones(5001), 0.1, 10, 500) == pytest.approx(wanted, rel=1e-5)
    assert fatigue_index(np.ones(501), 1.0, 10, 500) == pytest.approx(wanted, rel=1e-3)


def test_the_fatigue_index_of_a_line():
    line = np.zeros(501)
    line[80] = 7.0
    assert fatigue_index(line, 1.0, 20, 450) == pytest.approx(3.814697e-12, rel=1e-6)


@pytest.mark.parametrize(("order", "ratio"), [(5, 3.814697), (1, 1.5625)])
def test_a_spectrum_compressed_to_four_fifths_raises_the_fatigue_index(order, ratio):
    f = grid(1000, 0.1)
    before = fatigue_index(stulen_de_luca(f), 0.1, 20, 450, order)
    after = fatigue_index(stulen_de_luca(f / 0.8) / 0.8, 0.1, 16, 360, order)
    assert after / before == pytest.approx(ratio, rel=1e-4)


def test_frequencies_move_smoothly_with_the_edge_of_the_band():
    power = stulen_de_luca(grid(500, 1.0))
    found = np.array([median_frequency(power, 1.0, low, 450) for low in np.arange(20, 23, 0.05)])
    assert np.diff(found).min() > 0
    assert np.diff(found).max() < 0.03


def test_columns_are_told_apart_and_silence_has_no_frequency():
    power = np.stack([np.ones(101), np.zeros(101), grid(100, 1.0)], axis=1)
    with np.errstate(all="raise"):
        for each in (mean_frequency, median_frequency):
            found = each(power, 1.0)
            assert np.isnan(found[1])
            for column in (0, 2):
                assert found[column] == each(power[:, column], 1.0)
        assert np.isnan(fatigue_index(power, 1.0, 20, 90)[1])


@pytest.mark.parametrize("length", [250, 248, 1000, 1259])
def test_a_periodogram_is_scipys(length):
    x = np.random.default_rng(3).standard_normal((length, 3))
    f, wanted = signal.periodogram(x, 1000.0, "hann", detrend=False, axis=0)
    found = periodogram(x, 1000.0)
    inner = slice(1, -1)
    assert found[inner] == pytest.approx(wanted[inner], rel=1e-9)
    assert f[1] == pytest.approx(1000.0 / length)


def test_a_periodogram_holds_the_power_of_the_signal():
    x = 50 * np.random.default_rng(5).standard_normal(1000)
    tapered = signal.windows.hann(1000, sym=False)
    wanted = np.square(x * tapered).sum() / np.square(tapered).sum()
    assert moment(periodogram(x, 1000.0), 1.0, 0) == pytest.approx(wanted, rel=1e-12)


def test_a_periodogram_of_one_column_is_the_same_beside_others():
    x = np.random.default_rng(6).standard_normal((1000, 8))
    together = periodogram(x, 1000.0)
    for column in range(8):
        np.testing.assert_array_equal(together[:, column], periodogram(x[:, column], 1000.0))


def test_motion_shows_in_the_share_of_low_frequencies_and_a_drift_does_not():
    rng = np.random.default_rng(8)
    sos = signal.butter(4, [20, 450], "bandpass", fs=1000, output="sos")
    emg = 50 * signal.sosfilt(sos, rng.standard_normal(4000))
    t = np.arange(4000) / 1000
    moving = signal.sosfilt(
        signal.butter(2, [2, 10], "bandpass", fs=1000, output="sos"), rng.standard_normal(4000)
    )
    assert low_share(emg, 1000, 450) < 0.04
    assert low_share(emg + 3000 + 500 * t, 1000, 450) < 0.04
    assert low_share(emg + 100 * moving / moving.std(), 1000, 450) > 0.5
    assert low_share(100 * np.sin(2 * np.pi * 5 * t), 1000, 450) == pytest.approx(1, abs=1e-6)
    assert np.isnan(low_share(np.zeros(1000), 1000, 450))
