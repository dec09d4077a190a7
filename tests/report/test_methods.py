"""The methods paragraph says what the chain really does."""

import pytest
from scipy import signal

from nmr_emg.analysis import Question
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.report import Source
from nmr_emg.report.findings import gather
from nmr_emg.report.methods import methods


def told(make, rate=250.0, profile=None, facts=None):
    raw = make.signal(8, [[(3, 5, 30.0)]])
    source = Source("m.h5", make.recording(raw, rate=rate), Question(profile=profile), facts or {})
    return " ".join(methods(gather(source))).replace("\u202f", " ")


@pytest.mark.parametrize(("rate", "band"), [(250.0, (20, 115)), (200.0, (20, 92)), (1000.0, (20, 450))])
def test_the_band_it_names_is_the_filters(make, rate, band):
    assert f"band-pass {band[0]}–{band[1]} Hz, order 4" in told(make, rate)
    sections = Bandpass(low=band[0], high=band[1], mains=()).sections(rate)
    _, response = signal.sosfreqz(sections, worN=band, fs=rate)
    assert abs(response) == pytest.approx([0.7071, 0.7071], abs=0.01)


def test_the_envelopes_window_and_delay(make):
    assert "over the last 100 ms (25 samples; delay 48.0 ms)" in told(make)


def test_mains_evidence_and_minor_bursts(make):
    text = told(make)
    assert "order 4 at each edge, no notch" in text
    assert "Mains hum at 50 or 60 Hz" in text
    assert "likelihood ratio reaches 11 (Page's test)" in text
    assert "minor when it is shorter than 0.2 s or its peak is under 20%" in text


def test_another_profile_is_told_as_such(make):
    assert "Profile generic" in told(make, profile="generic")


def test_versions_of_both_sides(make):
    text = told(make, facts={"versions": {"nmr_emg": "0.0.9"}})
    assert "Made with nmr-emg" in text
    assert "Recorded with nmr_emg 0.0.9." in text


def test_a_stage_of_somebody_else_is_named_with_its_settings():
    from dataclasses import dataclass

    from nmr_emg.report.methods import _sentence

    @dataclass(frozen=True)
    class Comb:
        teeth: int = 7

        def start(self, info):
            return lambda block: block

    assert "Comb(teeth=7)" in _sentence(Comb(), 250.0)


def test_delays_of_the_filters_and_of_the_envelope(make):
    text = told(make)
    assert "Delays: bandpass 8.52 ms, envelope 48.0 ms" in text
    assert "so the envelope comes 56.5 ms after the muscle" in text


def test_how_amplitudes_are_measured(make):
    assert "than this (cyton250, 20–115 Hz, RMS 0.1 s)" in told(make)


def test_another_envelope_is_told_as_such():
    from nmr_emg.dsp.envelope import Envelope
    from nmr_emg.report.methods import _sentence

    plain = _sentence(Envelope(kind="arv"), 1000.0).replace("\u202f", " ")
    assert (
        plain == "Envelope: mean of the rectified signal over the last 100 ms (100 samples; delay 49.5 ms)."
    )
    assert "low-pass of order 2 at 6 Hz" in _sentence(Envelope(kind="linear"), 250.0).replace("\u202f", " ")


def test_what_is_off_is_not_told(make):
    from nmr_emg.dsp.bandpass import Bandpass
    from nmr_emg.dsp.hum import Hum
    from nmr_emg.report.methods import _sentence

    text = told(make)
    assert "Stage" not in text
    assert "Heart beats" not in text
    assert not _sentence(Hum(), 250.0)
    notched = _sentence(Bandpass(high=115.0, mains=(50.0, 60.0)), 250.0).replace("\u202f", " ")
    assert "notches of 1.667 Hz at 50, 60 and 100 Hz" in notched
