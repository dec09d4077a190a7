import pytest

from nmr_emg import Channel, ConfigError, StreamInfo, content
from nmr_emg.dsp.profile import load_profile, profile_for, profiles

GOOD = """
title = "Mine"
rates = [300, 310]
lost = ""
[refused]
[cautions]
[[chain]]
stage = "microvolts"
"""


def stream(rate, **settings):
    return StreamInfo(rate, (Channel("a", **settings),))


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """Write a profile of the user's own."""
    monkeypatch.setattr(content, "_chosen", [tmp_path])
    (tmp_path / "dsp").mkdir()

    def write(text):
        path = tmp_path / "dsp" / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("rate", "name"),
    [
        (125, "daisy125"),
        (200, "ganglion200"),
        (250, "cyton250"),
        (249.7, "cyton250"),
        (1000, "lab1000"),
        (1259.26, "lab2000"),
        (2000, "lab2000"),
        (2048, "lab2000"),
        (500, "generic"),
        (10000, "generic"),
    ],
)
def test_a_rate_has_its_profile(rate, name):
    assert profile_for(stream(rate)).name == name


def test_a_board_that_sends_envelopes_has_its_own_and_is_refused_what_needs_the_raw_signal():
    profile = profile_for(stream(250, kind="envelope"))
    assert profile.name == "envelope"
    assert {"spectrum", "timing"} <= set(profile.refused)


def test_a_stream_that_names_its_profile_gets_it():
    assert profile_for(StreamInfo(250, (Channel("a"),), profile="generic")).name == "generic"


@pytest.mark.parametrize("name", profiles())
def test_every_profile_fits_its_rates_and_says_what_is_lost(name):
    profile = load_profile(name)
    assert profile.lost
    for rate in profile.rates or (1000,):
        if 100 < rate < 1e5:
            profile.chain().start(stream(rate))


def test_a_profile_below_two_hundred_hertz_refuses_the_spectrum():
    for name in ("daisy125", "ganglion200"):
        assert "samples a second cannot carry" in load_profile(name).refused["spectrum"]


def test_settings_change_one_key_and_a_wrong_one_is_named():
    chain = load_profile("cyton250").chain(settings={"envelope.window": 0.25, "bandpass.mains": [60]})
    assert {type(s).__name__: s for s in chain.stages}["Envelope"].window == 0.25
    for key, words in (
        (
            "envelop.window",
            "profile 'cyton250' has no stage 'envelop' for 'envelop.window'; it has microvolts,",
        ),
        ("envelope.windw", "stage 'envelope' has no setting 'windw'; it has window"),
        ("envelope.window", "stage 'envelope': window is 'x'; it must be a number from 0.001 to 60"),
    ):
        with pytest.raises(ConfigError, match=words):
            load_profile("cyton250").chain(settings={key: "x"})


def test_a_users_profile_is_found_and_needs_no_balance(mine):
    mine(GOOD)
    assert profile_for(stream(305)).name == "mine"
    assert len(load_profile("mine").chain().stages) == 1
    with pytest.raises(ConfigError, match="has no stage 'balance'"):
        load_profile("mine").chain((("a", "b"),))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("[300, 310]", "[300, 310", "Unclosed array|Expected|Invalid"),
        ("[300, 310]", "[300]", "rates must be the lowest and the highest rate"),
        ("[300, 310]", '["a", "b"]', "rates must be the lowest and the highest rate"),
        ("[300, 310]", "300", "'rates' must be a list, not 300"),
        ("lost", "lots", "unknown key 'lots'; a profile has title, rates, lost"),
        ('lost = ""\n', "", "lost missing"),
        ('"microvolts"', '"microvolt"', "there is no stage 'microvolt'; there are microvolts"),
        ('stage = "microvolts"', "", "a stage of the chain has no name"),
        ("[[chain]]\nstage", "[chain]\nstage", "'chain' must be a list"),
        ('"microvolts"', '"envelope"\nwindow = -1', "stage 'envelope': window is -1"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(mine, before, after, words):
    path = mine(GOOD.replace(before, after))
    with pytest.raises(ConfigError, match=words) as caught:
        load_profile("mine")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_profile_lists_those_there_are():
    with pytest.raises(ConfigError, match="there is no 'cyton' in dsp/; there are cyton250, daisy125"):
        load_profile("cyton")
