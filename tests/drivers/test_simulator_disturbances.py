"""Disturbances: each is in the signal where and as strong as it says, and nowhere else."""

import numpy as np
import pytest
from scipy import signal, stats

from nmr_emg import microvolts
from nmr_emg.drivers.simulation.artefacts import Ecg, Motion, Pop
from nmr_emg.drivers.simulation.contraction import Activation
from nmr_emg.drivers.simulation.disturbances import DISTURBANCES
from nmr_emg.drivers.simulation.faults import Clipping, ClockDrift, LeadOff, LostPackets
from nmr_emg.drivers.simulation.interference import Drift, Mains
from nmr_emg.drivers.simulation.scene import Muscle, Scene
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.errors import ConfigError
from nmr_emg.testing import collect


def rest(*written, seconds=60, muscles=("a",)):
    return Scene("rest", seconds, tuple(Muscle(label, noise_uV=2) for label in muscles), disturbances=written)


def samples_of(driver):
    return microvolts(driver.info)(collect(driver).track("raw"))


def happened(driver, what):
    return [event for event in driver.truth() if event.data["what"] == what]


def line(samples, rate, hz):
    """RMS of a sine of `hz` in samples that hold whole cycles of it."""
    turn = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate)
    return abs(turn @ samples) / len(samples) * 2**0.5


@pytest.mark.parametrize("hz", [50.0, 50.2, 60.0])
def test_mains_and_harmonics_stand_at_their_lines(hz):
    mains = Mains(hz=hz, rms_uV=20, second=0.1, third=0.2, fifth=0.05, swell=0)
    samples = samples_of(Simulator(rest(mains), seconds=60, rate=1000))[:, 0]
    for order, share in ((1, 1), (2, 0.1), (3, 0.2), (5, 0.05)):
        assert line(samples, 1000, order * hz) == pytest.approx(20 * share, abs=0.15)
    assert line(samples, 1000, hz + 1) < 0.1


def test_mains_swell_slowly():
    mains = Mains(rms_uV=20, swell=0.5, second=0, third=0, fifth=0)
    seconds = samples_of(Simulator(rest(mains), seconds=20, rate=500)).reshape(20, 500).std(axis=1)
    assert 9 < seconds.min() < 13
    assert 27 < seconds.max() < 31


def test_drift_wanders_slowly_and_comes_and_goes_without_a_jump():
    driver = Simulator(rest(Drift(rms_uV=500, hz=0.5, start=10, stop=50)), seconds=60)
    samples = samples_of(driver)[:, 0]
    frequency, power = signal.periodogram(samples, 250)
    assert power[(frequency > 0) & (frequency < 1)].sum() / power[frequency > 0].sum() > 0.99
    assert samples[2500:12_500].std() == pytest.approx(500, rel=0.35)
    assert np.abs(np.diff(samples)).max() < 30
    assert samples[:2400].std() < 3


def test_the_heart_beats_at_its_rate_where_the_truth_says():
    driver = Simulator(rest(Ecg(peak_uV=100, bpm=70)), seconds=120, rate=1000)
    samples = samples_of(driver)[:, 0]
    beats = [event.index for event in happened(driver, "ecg")]
    assert len(beats) == pytest.approx(140, abs=3)
    found, _ = signal.find_peaks(samples, height=60, distance=300)
    assert len(found) == len(beats)
    assert np.abs(found - beats).max() <= 5
    assert np.median(samples[found]) == pytest.approx(100, rel=0.06)


def test_a_high_pass_of_30_hz_leaves_a_microvolt_of_the_heart():
    scene = Scene("heart", 60, (Muscle("a", noise_uV=0),), disturbances=(Ecg(peak_uV=100),))
    samples = samples_of(Simulator(scene, seconds=60))[:, 0]
    high = signal.butter(4, 30, "highpass", fs=250, output="sos")
    assert 0.6 < signal.sosfiltfilt(high, samples)[500:-500].std() < 1.2
    assert 1.2 < signal.sosfilt(high, samples)[500:].std() < 2.2
    noisy = samples + 2 * np.random.default_rng(0).standard_normal(len(samples))
    seen = signal.sosfilt(signal.butter(4, [20, 115], "bandpass", fs=250, output="sos"), noisy)[250:]
    assert 9 < stats.kurtosis(seen, fisher=False) < 18


def test_movement_is_slow_and_lasts_as_long_as_the_truth_says():
    driver = Simulator(rest(Motion(peak_uV=600, every=4, hold=0.8)), seconds=60)
    samples = samples_of(driver)[:, 0]
    swings = [event for event in happened(driver, "motion") if event.data["stop"] < len(samples)]
    assert 11 <= len(swings) <= 19
    calm = np.ones(len(samples), bool)
    for event in swings:
        start, stop = event.data["index"], event.data["stop"]
        assert 100 < np.abs(samples[start:stop]).max() < 620
        calm[start:stop] = False
    assert np.abs(samples[calm]).max() < 15
    frequency, power = signal.welch(samples, 250, nperseg=500)
    assert power[frequency < 10].sum() / power.sum() > 0.95


def test_a_pop_jumps_at_its_sample_and_decays():
    driver = Simulator(rest(Pop(peak_uV=2000, every=5, decay=0.2)), seconds=60, cyton=True)
    samples = samples_of(driver)[:, 0]
    pops = [event for event in happened(driver, "pop") if event.data["stop"] < len(samples)]
    assert len(pops) >= 8
    assert {event.data["peak_uV"] for event in pops} == {2000, -2000}
    for event in pops:
        index, height = event.index, event.data["peak_uV"]
        assert abs(samples[index - 3]) < 15
        assert samples[index + 2] == pytest.approx(height * np.exp(-2.5 / 50), rel=0.03)
        assert samples[index + 50] == pytest.approx(height / np.e, rel=0.03)


@pytest.mark.parametrize(("mode", "count"), [("rail", 8388607), ("flat", 0)])
def test_a_loose_lead_sends_one_count_on_its_channel_only(mode, count):
    scene = rest(LeadOff(start=3, stop=4.2, mode=mode, channels=("b",)), seconds=10, muscles=("a", "b"))
    driver = Simulator(scene, seconds=20)
    raw = collect(driver).track("raw")
    constant = np.flatnonzero(raw[:, 1] == count)
    told = [(event.channel, event.index, event.data["stop"]) for event in happened(driver, "lead_off")]
    assert told == [(1, 750, 1050), (1, 3250, 3550)]
    inside = np.concatenate([np.arange(750, 1050), np.arange(3250, 3550)])
    assert set(inside) <= set(constant)
    assert len(constant) - len(inside) < 60
    assert (raw[:, 0] == count).mean() < 0.02


def test_too_large_a_gain_runs_into_both_rails():
    muscle = Muscle("a", mvc_uV=200, activations=(Activation(0, 10, 100, 0, 0),))
    scene = Scene("gain", 10, (muscle,), disturbances=(Clipping(start=2, stop=5, gain=2000),))
    driver = Simulator(scene, seconds=10)
    raw = collect(driver).track("raw")[:, 0]
    (event,) = happened(driver, "clipping")
    assert (event.index, event.data["stop"], event.channel) == (500, 1250, None)
    railed = (raw == 8388607) | (raw == -8388608)
    assert railed[500:1250].mean() > 0.2
    assert {8388607, -8388608} <= set(raw[500:1250])
    assert not railed[:500].any()
    assert not railed[1250:].any()


def test_lost_samples_are_jumped_over_and_nothing_stands_in_for_them():
    complete = collect(Simulator(rest(), seconds=60)).track("raw")
    driver = Simulator(rest(LostPackets(every=2, samples=9)), seconds=60)
    collected = collect(driver)
    losses = [(event.data["start"], event.data["samples"]) for event in happened(driver, "loss")]
    told = [
        (event.index - event.data["samples"], event.data["samples"])
        for event in collected.events
        if event.kind == "gap"
    ]
    assert told == losses
    assert len(losses) > 20
    assert {samples for _, samples in losses} == set(range(1, 10))
    kept = np.concatenate([np.arange(block.start, block.stop) for block in collected.blocks])
    np.testing.assert_array_equal(collected.track("raw"), complete[kept])
    assert len(kept) == len(complete) - sum(samples for _, samples in losses)


def test_losses_thicker_than_the_rate_still_leave_samples():
    driver = Simulator(rest(LostPackets(every=0.01, samples=20)), seconds=5)
    collected = collect(driver)
    rows = collected.track("raw").shape[0]
    lost = sum(event.data["samples"] for event in happened(driver, "loss"))
    assert 0 < rows < 600
    assert rows + lost in range(1250, 1271)


def test_a_clock_that_is_off_moves_everything_by_parts_in_a_million():
    mains = Mains(rms_uV=50, second=0, third=0, fifth=0, swell=0)
    driver = Simulator(rest(mains, ClockDrift(ppm=1000)), seconds=100, rate=500)
    samples = samples_of(driver)[:, 0]
    near = np.arange(49.94, 49.96, 1e-4)
    strength = [line(samples, 500, hz) for hz in near]
    assert near[np.argmax(strength)] == pytest.approx(50 / 1.001, abs=0.0005)


@pytest.mark.parametrize("name", ["mains", "drift", "ecg", "motion", "pop", "clipping"])
def test_a_disturbance_keeps_to_its_window_and_channels(name):
    disturbance = DISTURBANCES[name](start=10, stop=20, channels=("b",))
    off = Simulator(rest(muscles=("a", "b"), seconds=30), seconds=60, cyton=True)
    on = Simulator(rest(muscles=("a", "b"), seconds=30), seconds=60, cyton=True, disturbances=[disturbance])
    difference = samples_of(on) - samples_of(off)
    np.testing.assert_array_equal(difference[:, 0], 0)
    tail = 22.5 if name == "pop" else 21.0
    for turn in (0, 30):
        inside = np.abs(difference[round((10 + turn) * 250) : round((20 + turn) * 250), 1])
        before = difference[round((turn + 1) * 250) : round((9.5 + turn) * 250), 1]
        after = difference[round((tail + turn) * 250) : round((29 + turn) * 250), 1]
        assert inside.max() > 10
        np.testing.assert_allclose(before, 0, atol=0.03)
        np.testing.assert_allclose(after, 0, atol=0.03)


def test_what_a_scene_switches_off_waits_to_be_named():
    scene = rest(Mains(enabled=False, rms_uV=30), Ecg())
    assert not happened(Simulator(scene, seconds=5), "mains")
    assert happened(Simulator(scene, seconds=5), "ecg")
    named = Simulator(scene, seconds=5, disturbances=["mains"])
    assert [event.data["rms_uV"] for event in happened(named, "mains")] == [30]
    assert not happened(named, "ecg")
    assert not Simulator(scene, seconds=5, disturbances=()).truth()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Mains(hz=0), "hz is 0; it must be a number above 0"),
        (lambda: Mains(start=5, stop=5), "stop is 5 s; it must come after start, 5 s"),
        (lambda: Drift(rms_uV=-1), "rms_uV is -1; it must be a number of 0 or more"),
        (lambda: Ecg(bpm=0), "bpm is 0; it must lie between 20 and 250"),
        (lambda: Motion(every=0), "every is 0"),
        (lambda: LostPackets(samples=0), "samples is 0"),
        (lambda: ClockDrift(ppm=float("nan")), "ppm is nan"),
        (lambda: Clipping(gain=0), "gain is 0"),
        (lambda: rest(Pop(start=90)), "disturbance pop: start is 90 s; the scene lasts 60 s"),
        (lambda: rest(Pop(channels=("z",))), "disturbance pop: no channel is called 'z'; there are a"),
    ],
)
def test_impossible_disturbances_are_refused(make, text):
    with pytest.raises(ConfigError) as caught:
        make()
    assert text in str(caught.value)
