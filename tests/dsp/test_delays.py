import pytest

from nmr_emg import Chain, Channel, StreamInfo
from nmr_emg.dsp.delays import delay_words, delays, delays_ms, shown_delay
from nmr_emg.dsp.envelope import Envelope
from nmr_emg.dsp.profile import load_profile
from nmr_emg.dsp.settling import Settling


def stream(rate, kind="raw"):
    return StreamInfo(rate, (Channel("a", kind=kind),))


def of(profile, rate, kind="raw"):
    info = stream(rate, kind)
    return delays(load_profile(profile).chain_for(info), info)


@pytest.mark.parametrize(("profile", "rate", "ms"), [("cyton250", 250, 8.3), ("lab1000", 1000, 2.6)])
def test_the_band_pass_of_a_profile_delays_emg_as_the_reference_says(profile, rate, ms):
    assert 1000 * of(profile, rate)["bandpass"] == pytest.approx(ms, rel=0.1)


def test_the_envelope_delays_by_half_its_window():
    assert of("cyton250", 250)["envelope"] == pytest.approx(12 / 250)


def test_every_stage_is_named_and_the_bar_is_late_by_band_pass_and_envelope():
    info = stream(250)
    chain = load_profile("cyton250").chain_for(info)
    found = delays(chain, info)
    assert list(found) == [one["stage"] for one in load_profile("cyton250").stages]
    assert shown_delay(chain, info) == pytest.approx(found["bandpass"] + found["envelope"])
    assert delays_ms(chain, info)["shown"] == pytest.approx(1000 * shown_delay(chain, info), abs=0.01)
    assert delay_words(chain, info) == "filters 57 ms"


def test_what_the_device_has_smoothed_is_not_delayed_again():
    info = stream(50, "envelope")
    chain = load_profile("envelope").chain_for(info)
    assert shown_delay(chain, info) == 0
    assert delay_words(chain, info) == ""


def test_a_single_stage_is_a_chain_too():
    assert delays(Envelope(0.02), stream(250)) == {"envelope": pytest.approx(2 / 250)}
    assert delays(Chain((Settling(),)), stream(250)) == {"settling": 0.0}
