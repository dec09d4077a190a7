"""The section on spectrum and fatigue: what is drawn, what is said, and what is refused."""

import re

import numpy as np
import pytest
from scipy import signal

from nmr_emg.analysis import Question, analyze
from nmr_emg.report import Source
from nmr_emg.report.fatigue import STATES, _quadrant
from nmr_emg.report.plot import LEFT, RIGHT


def held(make, rate=1000.0, **more):
    """A hold of forty seconds whose spectrum sinks by a third while its amplitude grows by a half."""
    rng = np.random.default_rng(3)
    parts = []
    for top in np.linspace(200, 110, 40) if rate > 500 else np.linspace(110, 70, 40):
        sos = signal.butter(4, [30, top], "bandpass", fs=rate, output="sos")
        part = signal.sosfilt(sos, rng.standard_normal(round(2 * rate)))[round(rate) :]
        parts.append(part / part.std() * 80 * (1 + len(parts) / 80))
    quiet = 2 * rng.standard_normal(round(4 * rate))
    raw = np.concatenate([quiet, *parts, quiet])[:, None]
    return Source("hold.h5", make.recording(raw, rate=rate, **more))


@pytest.fixture(scope="module")
def source(make):
    return held(make)


@pytest.fixture(scope="module")
def found(source):
    return analyze(source.open_again, source.question)["channels"][0]["fatigue"]


@pytest.fixture(scope="module")
def tired(source, make, tmp_path_factory):
    return make.page(tmp_path_factory.mktemp("fatigue"), source)


def test_every_point_of_the_analysis_is_drawn_at_its_time(tired, found):
    points = tired.all("circle", "point")
    times = [(float(p["cx"]) - LEFT) / (RIGHT - LEFT) * 48 for p in points]
    assert times == pytest.approx(found["series"]["time_s"], abs=0.05)
    heights = [float(p["cy"]) for p in points]
    assert np.corrcoef(heights, found["series"]["mdf_hz"])[0, 1] == pytest.approx(-1, abs=1e-3)


def test_the_line_falls_from_the_first_point_to_the_last(tired):
    [line] = tired.all("path", "trend")
    (x0, y0), (x1, y1) = ([float(v) for v in p.split(",")] for p in str(line["d"])[1:].split("L"))
    points = tired.all("circle", "point")
    assert (x0, x1) == pytest.approx((float(points[0]["cx"]), float(points[-1]["cx"])), abs=0.1)
    assert y1 > y0 + 20


def test_it_is_said_in_numbers_and_words(tired, found):
    assert f"median frequency from {found['mdf_start_hz']:.3g} to {found['mdf_end_hz']:.3g} Hz" in tired.text
    assert "Each point is one second of activity" in tired.text
    assert re.search(r"Slope of the median frequency −[\d.]+ % a second \(95 % interval −", tired.text)
    assert f"fatigue – {STATES['fatigue']}" in tired.text
    assert re.search(r"Fatigue index FInsm5: [1-9][\d.]* times that at the start", tired.text)
    assert "read a trend as fatigue only where these stayed the same" in tired.text


def test_a_slow_board_shows_a_relative_trend_only(make, tmp_path):
    page = make.page(tmp_path, held(make, 250.0))
    assert re.search(r"median frequency down by \d+ % \(relative trend only\)", page.text)
    assert "With care: " in page.text


def test_what_the_profile_refuses_is_said_once_for_all_channels(make, tmp_path):
    raw = make.signal(20, [[(5, 9, 40.0)], [(5, 9, 40.0)]])
    page = make.page(tmp_path, Source("slow.h5", make.recording(raw, rate=200.0)))
    assert not page.all("circle", "point")
    assert page.text.count("no trend – 200 samples a second cannot carry the EMG spectrum") == 1
    assert "ch1, ch2 : no trend" in page.text


def test_a_narrow_band_of_an_unknown_board_is_refused_in_the_table_too(make, tmp_path):
    raw = make.signal(20, [[(5, 9, 40.0)]])
    source = Source("slow.h5", make.recording(raw, rate=200.0), Question(profile="generic"))
    words = "the band ends at 92 Hz; under 100 Hz it cannot carry the EMG spectrum"
    assert make.page(tmp_path, source).text.count(words) == 2


def test_a_short_recording_says_what_a_trend_needs(make, tmp_path):
    page = make.page(tmp_path, Source("short.h5", make.recording(make.signal(10, [[(4, 6, 40.0)]]))))
    assert "no trend – needs 8 clear windows of activity over 20 s" in page.text


@pytest.mark.parametrize(
    ("amplitude", "spectrum", "words"),
    [
        ([-1, 1], [-3, -1], "the amplitude may as well have stayed the same"),
        ([1, 2], [-3, 1], "the median frequency may as well have stayed the same"),
        ([-1, 2], [-3, 1], "the amplitude and the median frequency may as well have stayed the same"),
    ],
)
def test_the_dead_zone_says_what_may_not_have_moved(amplitude, spectrum, words):
    found = {"jasa": {"state": "undetermined", "amplitude_ci": amplitude}, "ci": spectrum}
    assert _quadrant(found) == f"undetermined – {words}"
