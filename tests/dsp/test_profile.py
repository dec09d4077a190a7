import pytest

from nmr_emg import Channel, ConfigError, StreamInfo, content
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.profile import METRICS, broken, load_profile, profile_for, profiles

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
        ("[300, 310]", "[nan, 310]", "rates must be the lowest and the highest rate"),
        ("[300, 310]", "[310, 300]", "rates must be the lowest and the highest rate"),
        ("[300, 310]", '["a", "b"]', "rates 1 is 'a'; it must be a number"),
        ("[300, 310]", "300", "rates must be the lowest and the highest rate"),
        ("lost", "lots", "there is no key 'lots' here; the keys are title, rates, lost"),
        ('lost = ""\n', "", "the key 'lost' is missing"),
        ('lost = ""\n', "lost = 5\n", "lost is 5; it must be text in quotes"),
        ('title = "Mine"', 'title = "Mine"\nname = "cyton250"', "name: a profile is called as its file is"),
        ("[refused]", "refused = 5", "refused is 5; it must be a table"),
        (
            "[refused]",
            "[refused]\nspectra = 'x'",
            "refused: there is no metric 'spectra'; there are amplitude, spectrum",
        ),
        ("[refused]", "[refused]\nspectrum = 5", "refused: spectrum is 5; it must say why"),
        (
            "[refused]",
            "[band]\nlost_power = 1.2\n[refused]",
            "band: lost_power is 1.2; it must be a number from 0 to 1",
        ),
        (
            "[refused]",
            "[band]\nlost = 0.2\n[refused]",
            "band: there is no key 'lost' here; the keys are hardware_3db",
        ),
        (
            '"microvolts"',
            '"bandpass"\nhigh = 145.0',
            r"chain: the band ends at 145 Hz; at 310 samples a second it may go up to 142\.6 Hz \(0\.46 of the rate\)",
        ),
        ('"microvolts"', '"microvolt"', "there is no stage 'microvolt'; there are microvolts"),
        ('stage = "microvolts"', "", "a stage of the chain has no name"),
        ("[[chain]]\nstage", "chain = 5\n[x]\nstage", "there is no key 'chain' here|chain is 5|no key 'x'"),
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


# One wrong file stops nobody else


def test_a_wrong_profile_stops_no_other(mine):
    path = mine("rates = [300, 310]")
    assert "mine" not in profiles()
    assert profile_for(stream(250)).name == "cyton250"
    assert str(path) in str(broken()["mine"])
    with pytest.raises(ConfigError, match="the key 'title' is missing"):
        profile_for(stream(250), "mine")


def test_no_other_profile_slips_in_for_one_whose_file_is_wrong(mine):
    """The rate would choose the user's own cyton250; the generic band would give other numbers without a word."""
    path = mine("")
    path.rename(path.with_name("cyton250.toml"))
    with pytest.raises(ConfigError, match=r"cyton250\.toml: the key 'title' is missing"):
        profile_for(stream(250))
    assert profile_for(stream(1000)).name == "lab1000"


# What it carries, and whether it fits


@pytest.mark.parametrize("name", profiles())
def test_every_metric_that_is_refused_says_why_in_words(name):
    profile = load_profile(name)
    assert set(profile.refused) | set(profile.cautions) <= set(METRICS)
    assert not set(profile.refused) & set(profile.cautions)
    assert all(len(why.split()) > 3 for why in [*profile.refused.values(), *profile.cautions.values()])


@pytest.mark.parametrize("kind", ["raw", "envelope"])
@pytest.mark.parametrize(("name", "rate"), [("lab1000", 20), ("cyton250", 100), ("ganglion200", 184)])
def test_a_profile_whose_band_the_rate_cannot_carry_is_refused(name, rate, kind):
    words = f"profile '{name}': the band 20–[0-9]+ Hz does not fit {rate} samples a second"
    with pytest.raises(ConfigError, match=words):
        load_profile(name).chain_for(stream(rate, kind=kind))


def test_a_band_set_by_hand_may_fit_where_the_profiles_own_does_not():
    chain = load_profile("lab1000").chain_for(stream(500), settings={"bandpass.high": 200.0})
    assert next(one for one in chain.stages if isinstance(one, Bandpass)).high == 200
    load_profile("envelope").chain_for(stream(20, kind="envelope"))
    load_profile("generic").chain_for(stream(20, kind="envelope"))
