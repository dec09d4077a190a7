"""Numbers that were measured otherwise are not compared."""

import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.dsp.normalise import Normalise
from nmr_emg.dsp.profile import load_profile
from nmr_emg.registry import as_json, from_json
from nmr_emg.testing import through


def normalise(profile, **settings):
    chain = load_profile(profile).chain(settings={key.replace("__", "."): v for key, v in settings.items()})
    return next(one for one in chain.stages if isinstance(one, Normalise))


def events(stage, *told, rate=250, kind="raw"):
    info = StreamInfo(rate, (Channel("a", kind=kind), Channel("b", kind=kind)))
    x = np.full((10, 2), 50.0)
    block = Block(0, {"raw": x, "envelope": x, "settling": np.zeros((10, 1), bool)}, events=told)
    (done,) = through(stage, info, [block])
    return done["percent"], [e.data for e in done.events if e.kind == "referenced"]


def reference(values, **data):
    return Event("reference", data={"values": values, **data})


TRIAL = [
    Event("trial", at, data={"name": "reference", "edge": edge}) for at, edge in ((0, "start"), (5, "stop"))
]
OWN = "cyton250, 20–115 Hz, RMS 0.1 s"


def test_a_reference_carries_profile_band_and_envelope():
    _, (data,) = events(normalise("cyton250"), *TRIAL)
    assert data["measured"] == OWN
    assert normalise("cyton250", envelope__window=0.25).measured == "cyton250, 20–115 Hz, RMS 0.25 s"
    assert (
        normalise("cyton250", envelope__kind="linear").measured == "cyton250, 20–115 Hz, linear envelope 6 Hz"
    )
    assert normalise("cyton250", bandpass__low=30.0).measured == "cyton250, 30–115 Hz, RMS 0.1 s"


@pytest.mark.parametrize(
    "other",
    [
        {"profile": "lab1000"},
        {"profile": "cyton250", "envelope__window": 0.25},
        {"profile": "cyton250", "envelope__kind": "arv"},
        {"profile": "cyton250", "envelope__kind": "linear"},
        {"profile": "cyton250", "bandpass__low": 30.0},
        {"profile": "cyton250", "heartbeat__mode": "subtract"},
    ],
)
def test_a_reference_that_was_measured_otherwise_is_refused_in_words(other):
    theirs = normalise(**other).measured
    percent, (data,) = events(normalise("cyton250"), reference({"a": 100.0, "b": None}, measured=theirs))
    assert np.isnan(percent).all()
    assert data["values"] == {"a": None, "b": None}
    assert data["refused"] == {"a": f"the reference was measured otherwise ({theirs}) than here ({OWN})"}


def test_rest_that_was_measured_otherwise_is_not_subtracted():
    rest = Event("rest", data={"values": {"a": 30.0}, "measured": "lab1000, 20–450 Hz, RMS 0.1 s"})
    percent, (data,) = events(normalise("cyton250"), rest, reference({"a": 100.0}, measured=OWN))
    np.testing.assert_allclose(percent[:, 0], 50.0)
    assert data["rest"]["a"] == 0


def test_the_same_measure_is_taken_and_so_is_one_that_says_nothing():
    for how in ({"measured": OWN}, {"measured": ""}, {}):
        percent, _ = events(normalise("cyton250"), reference({"a": 100.0}, **how))
        np.testing.assert_allclose(percent[:, 0], 50.0)
    percent, _ = events(Normalise(), reference({"a": 100.0}, measured="lab1000, 20–450 Hz, RMS 0.1 s"))
    np.testing.assert_allclose(percent[:, 0], 50.0)


def test_a_refused_reference_leaves_the_one_there_is_and_a_new_one_ends_the_refusal():
    own, other = reference({"a": 100.0}, measured=OWN), reference({"a": 10.0}, measured="x, RMS 0.1 s")
    percent, told = events(normalise("cyton250"), own, other)
    np.testing.assert_allclose(percent[:, 0], 50.0)
    assert set(told[-1]["refused"]) == {"a"}
    percent, told = events(normalise("cyton250"), other, own)
    np.testing.assert_allclose(percent[:, 0], 50.0)
    assert told[-1]["refused"] == {}


def test_one_profile_at_two_rates_has_two_bands_where_the_band_follows_from_the_rate():
    stage = normalise("generic")
    _, (slow,) = events(stage, *TRIAL, rate=500)
    _, (fast,) = events(stage, *TRIAL, rate=740)
    assert (slow["measured"], fast["measured"]) == (
        "generic, 20–230 Hz, RMS 0.1 s",
        "generic, 20–340 Hz, RMS 0.1 s",
    )
    _, (data,) = events(stage, reference({"a": 1.0}, measured=slow["measured"]), rate=740)
    assert "a" in data["refused"]


def test_an_envelope_of_the_device_is_told_as_such():
    _, (data,) = events(normalise("envelope"), *TRIAL, rate=50, kind="envelope")
    assert data["measured"] == "envelope, as the device sends it"
    _, (data,) = events(normalise("envelope"), *TRIAL, rate=500, kind="rectified")
    assert data["measured"] == "envelope, RMS 0.1 s"


def test_a_chain_that_is_stored_keeps_how_it_measured():
    chain = load_profile("cyton250").chain(settings={"envelope.window": 0.25})
    assert from_json(as_json(chain)) == chain


def test_what_was_told_says_nothing_of_the_trial_before_it_nor_the_other_way_round():
    stage = normalise("cyton250")
    told = reference({"a": 100.0}, method="submax_reference", statistic="peak", window_s=0.5)
    _, (first, second) = events(stage, told, *TRIAL)
    assert (first["method"], first["measured"], "seconds" in first) == ("submax_reference", "", False)
    assert (second["method"], second["statistic"], second["measured"]) == ("mvc_isometric", "mean", OWN)
    assert second["seconds"] == 0.02
    _, (_, last) = events(stage, *TRIAL, told.at(7))
    assert (last["method"], last["window_s"], "seconds" in last) == ("submax_reference", 0.5, False)
