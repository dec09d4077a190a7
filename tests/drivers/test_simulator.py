"""The simulator as a driver: what it hands out does not depend on how, when or beside what it is read."""

import time
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from nmr_emg import ConfigError, DriverError, Paced, microvolts
from nmr_emg.drivers.simulation.contraction import Activation
from nmr_emg.drivers.simulation.interference import Mains
from nmr_emg.drivers.simulation.scene import Muscle, Scene
from nmr_emg.drivers.simulator import Simulator, load_scene, open_simulator
from nmr_emg.testing import assert_same, collect


def raw(driver):
    return collect(driver).track("raw")


def one(label="a", **changes):
    return Muscle(label, activations=(Activation(1, 4, 60),), **changes)


@pytest.mark.parametrize("model", ["gaussian", "motor-units"])
def test_the_stream_does_not_depend_on_how_it_is_cut(model):
    def stream(rows):
        return collect(
            Simulator("artefacts", seconds=12, model=model, disturbances=EVERYTHING, rows=rows)
        ).blocks

    whole = stream(100_000)
    for rows in (1, 7, 125, 333):
        cut = stream(rows)
        assert max(block.rows for block in cut) == rows
        assert_same(whole, cut)


EVERYTHING = ("mains", "drift", "ecg", "motion", "pop", "lead_off", "clipping", "lost_packets", "clock_drift")


def test_a_block_is_20_ms_of_counts_that_scale_to_microvolts():
    driver = Simulator("bridge", seconds=1)
    with driver:
        block = driver.read()
    channel = driver.info.channels[0]
    assert (block.rows, block["raw"].dtype, driver.info.dtype) == (5, np.int32, "int32")
    assert channel.scale == pytest.approx(0.022351744455, abs=1e-12)
    assert (channel.full_scale, channel.unit, channel.kind) == (187500, "uV", "raw")
    assert (channel.label, channel.muscle, channel.side, channel.role) == (
        "gmax_r",
        "gluteus maximus",
        "right",
        "target",
    )
    assert driver.info.device == "simulator: Glute bridge"
    assert np.isnan(block.arrived)


def test_the_seed_decides_the_samples():
    first, again, other = (raw(Simulator("bridge", seconds=2, seed=seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.9


def test_a_scene_brings_a_seed_of_its_own():
    scene = load_scene("bridge")
    np.testing.assert_array_equal(
        raw(Simulator(scene, seconds=1)), raw(Simulator(scene, seconds=1, seed=scene.seed))
    )


def test_opening_again_begins_anew():
    driver = Simulator("bridge", seconds=2)
    assert_same(collect(driver).blocks, collect(driver).blocks)


def test_a_shorter_run_is_the_beginning_of_a_longer_one():
    long, short = (raw(Simulator("bridge", seconds=seconds)) for seconds in (5, 1.3))
    assert len(short) == 325
    np.testing.assert_array_equal(long[:325], short)


@pytest.mark.parametrize("model", ["gaussian", "motor-units"])
def test_another_channel_leaves_the_others_alone(model):
    alone = Simulator(Scene("one", 5, (one(),)), seconds=5, model=model)
    beside = Simulator(Scene("two", 5, (one("b"), one())), seconds=5, model=model)
    np.testing.assert_array_equal(raw(alone)[:, 0], raw(beside)[:, 1])
    assert not np.array_equal(raw(beside)[:, 0], raw(beside)[:, 1])


def test_a_disturbance_adds_to_its_channels_and_leaves_the_noise_alone():
    scene = Scene("two", 5, (one(), one("b")), cyton=False)
    mains = Mains(rms_uV=30, channels=("a",), second=0, third=0, fifth=0, swell=0)
    off, on = Simulator(scene, seconds=5), Simulator(scene, seconds=5, disturbances=[mains])
    difference = microvolts(on.info)(raw(on) - raw(off))
    np.testing.assert_array_equal(difference[:, 1], 0)
    expected = np.abs(np.fft.rfft(difference[:, 0]))
    assert np.argmax(expected) == 5 * 50
    assert difference[:, 0].std() == pytest.approx(30, rel=0.002)


def test_without_seconds_it_goes_on_and_repeats_the_scene():
    scene = Scene("short", 1, (Muscle("a", mvc_uV=1000, activations=(Activation(0.5, 1, 100, 0, 0),)),))
    driver = Simulator(scene, rows=250)
    with driver:
        seconds = [driver.read()["raw"][:, 0].astype(float) for _ in range(5)]
        onsets = [event.index for event in driver.truth() if event.data["what"] == "onset"]
    assert onsets == [125, 375, 625, 875, 1125]
    assert all(second[130:].std() > 50 * second[20:105].std() for second in seconds)
    assert len({second.tobytes() for second in seconds}) == 5


def test_reading_before_opening_is_an_error():
    with pytest.raises(DriverError, match="open it"):
        Simulator("bridge").read()


def test_it_reads_no_clock(monkeypatch):
    def clock():
        raise AssertionError("the simulator read the clock")

    for name in ("time", "monotonic", "perf_counter", "sleep"):
        monkeypatch.setattr(time, name, clock)
    with Simulator("bridge", seconds=1) as driver:
        while driver.read() is not None:
            pass


def test_paced_it_runs_in_real_time():
    began = time.monotonic()
    blocks = collect(Paced(Simulator("bridge", seconds=0.5))).blocks
    assert 0.4 < time.monotonic() - began < 2
    stamped = [block.arrived for block in blocks if block.rows]
    assert all(a <= b for a, b in pairwise(stamped))
    assert_same(blocks, collect(Simulator("bridge", seconds=0.5)).blocks)


def test_eight_channels_run_a_hundred_times_as_fast_as_life():
    scene = load_scene("bridge")
    muscles = tuple(replace(m, label=m.label + more) for more in ("", "_2") for m in scene.muscles)

    def speed():
        began = time.process_time()
        with Simulator(replace(scene, muscles=muscles), seconds=20) as driver:
            while driver.read() is not None:
                pass
        return 20 / (time.process_time() - began)

    assert max(speed() for _ in range(4)) > 100


@pytest.mark.parametrize("rate", [125, 200, 250, 500, 1000, 2000, 333.3])
def test_any_rate(rate):
    driver = Simulator("half", rate=rate, seconds=2)
    assert driver.info.rate == rate
    samples = microvolts(driver.info)(raw(driver))
    assert len(samples) == round(2 * rate)
    assert 50 < samples.std() < 220


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"scene": "no_such"}, "there is no 'no_such' in drivers/scenes/; there are artefacts, bridge"),
        ({"scene": "no/such.toml"}, "no/such.toml: this scene can't be read"),
        ({"seed": -1}, "seed is -1"),
        ({"rate": 5}, "rate is 5 Hz; it must lie between 20 and 16000"),
        ({"rate": float("nan")}, "rate is nan"),
        ({"seconds": 0}, "seconds is 0"),
        ({"seconds": float("inf")}, "seconds is inf"),
        ({"rows": 0}, "rows is 0"),
        ({"model": "poisson"}, "model is 'poisson'; it must be one of gaussian, motor-units"),
        ({"disturbances": ["hum"]}, "there is no disturbance 'hum'; there are mains, drift"),
        ({"disturbances": [Mains(channels=("x",))]}, "no channel is called 'x'; there are gmax_r"),
    ],
)
def test_impossible_settings_are_refused(settings, text):
    with pytest.raises(ConfigError, match=r"^[^\n]*$") as caught:
        Simulator(settings.pop("scene", "bridge"), **settings)
    assert text in str(caught.value)


def test_options_as_text():
    options = {
        "scene": "half",
        "seed": "5",
        "seconds": "2",
        "rate": "500",
        "model": "motor-units",
        "cyton": "no",
    }
    ours = open_simulator({**options, "disturb": "mains, ecg"})
    theirs = Simulator(
        "half", seed=5, seconds=2, rate=500, model="motor-units", cyton=False, disturbances=["mains", "ecg"]
    )
    np.testing.assert_array_equal(raw(ours), raw(theirs))
    quiet = open_simulator({"scene": "artefacts", "seconds": "1", "disturb": "none"})
    assert not [event for event in quiet.truth() if event.data["what"] not in {"onset", "level", "offset"}]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("sed", "1", "no option 'sed'; there are scene, seed, seconds, rate, model, cyton, disturb"),
        ("seed", "one", "seed=one: this must be a whole number"),
        ("rate", "fast", "rate=fast: this must be a number"),
        ("cyton", "perhaps", "cyton=perhaps: this must be true or false"),
        ("disturb", "", "disturb= needs a value"),
        ("disturb", "hum", "there is no disturbance 'hum'"),
    ],
)
def test_wrong_options_say_what_is_right(key, value, text):
    with pytest.raises(ConfigError) as caught:
        open_simulator({key: value})
    assert text in str(caught.value)
