"""The models of the EMG: spectra, levels and firing against published numbers."""

import numpy as np
import pytest
from scipy import signal, stats

from nmr_emg import microvolts
from nmr_emg.drivers.simulation.contraction import Activation, Fatigue, Tremor
from nmr_emg.drivers.simulation.gaussian import shaping, spectrum
from nmr_emg.drivers.simulation.motor_units import firing, pool
from nmr_emg.drivers.simulation.scene import Muscle, Scene
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.testing import collect

LAB, CYTON = (1000, 20, 450), (250, 20, 115)


def steady(percent=100.0, seconds=100.0, **changes):
    """A scene with one muscle that never stops; 100 % is 1000 µV."""
    contraction = Activation(0, seconds, percent, 0, 0)
    muscle = Muscle("a", mvc_uV=1000, noise_uV=0, activations=(contraction,), **changes)
    return Scene("steady", seconds, (muscle,))


def signal_of(scene, **settings):
    driver = Simulator(scene, seconds=scene.seconds, **settings)
    return microvolts(driver.info)(collect(driver).track("raw"))[:, 0]


def density(samples, rate):
    return signal.welch(samples, rate, nperseg=round(rate))


def band(frequency, power, low, high):
    """RMS, mean and median frequency within a band; a bin reaches half a step to either side."""
    inside = (frequency >= low) & (frequency <= high)
    f, p = frequency[inside], power[inside]
    step = f[1] - f[0]
    grown = np.concatenate([[0], np.cumsum(p)])
    median = np.interp(grown[-1] / 2, grown, np.append(f - step / 2, f[-1] + step / 2))
    return np.sqrt(p.sum() * step), (f * p).sum() / p.sum(), median


@pytest.mark.parametrize(
    ("low", "high", "mnf", "mdf"), [(0, 500, 115.394, 94.752), (20, 450, 115.485, 95.668)]
)
def test_the_spectrum_has_its_published_mean_and_median(low, high, mnf, mdf):
    frequency = np.arange(0.005, 500, 0.01)
    _, mean, median = band(frequency, spectrum(frequency), low, high)
    assert mean == pytest.approx(mnf, abs=0.01)
    assert median == pytest.approx(mdf, abs=0.01)


def test_the_filter_has_the_spectrum():
    frequency = np.arange(0.5, 500.0)
    _, response = signal.sosfreqz(shaping(8000.0), frequency, fs=8000)
    ours, theirs = np.abs(response) ** 2, spectrum(frequency)
    _, mean, median = band(frequency, ours, 0, 500)
    assert mean == pytest.approx(115.394, rel=0.005)
    assert median == pytest.approx(94.752, rel=0.005)
    inside = (frequency > 20) & (frequency < 450)
    np.testing.assert_allclose((ours / ours[60])[inside], (theirs / theirs[60])[inside], rtol=0.05)


def test_a_laboratory_sees_the_level_and_the_spectrum():
    rms, mean, median = band(*density(signal_of(steady(), rate=1000), 1000), *LAB[1:])
    assert rms == pytest.approx(1000, rel=0.02)
    assert mean == pytest.approx(115.5, rel=0.015)
    assert median == pytest.approx(95.7, rel=0.02)


def test_a_cyton_sees_less_and_lower():
    rms, _, median = band(*density(signal_of(steady(), rate=250, cyton=True), 250), *CYTON[1:])
    assert rms == pytest.approx(541.5, rel=0.025)
    assert median == pytest.approx(54.9, abs=1.2)


@pytest.mark.parametrize(
    ("settings", "profile", "shift"),
    [({"rate": 1000}, LAB, -0.186), ({"rate": 250, "cyton": True}, CYTON, -0.087)],
    ids=["laboratory", "cyton"],
)
@pytest.mark.parametrize("model", ["gaussian", "motor-units"])
def test_a_fifth_less_velocity_lowers_the_median(settings, profile, shift, model):
    def median(fatigue):
        samples = signal_of(steady(seconds=150.0, fatigue=fatigue), model=model, **settings)
        return band(*density(samples, profile[0]), *profile[1:])

    fresh, tired = median(None), median(Fatigue(0, 0.001, velocity=0.8, amplitude=1))
    assert tired[2] / fresh[2] - 1 == pytest.approx(shift, abs=0.03)


@pytest.mark.parametrize("model", ["gaussian", "motor-units"])
def test_fatigue_raises_the_amplitude_as_written(model):
    fatigue = Fatigue(0, 30, velocity=0.8, amplitude=1.5)
    samples = signal_of(steady(60, seconds=60.0, fatigue=fatigue), rate=1000, model=model)
    first, last = samples[:3000].std(), samples[30_000:].std()
    assert last / first == pytest.approx(1.5 / 1.025, rel=0.07)


@pytest.mark.parametrize("percent", [5, 20, 50, 80, 100])
def test_motor_units_keep_the_level(percent):
    rms, _, median = band(
        *density(signal_of(steady(percent, 40.0), rate=1000, model="motor-units"), 1000), *LAB[1:]
    )
    assert rms == pytest.approx(10 * percent, rel=0.08)
    assert 80 < median < 115


def test_few_motor_units_are_far_from_gaussian():
    def kurtosis(model, percent):
        return stats.kurtosis(signal_of(steady(percent, 40.0), rate=2000, model=model), fisher=False)

    assert kurtosis("gaussian", 2) == pytest.approx(3, abs=0.15)
    assert kurtosis("motor-units", 2) > 4
    assert kurtosis("motor-units", 100) < kurtosis("motor-units", 2) - 1


def test_motor_units_are_recruited_and_fire_as_in_fuglevand():
    units = pool(np.random.default_rng(0))
    excitation = np.linspace(0, 60, 6001)
    rates = units.rates(excitation)
    recruited = excitation[(rates > 0).argmax(axis=1)]
    assert recruited[-1] / units.thresholds[-1] == pytest.approx(1, abs=0.001)
    assert units.thresholds[-1] == pytest.approx(30)
    assert np.all(np.diff(units.thresholds) > 0)
    np.testing.assert_allclose([row[row > 0][0] for row in rates], 8, atol=0.02)
    assert rates[0, -1] == pytest.approx(35, abs=0.5)
    assert rates[-1, -1] == pytest.approx(25)


def test_units_keep_their_rates_and_intervals_vary_by_a_fifth():
    units = pool(np.random.default_rng(0))
    fire = firing(units, 8000.0, np.random.default_rng(1))
    excitation = np.full(500, 20.0)
    found = [(who, frame * 4000 + when) for frame in range(120) for who, when in [fire(excitation, 4000)]]
    who, when = (np.concatenate(parts) for parts in zip(*found, strict=True))
    expected = units.rates(np.array([20.0]))[:, 0]
    assert set(who) == set(np.flatnonzero(expected > 0))
    for unit in (0, 40, 90):
        intervals = np.diff(np.sort(when[who == unit])) / 8000
        assert intervals.mean() == pytest.approx(1 / expected[unit], rel=0.03)
        assert intervals.std() / intervals.mean() == pytest.approx(0.2, abs=0.02)


def test_tremor_swells_at_its_rate_and_keeps_the_power():
    calm = signal_of(steady(50), rate=1000)
    shaking = signal_of(steady(50, tremor=Tremor(hz=5, depth=0.9)), rate=1000)
    frequency, power = signal.welch(np.abs(shaking), 1000, nperseg=8000)
    slow = (frequency > 1) & (frequency < 20)
    assert frequency[slow][np.argmax(power[slow])] == pytest.approx(5, abs=0.13)
    assert shaking.std() == pytest.approx(calm.std(), rel=0.03)


def test_noise_and_tone_make_up_the_rest():
    quiet = Scene("quiet", 60, (Muscle("a", noise_uV=2), Muscle("b", noise_uV=0, tone=2, mvc_uV=500)))
    driver = Simulator(quiet, seconds=60, rate=250)
    samples = microvolts(driver.info)(collect(driver).track("raw"))
    seen = signal.sosfilt(signal.butter(4, [20, 115], "bandpass", fs=250, output="sos"), samples, axis=0)[
        250:
    ]
    assert 1.60 < seen[:, 0].std() < 1.83
    assert samples[:, 1].std() == pytest.approx(10 * 0.615**0.5, rel=0.15)
