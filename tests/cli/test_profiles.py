"""Profiles as a user meets them: what does not fit is refused, and one wrong file stops nothing else."""

import json

import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, StreamInfo, content, run
from nmr_emg.cli.app import main
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.dsp.profile import load_profile
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.testing import Scripted

WRONG = 'title = "Mine"\nrates = [300, 310]\n'


@pytest.fixture
def nmr(capsys):
    """Run a command; its exit code, what it printed, and stderr in one line."""

    def go(*words):
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out.startswith("{") else out, " ".join(err.split())

    return go


@pytest.fixture(scope="module")
def bridges(tmp_path_factory):
    """The scene's first seconds, which hold rest and reference, as a Cyton and as a laboratory amplifier would record them."""
    folder = tmp_path_factory.mktemp("bridges")
    found = {}
    for name, rate, cyton in (("cyton", 250.0, True), ("lab", 1000.0, False)):
        driver = Simulator("bridge", seconds=9, rate=rate, cyton=cyton)
        found[name] = folder / f"{name}.h5"
        run(driver, load_profile(f"{name}{rate:.0f}").chain(), Recorder(found[name], driver.info, {}))
    return found


@pytest.fixture
def wrong(tmp_path, monkeypatch):
    """A folder of the user's own with a profile that lacks keys."""
    monkeypatch.setattr(content, "_chosen", [])
    (tmp_path / "own" / "dsp").mkdir(parents=True)
    (tmp_path / "own" / "dsp" / "mine.toml").write_text(WRONG)
    return tmp_path / "own"


def test_a_reference_of_another_instrument_is_refused_with_both_in_words(nmr, bridges):
    code, _, err = nmr("analyze", bridges["cyton"], "--reference", bridges["lab"])
    assert code == 2
    assert "(lab1000, 20–450 Hz, RMS 0.1 s, 1000 samples a second)" in err
    assert "(cyton250, 20–115 Hz, RMS 0.1 s, 250 samples a second)" in err


@pytest.mark.parametrize("profile", ["generic", "cyton250"])
def test_naming_one_profile_for_two_instruments_makes_them_no_more_alike(nmr, bridges, profile):
    words = ("analyze", bridges["cyton"], "--reference", bridges["lab"], "--profile", profile)
    code, _, err = nmr(*words)
    assert code == 2
    assert "can't be compared" in err


def test_a_reference_of_the_same_instrument_is_taken(nmr, bridges):
    code, found, _ = nmr("analyze", bridges["cyton"], "--reference", bridges["cyton"], "--json")
    assert code == 0
    assert found["reference"]["measured"] == "cyton250, 20–115 Hz, RMS 0.1 s"


def hand_made(path, reference, rest=2.0, rate=250.0):
    """A recording in which the reference trial has so many times the noise of rest."""
    info = StreamInfo(rate, (Channel("a"),))
    level = np.repeat([rest, reference, rest], round(6 * rate))
    raw = (level * np.random.default_rng(3).standard_normal(len(level)))[:, None]
    edges = [("rest", 1, "start"), ("rest", 5, "stop"), ("reference", 7, "start"), ("reference", 11, "stop")]
    events = [Event("trial", round(at * rate), data={"name": name, "edge": edge}) for name, at, edge in edges]
    driver = Scripted(info, [Block(0, {"raw": raw}, events=tuple(events))])
    run(driver, load_profile("cyton250").chain(), Recorder(path, info, {}))
    return path


def test_a_reference_that_was_too_small_in_its_own_recording_is_refused_in_another(nmr, tmp_path):
    small, quiet = hand_made(tmp_path / "small.h5", 5.0), hand_made(tmp_path / "quiet.h5", 60.0, rest=0.5)
    code, _, err = nmr("analyze", quiet, "--reference", small)
    assert code == 2
    assert "a: the reference" in err
    assert "under 3 times rest" in err


def test_the_table_says_what_is_wrong_with_a_reference(nmr, tmp_path):
    code, out, _ = nmr("analyze", hand_made(tmp_path / "small.h5", 5.0))
    assert code == 0
    assert "a: the reference" in out


@pytest.mark.parametrize("command", ["analyze", "replay", "report"])
def test_a_profile_that_the_rate_cannot_carry_is_refused(nmr, tmp_path, command):
    info = StreamInfo(20, (Channel("a", kind="envelope"),))
    path = tmp_path / "slow.h5"
    run(
        Scripted(info, [Block(0, {"raw": np.ones((100, 1))})]),
        load_profile("envelope").chain(),
        Recorder(path, info, {}),
    )
    out = ("-o", tmp_path / "page.html") if command == "report" else ()
    code, _, err = nmr(command, path, "--profile", "lab1000", *out)
    assert code == 2
    assert "profile 'lab1000': the band 20–450 Hz does not fit 20 samples a second" in err


def test_a_wrong_profile_stops_no_recording_with_another(nmr, tmp_path, wrong):
    words = ("record", "--device", "simulator", "--seconds", "1", "-o", tmp_path / "a.h5", "--json")
    code, found, _ = nmr("--content", wrong, *words)
    assert (code, found["samples"]) == (0, 250)


def test_a_wrong_profile_that_is_asked_for_is_refused_with_its_file(nmr, tmp_path, wrong):
    words = ("record", "--device", "simulator", "--profile", "mine", "-o", tmp_path / "b.h5")
    code, _, err = nmr("--content", wrong, *words)
    assert code == 2
    assert str(wrong / "dsp" / "mine.toml") in err
    assert "the key 'lost' is missing" in err
    assert not (tmp_path / "b.h5").exists()


def test_doctor_tells_of_it(nmr, wrong):
    code, found, _ = nmr("--content", wrong, "doctor", "--json")
    assert code == 1
    told = [check for check in found["checks"] if check["name"] == "content"]
    assert "mine.toml: the key 'lost' is missing" in told[0]["detail"]
    assert told[0]["fix"]
    assert told[1]["ok"], "the others are counted"


def test_a_stage_can_be_set_for_an_analysis(nmr, tmp_path):
    """Both passes run with it; a word without a stage is refused, for a recording has no device to be set."""
    file = tmp_path / "a.h5"
    assert nmr("record", "--device", "simulator", "--seconds", "12", "-o", file, "--json")[0] == 0
    asked = ("analyze", file, "--json")
    code, found, _ = nmr(*asked, "--set", "envelope.window=0.25", "--set", "bandpass.low=30")
    assert code == 0
    assert found["delays_ms"]["envelope"] == pytest.approx(122, abs=2)
    assert found["band"]["low_hz"] == 30
    code, _, err = nmr(*asked, "--set", "seed=3")
    assert code == 2
    assert "--set seed: expected STAGE.SETTING=VALUE" in err
    code, _, err = nmr(*asked, "--set", "envelope.windw=1")
    assert code == 2
    assert "windw" in err
