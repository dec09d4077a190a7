"""The truth: what the events say happened is what the samples show, at the samples they name."""

import json
from itertools import pairwise

import numpy as np
import pytest

from nmr_emg import microvolts
from nmr_emg.drivers.simulation.contraction import Activation, Fatigue, Repeat
from nmr_emg.drivers.simulation.faults import ClockDrift, LostPackets
from nmr_emg.drivers.simulation.scene import Cue, Muscle, Scene
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.testing import collect


def steps(**changes):
    rule = Repeat(first=1, every=2, count=30, hold=1, level=(100.0,), rise=0, fall=0, jitter=0.3)
    return Muscle("a", mvc_uV=5000, noise_uV=1, repeats=(rule,), **changes)


def told(events, what):
    return [event for event in events if event.data.get("what") == what]


@pytest.mark.parametrize(
    ("settings", "early", "late"),
    [
        ({"rate": 250, "cyton": True}, 1, 3),
        ({"rate": 1000, "cyton": True}, 1, 8),
        ({"rate": 1000, "cyton": False}, 8, 8),
        ({"rate": 250, "cyton": True, "disturbances": [ClockDrift(ppm=50_000)]}, 1, 3),
        ({"rate": 1000, "cyton": True, "model": "motor-units"}, 1, 12),
    ],
    ids=["cyton", "fast cyton", "laboratory", "clock off", "motor units"],
)
def test_activity_begins_and_ends_at_the_samples_that_the_truth_names(settings, early, late):
    driver = Simulator(Scene("steps", 62, (steps(),)), seconds=62, **settings)
    collected = collect(driver)
    loud = np.abs(microvolts(driver.info)(collected.track("raw"))[:, 0]) > 250
    onsets = [event.index for event in told(collected.events, "onset")]
    offsets = [event.index for event in told(collected.events, "offset")]
    assert len(onsets) >= 29
    for index in onsets:
        first = index - 100 + np.argmax(loud[index - 100 :])
        assert -early <= first - index <= late
    for index in offsets:
        last = index + 100 - np.argmax(loud[index + 99 :: -1])
        tail = 25 if settings.get("model") else early
        assert -late - 1 <= last - index <= tail + 1


def test_motor_units_begin_within_milliseconds_of_the_onset():
    driver = Simulator(Scene("steps", 62, (steps(),)), seconds=62, rate=2000, model="motor-units")
    collected = collect(driver)
    samples = np.abs(microvolts(driver.info)(collected.track("raw"))[:, 0])
    late = [np.argmax(samples[event.index :] > 1000) / 2 for event in told(collected.events, "onset")]
    assert 0 < np.median(late) < 8


def test_levels_are_what_a_laboratory_would_measure():
    muscle = Muscle(
        "a",
        mvc_uV=400,
        noise_uV=0,
        activations=(Activation(1, 31, 80, 0.5, 0.5), Activation(32, 62, 25, 1, 0)),
        fatigue=Fatigue(31.2, 31.3, velocity=1, amplitude=2),
    )
    driver = Simulator(Scene("levels", 63, (muscle,)), seconds=63, rate=1000)
    samples = microvolts(driver.info)(collect(driver).track("raw"))[:, 0]
    levels = told(driver.truth(), "level")
    assert [(e.index, e.data["stop"], e.data["level_uV"], e.data["percent"]) for e in levels] == [
        (1500, 30_500, pytest.approx(320), pytest.approx(80)),
        (33_000, 62_000, pytest.approx(200), pytest.approx(25)),
    ]
    for event in levels:
        seen = samples[event.index : event.data["stop"]].std()
        assert seen == pytest.approx(event.data["level_uV"] / 0.9675**0.5, rel=0.03)


def test_half_is_half():
    driver = Simulator("half", seconds=90)
    samples = microvolts(driver.info)(collect(driver).track("raw"))[:, 0]
    full, half = samples[: 30 * 250].std(), samples[30 * 250 :].std()
    assert half / full == pytest.approx(0.5, rel=0.03)
    assert [event.index for event in told(driver.truth(), "onset")] == [0]
    assert [event.data["percent"] for event in told(driver.truth(), "level")] == [100, 50]
    assert not told(driver.truth(), "offset")


def test_a_delay_is_in_the_onsets():
    driver = Simulator("prone_hip_extension", seconds=30)
    onsets = {label: [] for label in driver.info.labels}
    for event in told(driver.truth(), "onset"):
        onsets[event.data["label"]].append(event.data["time_s"])
    delays = np.subtract(onsets["gmax_r"][1:], onsets["bf_r"][1:])
    assert len(delays) == 5
    assert np.all((delays > 0.15 - 0.035) & (delays < 0.15 + 0.035))
    assert len(set(delays.round(6))) == 5


def test_an_event_whose_sample_was_lost_comes_with_the_next_one():
    lost = LostPackets(every=0.1, samples=20)
    scene = Scene("lost", 62, (steps(),), cues=(Cue(10.0, "marker", {"text": "here"}),), disturbances=(lost,))
    driver = Simulator(scene, seconds=62)
    collected = collect(driver)
    present = np.concatenate([np.arange(block.start, block.stop) for block in collected.blocks])
    moved = 0
    for event in told(collected.events, "onset"):
        true = event.data["index"]
        assert event.index == present[np.searchsorted(present, true)]
        moved += event.index != true
    assert moved >= 3
    assert [event.index for event in collected.events if event.kind == "marker"] == [
        present[np.searchsorted(present, 2500)]
    ]
    assert not told(collected.events, "loss")


def test_every_event_lies_in_its_block_in_order_and_is_json():
    collected = collect(Simulator("artefacts", seconds=60, rows=11))
    assert len(collected.events) > 100
    for block in collected.blocks:
        assert all(block.start <= event.index < block.stop for event in block.events)
        assert all(a.index <= b.index for a, b in pairwise(block.events))
    for event in collected.events:
        assert event.is_input
        assert json.loads(json.dumps(event.data)) == event.data


def test_the_stream_tells_the_whole_truth_but_losses():
    driver = Simulator("artefacts", seconds=61)
    streamed = [event.data for event in collect(driver).events if event.kind == "truth"]
    whole = driver.truth()
    assert streamed == [event.data for event in whole if event.data["what"] != "loss"]
    assert {event.data["what"] for event in whole} == {
        "onset",
        "level",
        "offset",
        "mains",
        "drift",
        "ecg",
        "motion",
        "pop",
        "lead_off",
        "clipping",
        "loss",
        "clock_drift",
    }
    assert all(event.index == event.data["index"] for event in whole)


def test_truth_so_far_of_a_stream_without_end():
    driver = Simulator("bridge", rows=250)
    with driver:
        assert not driver.truth()
        for _ in range(4):
            driver.read()
        assert {event.data["label"] for event in told(driver.truth(), "onset")} == {
            "gmax_r",
            "bf_r",
            "gmax_l",
            "es_r",
        }
        assert all(event.index < 1000 for event in driver.truth())


def test_cues_come_at_their_samples_in_every_pass():
    cues = (
        Cue(0.0, "trial", {"name": "rest", "edge": "start"}),
        Cue(0.5, "goal", {"value": 50}, channel="a"),
        Cue(0.5, "trial", {"name": "rest", "edge": "stop"}),
    )
    driver = Simulator(Scene("cues", 1, (Muscle("a"),), cues=cues), seconds=2)
    events = [(event.index, event.kind, event.channel, dict(event.data)) for event in collect(driver).events]
    once = [
        (0, "trial", None, {"name": "rest", "edge": "start"}),
        (125, "goal", 0, {"value": 50}),
        (125, "trial", None, {"name": "rest", "edge": "stop"}),
    ]
    assert events == [*once, *((index + 250, *rest) for index, *rest in once)]


def test_a_clock_that_runs_fast_takes_more_samples_to_the_same_moment():
    driver = Simulator("half", seconds=89, disturbances=[ClockDrift(ppm=1000)], rate=1000)
    assert told(driver.truth(), "level")[1].index == 30_030
