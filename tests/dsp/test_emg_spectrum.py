"""The model spectrum against figures that were computed from its formula elsewhere."""

import numpy as np
import pytest
from scipy import signal
from scipy.optimize import brentq

from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.emg_spectrum import Band, emg_power, recorded, sinc, weighted_delay
from nmr_emg.dsp.profile import load_profile

MODULATOR = 1.024e6


def cyton(f):
    """An ADS1299 at 250 samples a second."""
    return sinc(f, 250, MODULATOR, 3)


def daisy(f):
    """The same, two samples averaged."""
    return cyton(f) * sinc(f, 125, 250)


def ganglion(f):
    """An MCP3912 at its highest oversampling, 4096: sinc³ over 512, then the mean of 8 (as its sister's datasheet, DS20002286B, 5.5)."""
    return sinc(f, 1600, 819_200, 3) * sinc(f, 200, 1600)


def decibel(ratio):
    return 20 * np.log10(ratio)


@pytest.mark.parametrize(
    ("f", "db"),
    [
        (20, -0.27),
        (50, -1.74),
        (60, -2.52),
        (65.5, -3.01),
        (100, -7.26),
        (115, -9.80),
        (125, -11.77),
        (150, -17.83),
    ],
)
def test_the_converters_response(f, db):
    assert decibel(cyton(np.array([f, 0.0])))[0] == pytest.approx(db, abs=0.006)
    assert sinc(np.array([0.0, 250.0]), 250, MODULATOR, 3) == pytest.approx([1, 0], abs=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "median", "bandwidth"),
    [(0, 500, 94.752, 200.6), (20, 450, 95.668, 193.4), (20, 115, 69.580, None)],
)
def test_the_models_median_and_bandwidth(low, high, median, bandwidth):
    band = Band(low, high)
    assert band.median == pytest.approx(median, abs=0.01)
    assert bandwidth is None or band.bandwidth == pytest.approx(bandwidth, abs=0.1)


def test_the_share_of_a_cyton():
    assert Band(20, 115).share == pytest.approx(0.615, abs=5e-4)
    carried = Band(20, 115, recorded(cyton, 250))
    assert carried.share == pytest.approx(0.293, abs=5e-4)
    assert carried.amplitude == pytest.approx(0.5415, abs=1e-4)
    assert carried.median == pytest.approx(54.911, abs=0.01)
    assert carried.bandwidth == pytest.approx(78.5, abs=0.1)


def test_what_is_folded_down_on_a_cyton_lies_21_decibels_below_the_emg():
    alone = Band(20, 115, lambda f: emg_power(f) * cyton(f) ** 2).share
    folded = Band(20, 115, recorded(cyton, 250)).share - alone
    assert 10 * np.log10(folded / alone) == pytest.approx(-21.4, abs=0.5)


def test_noise_that_is_averaged_and_decimated_has_the_spectrum_that_is_said():
    """EMG noise at 1000 Hz, means of four: power by frequency, as a share of all."""
    rng = np.random.default_rng(5)
    f = np.fft.rfftfreq(2**20, 1e-3)
    noise = np.fft.irfft(
        np.sqrt(emg_power(f)) * (rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f)))
    )
    at, power = signal.welch(noise.reshape(-1, 4).mean(axis=1), 250, nperseg=256)
    expected = recorded(lambda f: sinc(f, 250, 1000), 250)(at)
    bands = [slice(i, i + 16) for i in range(8, 120, 16)]
    found = np.array([power[band].sum() for band in bands])
    wanted = np.array([expected[band].sum() for band in bands])
    np.testing.assert_allclose(found / found.sum(), wanted / wanted.sum(), rtol=0.03)


@pytest.mark.parametrize(
    ("name", "gain", "rate", "high"),
    [
        ("cyton250", cyton, 250, 115),
        ("daisy125", daisy, 125, 57),
        ("ganglion200", ganglion, 200, 92),
        ("lab1000", np.ones_like, 1000, 450),
        ("lab2000", np.ones_like, 2000, 450),
    ],
)
def test_a_profile_says_how_much_of_the_emg_it_carries(name, gain, rate, high):
    profile = load_profile(name)
    carried = Band(20, high, emg_power if gain is np.ones_like else recorded(gain, rate))
    assert profile.band.lost_power == pytest.approx(1 - carried.share, abs=0.001)
    assert profile.band.amplitude == pytest.approx(carried.amplitude, abs=0.001)
    if profile.band.hardware_3db is not None:
        corner = brentq(lambda f: decibel(gain(np.array([f])))[0] + 10 * np.log10(2), 20, 0.6 * rate)
        assert profile.band.hardware_3db == pytest.approx(corner, abs=0.1)
        assert f"{profile.band.amplitude:.2f} of" in profile.lost


def edges(name):
    return next(one for one in load_profile(name).chain().stages if isinstance(one, Bandpass))


@pytest.mark.parametrize(
    ("name", "rate"),
    [("cyton250", 250), ("daisy125", 125), ("ganglion200", 200), ("lab1000", 1000), ("lab2000", 2000)],
)
def test_the_band_ends_at_no_more_than_0_46_of_the_rate(name, rate):
    assert edges(name).high <= 0.46 * rate


@pytest.mark.parametrize(
    ("rate", "high", "gain", "ms"),
    [(250, 115, cyton, 8.3), (200, 95, lambda f: sinc(f, 200, MODULATOR, 3), 10.3), (1000, 450, None, 2.6)],
)
def test_the_delay_of_emg(rate, high, gain, ms):
    """The reference weighs with what the converter records, in which these figures hold within 5 %."""
    sos = signal.butter(4, [20, high], "bandpass", fs=rate, output="sos")
    power = emg_power if gain is None else recorded(gain, rate)
    assert 1000 * weighted_delay(sos, rate, 20, high, power) == pytest.approx(ms, rel=0.06)


def test_the_delay_is_where_the_energy_of_a_burst_lies():
    """EMG-coloured impulses through the filter: the centroid of what comes out, less that of what goes in."""
    rate = 1000
    sos = signal.butter(4, [20, 450], "bandpass", fs=rate, output="sos")
    f = np.fft.rfftfreq(8192, 1 / rate)
    pulse = np.fft.irfft(np.sqrt(emg_power(f)) * np.exp(-2j * np.pi * f * 4))
    n = np.arange(len(pulse))

    def middle(x):
        return (n * x**2).sum() / (x**2).sum() / rate

    passed = signal.sosfilt(sos, pulse)
    # Weighted with the power that comes out, over all of the spectrum.
    expected = weighted_delay(sos, rate, 0.5, 499.5)
    assert middle(passed) - middle(pulse) == pytest.approx(expected, abs=2e-4)
