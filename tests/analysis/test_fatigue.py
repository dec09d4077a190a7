"""Trends of the spectrum, from made windows, from simulated muscles whose truth is known, and from a person."""

from itertools import pairwise

import h5py
import numpy as np
import pytest
from scipy import signal

from nmr_emg import Event
from nmr_emg.analysis.bursts import Burst
from nmr_emg.analysis.fatigue import fatigue
from nmr_emg.analysis.frames import Frames
from nmr_emg.analysis.jasa import jasa
from nmr_emg.analysis.trend import Trend, trend
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.spectral import fatigue_index, median_frequency

RATE = 1000


def frames(mdf, rms=None, finsm5=None, every=1.0, share=None):
    """One window of a second every so many seconds, from made numbers."""
    mdf = np.asarray(mdf, float)
    full = [np.full(len(mdf), value) if given is None else np.asarray(given, float)
            for given, value in ((share, 1.0), (rms, 100.0), (finsm5, 1e-12))]  # fmt: skip
    middle = RATE * (0.5 + every * np.arange(len(mdf)))
    return Frames(RATE, middle, full[0], full[1], mdf, mdf + 10, full[2])


def bursts(*spans, **more):
    return [Burst(round(a * RATE), round(a * RATE), round(b * RATE), **more) for a, b in spans]


def ask_of(made, spans, rest=2.0):
    return fatigue(made, bursts(*spans), rest, 0, RATE, None)


def test_a_line_has_its_slope_in_percent_of_its_start():
    found = ask_of(frames(90 - 0.25 * np.arange(60.0)), [(0, 60)])
    assert found["slope_percent_s"] == pytest.approx(-0.27778, abs=1e-5)
    assert found["ols_percent_s"] == pytest.approx(-0.27778, abs=1e-5)
    assert found["ci"] == pytest.approx([-0.27778, -0.27778], abs=1e-5)
    assert (found["mdf_start_hz"], found["mdf_end_hz"], found["r2"]) == (90, 75.25, 1)
    assert found["mnf_slope_percent_s"] == pytest.approx(-0.25, abs=1e-5)
    assert (found["windows"], found["method"], found["reason"]) == (60, "seconds", None)


def test_a_few_wild_windows_do_not_bend_the_line():
    mdf = 90 - 0.25 * np.arange(60.0)
    mdf[[3, 20, 50]] = 250
    found = ask_of(frames(mdf), [(0, 60)])
    assert found["slope_percent_s"] == pytest.approx(-0.278, abs=0.01)
    assert abs(found["ols_percent_s"] + 0.278) > 0.03


@pytest.mark.parametrize(
    ("count", "every", "words"),
    [
        (7, 5.0, "there are 7 over 30 s"),
        (15, 1.0, "there are 15 over 14 s"),
        (0, 1.0, "there are none"),
    ],
)
def test_too_little_is_no_trend(count, every, words):
    found = ask_of(frames(np.full(count, 80.0), every=every), [(0, 100)])
    assert found["slope_percent_s"] is None
    assert found["jasa"] is None
    assert found["reason"] == f"needs 8 clear windows of activity over 20 s; {words}"


def test_what_hardly_stands_out_from_rest_does_not_count():
    """At 6 dB above rest the RMS is 2.23 times it."""
    assert ask_of(frames(np.full(30, 80.0), np.full(30, 22.0)), [(0, 30)], 10.0)["windows"] == 0
    assert ask_of(frames(np.full(30, 80.0), np.full(30, 22.5)), [(0, 30)], 10.0)["windows"] == 30


def test_only_whole_windows_inside_bursts_count_and_none_overlaps():
    made = frames(np.full(160, 80.0), every=0.25, share=np.resize([1, 1, 1, 0.9], 160))
    found = ask_of(made, [(5, 15), (30, 40)])
    times = np.array(found["series"]["time_s"]) if found["series"] else None
    assert found["windows"] == 2 * 10
    assert all(5 <= t <= 15 or 30 <= t <= 40 for t in times)
    assert np.diff(times).min() >= 1


def test_repetitions_count_once_each_and_are_told_so():
    spans = [(3 * k, 3 * k + 2) for k in range(12)]
    made = frames(np.where(np.arange(144) % 12 < 8, 90 - np.arange(144) / 12, 30), every=0.25)
    found = ask_of(made, spans)
    assert (found["method"], found["windows"]) == ("repetitions", 12)
    assert found["series"]["time_s"][1] == pytest.approx(4, abs=0.2)
    assert found["mdf_end_hz"] < found["mdf_start_hz"]


@pytest.mark.parametrize(
    ("index", "mean"), [([2, 4, np.nan, np.nan], 3), ([2, np.nan, np.nan, np.nan], np.nan)]
)
def test_a_repetition_has_a_fatigue_index_if_half_of_its_windows_can_be_trusted(index, mean):
    found = frames(np.full(4, 80.0), finsm5=index).mean(np.arange(4))
    assert found.finsm5[0] == pytest.approx(mean, nan_ok=True)


def test_how_far_a_repetition_is_dated_does_not_move_its_spectrum():
    """A burst that ends half a second late holds faint windows of another spectrum."""
    working = np.arange(144) % 12 < 8
    made = frames(np.where(working, 80.0, 30.0), np.where(working, 100.0, 20.0), every=0.25)
    for late in (0, 0.25, 0.5):
        found = ask_of(made, [(3 * k + 0.5, 3 * k + 2.5 + late) for k in range(12)])
        assert (found["method"], found["mdf_start_hz"], found["mdf_end_hz"]) == ("repetitions", 80, 80)


def test_a_repetition_that_was_cut_off_does_not_count():
    spans = [(3 * k, 3 * k + 2) for k in range(12)]
    made = frames(np.full(144, 80.0), every=0.25)
    cut = [
        *bursts(*spans[:10]),
        *bursts(spans[10], truncated_end=True),
        *bursts(spans[11], truncated_start=True),
    ]
    assert fatigue(made, cut, 2.0, 0, RATE, None)["windows"] == 10


def test_long_holds_are_followed_second_by_second():
    found = ask_of(frames(np.full(300, 80.0)), [(30 * k, 30 * k + 20) for k in range(9)])
    assert (found["method"], found["windows"]) == ("seconds", 9 * 20)


def test_an_hour_keeps_its_slope_and_its_size():
    found = ask_of(frames(90 - 0.01 * np.arange(3600.0)), [(0, 3600)])
    assert found["windows"] == 3600
    assert len(found["series"]["mdf_hz"]) == 900
    assert found["slope_percent_s"] == pytest.approx(-1 / 90, abs=1e-4)


def test_a_line_that_would_leave_the_spectrum_is_no_trend():
    mdf = np.concatenate([np.linspace(25, 26, 4), np.linspace(30, 400, 20), np.full(4, 420.0)])
    found = ask_of(frames(mdf), [(0, 28)])
    assert found["slope_percent_s"] is None
    assert found["reason"] == "the median frequencies do not lie along a line"


UP, DOWN, FLAT = ((slope, slope - 0.1, slope + 0.1) for slope in (0.5, -0.5, 0.05))


@pytest.mark.parametrize(
    ("amplitude", "spectrum", "state"),
    [
        (UP, DOWN, "fatigue"),
        (UP, UP, "force increase"),
        (DOWN, UP, "recovery"),
        (DOWN, DOWN, "force decrease"),
        (FLAT, DOWN, "undetermined"),
        (UP, FLAT, "undetermined"),
    ],
)
def test_the_four_quadrants_and_the_dead_zone(amplitude, spectrum, state):
    lines = [Trend(1, 1, slope, low, high, slope, 1) for slope, low, high in (amplitude, spectrum)]
    assert jasa(*lines) == state


def test_the_interval_of_a_slope_holds_it_as_often_as_it_says():
    """Nineteen times in twenty."""
    t, rng = np.arange(40.0), np.random.default_rng(7)
    held = [
        f.low <= -0.1 <= f.high for f in (trend(t, 80 - 0.1 * t + rng.normal(0, 4, 40)) for _ in range(300))
    ]
    assert np.mean(held) == pytest.approx(0.95, abs=0.04)


def test_the_fatigue_index_is_told_against_the_start():
    found = ask_of(frames(np.full(40, 80.0), finsm5=np.geomspace(1e-12, 4e-12, 40)), [(0, 40)])
    first, last = np.geomspace(1, 4, 40)[:8], np.geomspace(1, 4, 40)[-8:]
    assert found["finsm5_ratio"] == pytest.approx(np.median(last) / np.median(first), abs=1e-4)
    assert found["series"]["finsm5"][20] == pytest.approx(
        np.geomspace(1, 4, 40)[20] / np.median(first), abs=1e-4
    )


@pytest.mark.parametrize(("moving", "count"), [(slice(4, None), 26), (slice(6), 6), (slice(20, None), 10)])
def test_motion_refuses_the_fatigue_index_in_words_and_leaves_the_rest(moving, count):
    index = np.full(30, 1e-12)
    index[moving] = np.nan
    found = ask_of(frames(90 - 0.25 * np.arange(30.0), finsm5=index), [(0, 30)])
    assert found["finsm5_ratio"] is None
    assert found["finsm5_reason"].startswith(
        f"in {count} of 30 points over 15% of the power lies under 20 Hz"
    )
    assert found["series"]["finsm5"][moving][0] is None
    assert found["slope_percent_s"] == pytest.approx(-0.27778, abs=1e-5)


# Simulated muscles: the spectrum of a model EMG, compressed as conduction slows.


def model(f, squeeze):
    """Stulen & De Luca 1981, IEEE Trans Biomed Eng 28:515-523; compressed, at the same power."""
    g = f / squeeze
    return 120.0**4 * g**2 / ((g**2 + 60.0**2) * (g**2 + 120.0**2) ** 2) / squeeze


def tiring(seconds, last, louder=1.0, seed=0):
    """EMG whose spectrum is squeezed from 1 to `last` and whose amplitude grows to `louder`, second by second."""
    rng = np.random.default_rng(seed)
    f = np.fft.rfftfreq(2 * RATE, 1 / RATE)
    parts = []
    for share in np.linspace(0, 1, seconds):
        gain = np.sqrt(model(f, 1 + share * (last - 1)))
        x = np.fft.irfft(gain * np.fft.rfft(rng.standard_normal(2 * RATE)))[:RATE]
        parts.append(100 * x / np.sqrt(np.square(gain).mean()) * (1 + share * (louder - 1)))
    return np.concatenate(parts)


def truth(squeeze, low=20, high=450):
    """Median frequency and fatigue index of the model behind the filter with its notches."""
    f = np.arange(0, 500.05, 0.1)
    _, gain = signal.sosfreqz(Bandpass(low, high).sections(RATE), worN=f, fs=RATE)
    power = model(f, squeeze) * np.abs(gain) ** 2
    return float(median_frequency(power, 0.1, low, high)), float(fatigue_index(power, 0.1, low, high))


def resting(seconds, seed=9):
    return 2 * np.random.default_rng(seed).standard_normal(seconds * RATE)


@pytest.mark.parametrize("seed", [0, 1])
def test_a_long_hold_tires_as_much_as_it_was_made_to(ask, seed):
    x = np.concatenate([resting(4), tiring(60, 0.75, 1.6, seed), resting(3)])
    found = ask(RATE, x)["channels"][0]["fatigue"]
    (start, before), (end, after) = truth(1.0), truth(0.75)
    assert found["method"] == "seconds"
    assert found["mdf_start_hz"] == pytest.approx(start, abs=7)  # three standard deviations
    assert found["mdf_end_hz"] == pytest.approx(end, abs=7)
    assert found["slope_percent_s"] == pytest.approx(100 * (end / start - 1) / 59, abs=0.15)
    assert found["ci"][1] < 0
    assert found["jasa"]["state"] == "fatigue"
    assert found["jasa"]["amplitude_percent_s"] == pytest.approx(100 * np.log(1.6) / 60, abs=0.2)
    assert 1.5 < found["finsm5_ratio"] < 1.5 * after / before
    assert found["label"] is None


def test_repetitions_tire_as_much_as_they_were_made_to(ask):
    """Twenty repetitions of two seconds, two seconds apart."""
    worked = tiring(40, 0.75, seed=3)
    parts = [np.concatenate([worked[2000 * k : 2000 * k + 2000], resting(2, k)]) for k in range(20)]
    found = ask(RATE, np.concatenate([resting(4), *parts]))["channels"][0]["fatigue"]
    assert (found["method"], found["windows"]) == ("repetitions", 20)
    assert found["mdf_start_hz"] == pytest.approx(truth(1.0)[0], abs=5)
    assert found["mdf_end_hz"] == pytest.approx(truth(0.75)[0], abs=5)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_muscle_that_does_not_tire_is_not_said_to(ask, seed):
    found = ask(RATE, np.concatenate([resting(4), tiring(40, 1.0, 1.0, seed)]))["channels"][0]["fatigue"]
    low, high = found["ci"]
    assert low < 0.05
    assert high > -0.05
    assert found["jasa"]["state"] == "undetermined"


def test_a_narrow_band_is_labelled(ask):
    rng = np.random.default_rng(2)
    x = np.concatenate([2 * rng.standard_normal(1000), 60 * rng.standard_normal(10000)])
    found = ask(250, x)["channels"][0]["fatigue"]
    assert "relative trend only" in found["label"]
    x = np.concatenate([2 * rng.standard_normal(2000), 60 * rng.standard_normal(20000)])
    assert "relative trend only" in ask(500, x)["channels"][0]["fatigue"]["label"]


def test_a_reference_contraction_has_no_place_in_a_trend(ask):
    x = np.concatenate([resting(4), 5 * tiring(6, 0.6), resting(2), tiring(40, 1.0), resting(2)])
    marks = [
        Event("trial", 1000 * s, data={"name": "reference", "edge": e})
        for s, e in ((4, "start"), (10, "stop"))
    ]
    found = ask(RATE, x, marks)["channels"][0]["fatigue"]
    assert found["series"]["time_s"][0] > 12
    assert found["jasa"]["state"] == "undetermined"


def test_a_person_who_bends_the_arm_thirty_times_tires(real, ask):
    """The median frequency of the biceps falls from about 77 to about 55 Hz, says who collected the recordings."""
    with h5py.File(real / "plux_h5" / "emg_fatigue.h5") as file:
        x = file["00:07:80:4C:01:B1/raw/channel_2"][:].astype(float)
    found = ask(1000, x)["channels"][0]["fatigue"]
    assert found["method"] == "repetitions"
    assert found["windows"] in range(26, 31)
    assert found["mdf_start_hz"] == pytest.approx(77, abs=5)
    assert found["mdf_end_hz"] == pytest.approx(55, abs=5)
    assert found["jasa"]["state"] == "fatigue"
    assert found["finsm5_ratio"] > 2
    assert found["ci"][1] < -0.1
    assert all(b > a for a, b in pairwise(found["series"]["time_s"]))
