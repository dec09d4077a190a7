"""Scenes: those that are shipped tell their story, and a wrong one is refused with file and key."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from nmr_emg import ConfigError, microvolts
from nmr_emg.content import FOLDERS
from nmr_emg.drivers.simulation.scenes import scene_from
from nmr_emg.drivers.simulator import Simulator, load_scene, scenes
from nmr_emg.testing import collect

ROOT = Path(__file__).resolve().parents[2]

SHIPPED = (
    "artefacts",
    "bridge",
    "clamshell",
    "fatigue",
    "half",
    "knee_cocontraction",
    "prone_hip_extension",
    "rest",
    "tremor",
)


def test_all_scenes_are_found():
    assert set(SHIPPED) <= set(scenes())
    assert {path.stem for path in (ROOT / "drivers" / "scenes").glob("*.toml")} == set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("model", ["gaussian", "motor-units"])
def test_every_scene_runs(name, model):
    driver = Simulator(name, seconds=5, model=model)
    collected = collect(driver)
    raw = collected.track("raw")
    assert raw.shape == (1250, len(driver.info.channels))
    assert np.all(raw.std(axis=0) * driver.info.channels[0].scale > 1)
    assert driver.scene.description.endswith(".")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_trial_that_starts_also_stops(name):
    scene = load_scene(name)
    events = collect(Simulator(name, seconds=scene.seconds, disturbances=())).events
    running = set()
    for event in events:
        if event.kind == "trial" and event.data["edge"] == "start":
            running.add(event.data["name"])
        elif event.kind == "trial":
            running.remove(event.data["name"])
    assert not running


def test_the_bridge_tells_its_story():
    driver = Simulator("bridge", seconds=20)
    collected = collect(driver)
    trials = [(e.index / 250, e.data["name"], e.data["edge"]) for e in collected.events if e.kind == "trial"]
    assert trials == [
        (0, "rest", "start"), (3, "rest", "stop"), (3.5, "reference", "start"), (7, "reference", "stop"),
        (8, "exercise", "start"), (19.9, "exercise", "stop"),
    ]  # fmt: skip
    assert [dict(e.data) for e in collected.events if e.kind == "goal"] == [{"value": 50}]
    levels = {label: [] for label in driver.info.labels}
    for event in driver.truth():
        if event.data["what"] == "level":
            levels[event.data["label"]].append((event.data["percent"], event.data["stop"] - event.index))
    assert all(found[0][0] == 100 and found[0][1] >= 3 * 250 for found in levels.values())
    gluteus, hamstring = ([percent for percent, _ in levels[label][1:]] for label in ("gmax_r", "bf_r"))
    assert all(45 <= percent <= 60 for percent in gluteus)
    assert hamstring[0] > gluteus[0]
    assert hamstring[-1] < gluteus[-1]
    roles = {channel.label: (channel.muscle, channel.side, channel.role) for channel in driver.info.channels}
    assert roles["gmax_r"] == ("gluteus maximus", "right", "target")
    assert roles["bf_r"] == ("biceps femoris", "right", "monitor")


def test_the_knee_co_contracts_in_some_repetitions_only():
    driver = Simulator("knee_cocontraction", seconds=40)
    samples = microvolts(driver.info)(collect(driver).track("raw"))
    samples -= np.median(samples, axis=0)
    ratio = []
    for event in driver.truth():
        if event.data["what"] == "level" and event.data["label"] == "vl_r" and event.index > 2000:
            vl, bf = (samples[event.index : event.data["stop"]].std(axis=0)) / (260, 300)
            ratio.append(bf / vl)
    assert [number for number, one in enumerate(ratio, 1) if one > 0.5] == [3, 6, 7]
    assert sum(one < 0.3 for one in ratio) == 5


def test_a_user_s_own_scene_is_found_by_name_and_by_file(tmp_path, monkeypatch):
    text = (ROOT / "drivers" / "scenes" / "rest.toml").read_text(encoding="utf-8")
    folder = tmp_path / "nmr-emg" / "drivers" / "scenes"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text(text.replace("Relaxed rest", "Mine"), encoding="utf-8")
    monkeypatch.setattr("nmr_emg.content.user_folder", lambda: tmp_path / "nmr-emg")
    assert load_scene("mine").title == "Mine"
    assert load_scene(folder / "mine.toml") == load_scene("mine")


def test_the_example_of_the_read_me_is_a_scene():
    text = (ROOT / "drivers" / "README.md").read_text(encoding="utf-8")
    example = text.split("```toml")[1].split("```")[0]
    scene = scene_from(tomllib.loads(example), "README.md")
    driver = Simulator(scene, seconds=10)
    assert collect(driver).track("raw").shape == (2500, 1)
    assert [e.data["percent"] for e in driver.truth() if e.data["what"] == "level"] == [40, 60]


def test_the_board_file_names_the_driver():
    board = tomllib.loads((ROOT / "drivers" / "simulator.toml").read_text(encoding="utf-8"))
    assert board["name"] == board["driver"] == "simulator"
    assert board["rate"] == load_scene("bridge").rate
    assert board["channels"] == len(load_scene("bridge").muscles)
    assert "drivers" in FOLDERS


GOOD = """
title = "t"
seconds = 10
[[muscle]]
label = "a"
"""

BAD = {
    'titel = "x"': "my.toml: there is no key 'titel' here; the keys are title, seconds, muscle,",
    "rate = 'fast'": "my.toml: rate is 'fast'; it must be a number",
    "rate = 5": "my.toml: rate is 5 Hz; it must lie between 20 and 16000 Hz",
    "seed = 1.5": "my.toml: seed is 1.5; it must be a whole number",
    "seed = -1": "my.toml: seed is -1",
    "cyton = 1": "my.toml: cyton is 1; it must be true or false",
    "model = 'poisson'": "my.toml: model is 'poisson'; it must be one of gaussian, motor-units",
    "[[muscle]]": "my.toml: muscle 2: the key 'label' is missing",
    "[[muscle]]\nlabel = 'a'": "my.toml: label 'a' stands more than once",
    "[[muscle]]\nlabel = ''": "my.toml: muscle 2: label is empty",
    "[[muscle]]\nlabel = 'b'\nside = 'both'": "my.toml: muscle 2: side is 'both'; it must be one of left, right",
    "[[muscle]]\nlabel = 'b'\nnoise_uV = -1": "my.toml: muscle 2: noise_uV is -1",
    "[[muscle]]\nlabel = 'b'\nactivation = [{start = 1}]": "my.toml: muscle 2: activation 1: the key 'stop' is missing",
    "[[muscle]]\nlabel = 'b'\nactivation = [{start = 3, stop = 2}]": "activation 1: stop is 2 s; it must come after",
    "[[muscle]]\nlabel = 'b'\nactivation = [{start = 1, stop = 12}]": "b contracts from 1 to 12 s, jitter included; the",
    "[[muscle]]\nlabel = 'b'\nactivation = [{start = 1, stop = 3}, {start = 2, stop = 4}]": "contractions of b overlap",
    "[[muscle]]\nlabel = 'b'\nactivation = [{start = 1, stop = 3, level = 0}]": "level is 0; it must be a number above 0",
    "[[muscle]]\nlabel = 'b'\ntone = 9\nactivation = [{start = 1, stop = 3, level = 5}]": "must rise above the tone",
    "[[muscle]]\nlabel = 'b'\nrepeat = [{first = 1, every = 2, count = 0, hold = 1}]": "repeat 1: count is 0",
    "[[muscle]]\nlabel = 'b'\nrepeat = [{first = 1, every = 1, count = 2, hold = 1.5}]": "contractions of b overlap",
    "[[muscle]]\nlabel = 'b'\nrepeat = [{first = 1, every = 2, count = 2, hold = 1, level = ['x']}]": (
        "repeat 1: level 1 is 'x'; it must be a number"
    ),
    "[[muscle]]\nlabel = 'b'\nrepeat = [{first = 1, every = 2, count = 2, hold = 1, level = 0}]": "level is 0 throughout",
    "[[muscle]]\nlabel = 'b'\ntremor = {hz = 5, depth = 2}": "my.toml: muscle 2: tremor: depth is 2",
    "[[muscle]]\nlabel = 'b'\nfatigue = 3": "my.toml: muscle 2: fatigue: this must be a table",
    "[[cue]]\nat = 1\nkind = 'gap'": "my.toml: cue 1: kind is 'gap'; a cue is one of device, goal, marker",
    "[[cue]]\nat = 1\nkind = 'trial'": "my.toml: cue 1: a trial needs data = { name",
    "[[cue]]\nat = 10\nkind = 'marker'": "my.toml: a cue comes at 10 s; the scene lasts 10 s",
    "[[cue]]\nat = 1\nkind = 'goal'\nchannel = 'z'": "my.toml: cue at 1 s: no channel is called 'z'; there are a",
    "[[cue]]\nat = 1\nkind = 'marker'\ndata = {day = 2026-01-01}": "cue 1: data holds what can't be recorded",
    "[[cue]]\nat = 1\nkind = 'marker'\ndata = 'x'": "my.toml: cue 1: data is 'x'; it must be a table",
    "[disturbance.hum]": "my.toml: there is no disturbance 'hum'; there are mains",
    "[disturbance]\nmains = 3": "my.toml: disturbance.mains: this must be a table",
    "[disturbance.mains]\nherz = 50": "my.toml: disturbance.mains: there is no key 'herz' here; the keys are enabled",
    "[disturbance.mains]\nhz = -50": "my.toml: disturbance.mains: hz is -50; it must be a number above 0",
    "[disturbance.mains]\nchannels = ['z']": "my.toml: disturbance mains: no channel is called 'z'",
    "title = 'again'": "my.toml: this is not TOML: Cannot overwrite a value (at line 3",
}


@pytest.mark.parametrize(("more", "text"), BAD.items(), ids=range(len(BAD)))
def test_a_wrong_scene_is_refused_with_file_and_key(tmp_path, more, text):
    path = tmp_path / "my.toml"
    top = "" if more.startswith("[") else more + "\n"
    path.write_text(top + GOOD + ("" if top else more), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_scene(path)
    message = str(caught.value).replace(str(tmp_path) + "/", "")
    assert text in message
    assert "\n" not in message
    assert "my.toml" in message


def test_a_scene_without_muscles_and_a_file_that_is_no_text(tmp_path):
    with pytest.raises(ConfigError, match="the key 'muscle' is missing"):
        scene_from({"title": "t", "seconds": 1}, "x.toml")
    with pytest.raises(ConfigError, match=r"there is no \[\[muscle\]\]"):
        scene_from({"title": "t", "seconds": 1, "muscle": []}, "x.toml")
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_scene(tmp_path / "x.toml")
