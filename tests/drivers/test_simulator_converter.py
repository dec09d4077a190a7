"""The converter: the response of the ADS1299 against its data sheet, a clean filter, rails and counts."""

import numpy as np
import pytest
from scipy import signal

from nmr_emg import microvolts
from nmr_emg.drivers.simulation.converter import LSB, antialias, counts, decimator, sinc3
from nmr_emg.drivers.simulation.interference import Mains
from nmr_emg.drivers.simulation.scene import Muscle, Scene
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.testing import collect

ADS1299_DB = {20: -0.27, 50: -1.74, 60: -2.52, 100: -7.26, 115: -9.80, 125: -11.77, 150: -17.83}


def gain_db(taps, frequency, rate):
    _, response = signal.freqz(taps, worN=[frequency], fs=rate)
    return 20 * np.log10(np.abs(response[0]))


@pytest.mark.parametrize(("frequency", "expected"), ADS1299_DB.items())
def test_three_boxcars_are_the_decimator_of_the_ads1299(frequency, expected):
    assert gain_db(sinc3(4096), frequency, 1_024_000) == pytest.approx(expected, abs=0.006)
    assert gain_db(sinc3(32), frequency, 8000) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize(("frequency", "expected"), list(ADS1299_DB.items())[:5])
def test_a_tone_through_the_whole_simulator(frequency, expected):
    tone = Mains(hz=frequency, rms_uV=1000, second=0, third=0, fifth=0, swell=0)
    scene = Scene("tone", 4, (Muscle("a", noise_uV=0),))

    def rms(*, cyton):
        driver = Simulator(scene, seconds=4, rate=250, cyton=cyton, disturbances=[tone])
        return microvolts(driver.info)(collect(driver).track("raw")).std()

    assert rms(cyton=False) == pytest.approx(1000, rel=0.01 if frequency < 113 else 0.2)
    assert 20 * np.log10(rms(cyton=True) / 1000) == pytest.approx(expected, abs=0.03)


@pytest.mark.parametrize("factor", [8, 32, 64])
def test_the_clean_filter_is_flat_and_lets_no_alias_into_the_band(factor):
    frequency, response = signal.freqz(antialias(factor), worN=8192, fs=factor)
    gain = np.abs(response)
    assert np.abs(gain[frequency <= 0.45] - 1).max() < 0.002
    assert gain[frequency >= 0.55].max() < 0.0015


def test_a_decimator_gives_what_filtering_and_picking_gives():
    samples = np.random.default_rng(0).standard_normal(960)
    taps = sinc3(16)
    decimate = decimator(taps, 16)
    ours = np.concatenate([decimate(part) for part in np.split(samples, [16, 64, 480])])
    np.testing.assert_allclose(ours, signal.lfilter(taps, 1, samples)[::16], atol=1e-12)


def test_counts_round_and_stop_at_the_rails():
    exact = np.array([87.305914, -87.305914, 187500.0, -187500.02235, 1e7, -1e7])
    expected = [3906, -3906, 8388607, -8388608, 8388607, -8388608]
    np.testing.assert_array_equal(counts(exact), expected)
    assert np.abs(counts(np.linspace(-1, 1, 999)) * LSB - np.linspace(-1, 1, 999)).max() <= LSB / 2 + 1e-12


def test_a_constant_offset_stays_what_it_is():
    scene = Scene("offset", 2, (Muscle("a", noise_uV=0, offset_uV=-5000),))
    for cyton in (False, True):
        samples = collect(Simulator(scene, seconds=2, cyton=cyton)).track("raw")
        np.testing.assert_array_equal(samples, round(-5000 / LSB))
