import numpy as np
import pytest
from scipy import signal

from nmr_emg.analysis.spectrum import median_frequency

RATE = 1000


def shaped(frequencies, seconds, seed=0):
    """Noise whose power lies evenly from 30 Hz to twice its median frequency less 30, second by second."""
    rng = np.random.default_rng(seed)
    parts = []
    for median in np.resize(frequencies, seconds):
        sos = signal.butter(8, [30, 2 * median - 30], "bandpass", fs=RATE, output="sos")
        parts.append(signal.sosfilt(sos, rng.standard_normal(2 * RATE))[RATE:])
    return np.concatenate(parts)


def contraction(medians, seconds):
    rest = 2 * np.random.default_rng(9).standard_normal(4 * RATE)
    return np.concatenate([rest, 100 * shaped(medians, seconds), rest])


def test_the_median_frequency_of_a_spectrum_by_hand():
    assert median_frequency(np.array([0, 0, 1.0, 0, 0]), 10.0) == 20
    assert median_frequency(np.ones(101), 1.0) == pytest.approx(50)
    assert median_frequency(np.array([1.0, 1.0, 2.0]), 10.0) == pytest.approx(15)


def test_the_median_frequency_while_active_is_that_of_the_contraction(ask):
    channel = ask(RATE, contraction([90.0], 10))["channels"][0]
    assert channel["mdf_hz"] == pytest.approx(90, abs=6)


def test_fatigue_is_a_falling_median_frequency(ask):
    """From 100 Hz to 70 Hz within a minute: half a percent a second."""
    fatigue = ask(RATE, contraction(np.linspace(100, 70, 60), 60))["channels"][0]["fatigue"]
    assert fatigue["mdf_start_hz"] == pytest.approx(100, abs=6)
    assert fatigue["slope_percent_s"] == pytest.approx(-0.5, abs=0.1)
    low, high = fatigue["ci"]
    assert low < fatigue["slope_percent_s"] < high < 0
    assert fatigue["windows"] == pytest.approx(60, abs=2)


def test_no_fatigue_has_an_interval_over_zero(ask):
    low, high = ask(RATE, contraction([90.0], 40))["channels"][0]["fatigue"]["ci"]
    assert low < 0 < high


def test_a_few_seconds_are_no_trend(ask):
    fatigue = ask(RATE, contraction([90.0], 6))["channels"][0]["fatigue"]
    assert fatigue["slope_percent_s"] is None
    assert "needs 8 active seconds over 20 s" in fatigue["reason"]


def test_a_slow_board_is_refused_the_spectrum_in_words(ask):
    x = 50 * np.random.default_rng(1).standard_normal(200 * 30)
    channel = ask(200, x)["channels"][0]
    assert channel["mdf_hz"] is None
    assert channel["fatigue"]["reason"] == "200 samples a second cannot carry the EMG spectrum"
