import json
import tracemalloc

import numpy as np
import pytest

from nmr_emg import Block, Channel, ConfigError, DeviceLost, Event, StreamInfo
from nmr_emg.analysis import Question, analyze
from nmr_emg.dsp.profile import profile_for
from nmr_emg.scoring.score import balance_score, window_error
from nmr_emg.testing import Collected, Scripted, collect

RATE = 250
PAIR = (("a", "b"),)


def steps(*levels, seed=0, seconds=5.0):
    """White noise whose amplitude changes every few seconds: one row of levels (µV) a channel."""
    rng = np.random.default_rng(seed)
    amplitude = np.repeat(np.atleast_2d(np.array(levels, float)).T, round(seconds * RATE), axis=0)
    return amplitude * rng.standard_normal(amplitude.shape)


def times(bursts):
    return [(b["onset"], b["offset"]) for b in bursts]


def near(expected, tolerance=0.06):
    return [pytest.approx(pair, abs=tolerance) for pair in expected]


def test_bursts_are_in_seconds_from_the_first_sample_wherever_the_index_begins(ask):
    x = steps([2, 60, 2, 40, 2])
    plain, late = ask(RATE, x), ask(RATE, x, first=12_345)
    assert times(plain["channels"][0]["bursts"]) == near([(5, 10), (15, 20)])
    assert late == plain


def test_the_answer_is_plain_json_with_the_keys_of_the_contract(ask):
    answer = json.loads(json.dumps(ask(RATE, steps([2, 60, 2], [2, 30, 2]), pairs=PAIR), allow_nan=False))
    assert answer["profile"] == "cyton250"
    assert {
        "label",
        "quality",
        "rest_uV",
        "snr_db",
        "rms_uV",
        "peak_uV",
        "mdf_hz",
        "bursts",
        "fatigue",
    } <= set(answer["channels"][0])
    assert {"onset", "offset", "declared", "snr_db", "truncated_start", "truncated_end"} <= set(
        answer["channels"][0]["bursts"][0]
    )
    assert {"a", "b", "score", "ci", "direction", "reason", "normalisation", "indices"} <= set(
        answer["pairs"][0]
    )


def test_rest_amplitude_and_snr_are_those_of_the_band(ask):
    channel = ask(RATE, steps([2, 60, 2]))["channels"][0]
    band = np.sqrt((115 - 20 - 3 * 1.667 * np.pi / 2) / 125)
    assert channel["rest_uV"] == pytest.approx(2 * band, rel=0.08)
    assert channel["rms_uV"] == pytest.approx(60 * band, rel=0.05)
    assert channel["snr_db"] == pytest.approx(20 * np.log10(30), abs=0.8)
    assert channel["bursts"][0]["snr_db"] == pytest.approx(20 * np.log10(30), abs=0.8)


def test_without_a_reference_a_pair_compares_microvolts_above_rest_while_either_is_active(ask):
    """The contract: noise-corrected µV over the active samples, ε = 3 SD of rest, gate 3 × rest."""
    x = steps([2, 60, 2, 2, 2], [2, 20, 2, 20, 2])
    answer = ask(RATE, x, pairs=PAIR)
    (pair,) = answer["pairs"]
    rest = np.array([c["rest_uV"] for c in answer["channels"]])
    info = StreamInfo(RATE, (Channel("a"), Channel("b")))
    told = Event("rest", 0, data={"values": {"a": rest[0], "b": rest[1]}})
    done = collect(Scripted(info, [Block(0, {"raw": x}, events=(told,))]), profile_for(info).chain())
    settled = ~done.track("settling")[:, 0]
    active, envelope = done.track("active"), done.track("envelope")
    either = settled & active.any(axis=1)
    mean = np.sqrt(np.maximum(envelope[either] ** 2 - rest**2, 0)).mean(axis=0)
    spread = max(envelope[settled & ~active[:, i], i].std() for i in (0, 1))
    expected = balance_score(*mean, epsilon=3 * spread, gate=3 * rest.max())
    assert pair["normalisation"] == "none"
    assert (pair["mean_a"], pair["mean_b"]) == pytest.approx(tuple(mean), rel=5e-3)
    assert pair["score"] == pytest.approx(expected.score, abs=1.0)
    assert pair["seconds"] == pytest.approx(10, abs=0.5)
    assert pair["direction"] > 0
    assert pair["ci"][0] < pair["score"] < pair["ci"][1]
    assert pair["indices"]["antagonist_share"] == pytest.approx(100 * mean[1] / mean.sum(), abs=0.1)


def test_the_interval_is_that_of_the_time_and_the_band(ask):
    (pair,) = ask(RATE, steps([2, 60, 2], [2, 30, 2]), pairs=PAIR)["pairs"]
    error = window_error(0.31 * RATE, pair["seconds"])
    ratio = np.log((1 + pair["direction"]) / (1 - pair["direction"]))
    width = 100 * abs(np.tanh((ratio + 1.96 * error) / 2) - np.tanh((ratio - 1.96 * error) / 2))
    assert pair["ci"][1] - pair["ci"][0] == pytest.approx(width, abs=0.02)


def test_too_little_activity_scores_nothing_and_says_why(ask):
    (pair,) = ask(RATE, steps([2, 5.5, 2], [2, 5.5, 2]), pairs=PAIR)["pairs"]
    assert (pair["score"], pair["ci"], pair["direction"], pair["indices"]) == (None, None, None, {})
    assert pair["reason"] == "insufficient activity"
    (pair,) = ask(RATE, steps([2, 2], [2, 2]), pairs=PAIR)["pairs"]
    assert pair["score"] is None


def test_a_stretch_of_reference_makes_percent_of_it(ask):
    x = steps([2, 100, 2, 50, 2], [2, 200, 2, 100, 2])
    answer = ask(RATE, x, rest=(0.5, 4.5), reference=(5.5, 9.5), pairs=PAIR)
    (pair,) = answer["pairs"]
    assert pair["normalisation"] == "mvc_isometric"
    assert pair["mean_a"] == pytest.approx(75, abs=5)
    assert pair["score"] > 96
    assert answer["channels"][0]["rest_uV"] == pytest.approx(2 * 0.85, rel=0.1)


def test_a_reference_up_to_the_very_end_counts(ask):
    x = steps([2, 50, 2, 100], [2, 50, 2, 100])
    (pair,) = ask(RATE, x, reference=(15.5, 20), pairs=PAIR)["pairs"]
    assert pair["normalisation"] == "mvc_isometric"
    assert pair["mean_a"] == pytest.approx(75, abs=5)


def test_a_stretch_counts_from_the_first_sample_wherever_the_index_begins(ask):
    x = steps([2, 100, 2, 50, 2], [2, 200, 2, 100, 2])
    question = {"rest": (0.5, 4.5), "reference": (5.5, 9.5), "pairs": PAIR}
    assert ask(RATE, x, first=5000, **question) == ask(RATE, x, **question)


def test_a_reference_told_from_elsewhere_counts_too(ask):
    told = Event("reference", data={"values": {"a": 100.0, "b": 50.0}, "method": "submax_reference"})
    (pair,) = ask(RATE, steps([2, 100, 2], [2, 50, 2]), told=(told,), pairs=PAIR)["pairs"]
    assert pair["normalisation"] == "submax_reference"
    assert pair["score"] == pytest.approx(100, abs=4)


def test_a_pair_without_both_references_goes_by_microvolts(ask):
    """A reference of one muscle, or one that is too small, says nothing about the pair."""
    x = steps([2, 100, 2], [2, 50, 2])
    plain = ask(RATE, x, pairs=PAIR)["pairs"][0]
    for values in ({"a": 100.0}, {"a": 100.0, "b": 4.0}):
        (pair,) = ask(RATE, x, told=(Event("reference", data={"values": values}),), pairs=PAIR)["pairs"]
        assert pair["normalisation"] == "none"
        assert pair["score"] == pytest.approx(plain["score"], abs=0.5)


def test_a_bad_channel_takes_the_score_away_and_says_so(ask):
    x = steps([2, 60, 60, 2], [2, 60, 60, 2])
    x[7 * RATE : 15 * RATE, 1] = 3.0
    (pair,) = ask(RATE, x, pairs=PAIR)["pairs"]
    assert (pair["score"], pair["reason"]) == (None, "quality")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ({"reference": (5, 16)}, r"reference ends at 16 s, but the recording at 15 s"),
        ({"rest": (15, 15.01)}, r"rest ends at 15\.01 s"),
        ({"rest": (5, 5)}, "rest 5:5 must be two times in seconds, the later one last"),
        ({"rest": (-1, 5)}, "rest -1:5 must be two times"),
        ({"rest": (0, float("inf"))}, "rest 0:inf must be two times"),
        ({"reference": (float("nan"), 5)}, "reference nan:5 must be two times"),
        ({"channels": ("z",)}, "no channel is called 'z'; there are a, b"),
        ({"pairs": (("a", "z"),)}, "no channel is called 'z'"),
        ({"profile": "lab"}, "there is no 'lab' in dsp/"),
        ({"profile": "lab1000"}, "does not fit 250 samples a second"),
    ],
)
def test_a_question_that_does_not_fit_is_refused_and_the_recording_closed(ask, recording, question, words):
    with pytest.raises(ConfigError, match=words):
        ask(RATE, steps([2, 60, 2], [2, 60, 2]), **question)
    assert all(driver.closed for driver in recording.drivers)


def test_a_channel_that_carries_no_emg_is_refused():
    info = StreamInfo(RATE, (Channel("a"), Channel("x", unit="g", kind="aux")))
    raw = np.zeros((1000, 2))
    for question, words in (
        (Question(channels=("x",)), "channel 'x' is aux; it carries no EMG"),
        (Question(pairs=(("a", "x"),)), "channel 'x' carries no EMG; it can't be one of a pair"),
    ):
        with pytest.raises(ConfigError, match=words):
            analyze(lambda: Scripted(info, [Block(0, {"raw": raw})]), question)


def test_a_recording_that_breaks_off_says_so():
    info = StreamInfo(RATE, (Channel("a"),))
    with pytest.raises(DeviceLost, match="chunk 7"):
        analyze(
            lambda: Scripted(info, [Block(0, {"raw": np.zeros((500, 1))}), DeviceLost("chunk 7")]), Question()
        )


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_a_recording_of_next_to_nothing_has_an_answer(ask, rows):
    blocks = [Block(0, {"raw": np.ones((rows, 2))})]
    answer = ask(RATE, np.ones((1, 2)), blocks=blocks, pairs=PAIR)
    assert answer["channels"][0]["bursts"] == []
    assert answer["channels"][0]["rest_uV"] is None
    assert answer["pairs"][0]["score"] is None


def test_flat_channels_have_no_rest_and_no_bursts(ask):
    x = steps([2, 60, 2], [2, 60, 2])
    x[:, 1] = 0
    answer = ask(RATE, x, pairs=PAIR)
    flat = answer["channels"][1]
    assert (flat["rest_uV"], flat["bursts"], flat["snr_db"]) == (None, [], None)
    assert flat["quality"]["state"] == "bad"
    assert "no signal" in flat["quality"]["reasons"][0]


def test_further_sinks_listen_to_the_second_pass(recording):
    sink = Collected()
    x = steps([2, 60, 2])
    analyze(recording(RATE, x), Question(), lambda info: sink)
    np.testing.assert_array_equal(sink.track("raw"), x)
    rest = sink.track("rest")
    assert np.isfinite(rest).all(), "what the first pass found is known from the first sample on"
    assert sink.closed


def test_only_the_channels_asked_for_are_shown(ask):
    answer = ask(RATE, steps([2, 60, 2], [2, 50, 2], [2, 40, 2]), channels=("c", "a"))
    assert [c["label"] for c in answer["channels"]] == ["c", "a"]


def test_memory_does_not_grow_with_the_recording():
    info = StreamInfo(125, (Channel("a"), Channel("b")))
    raw = np.random.default_rng(1).standard_normal((1250, 2)) * np.repeat([2.0, 60.0], 625)[:, None]

    def peak(minutes):
        blocks = lambda: (Block(1250 * i, {"raw": raw}) for i in range(6 * minutes))  # noqa: E731
        tracemalloc.start()
        analyze(lambda: Scripted(info, blocks()), Question(pairs=PAIR))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(2)
    assert peak(20) - peak(4) < 400_000, "more than one entry a burst and one number an active second"


# What was measured otherwise is not compared


def test_the_answer_says_how_the_reference_was_made(ask):
    x = steps([2, 100, 2, 50, 2], [2, 200, 2, 100, 2])
    answer = ask(RATE, x, rest=(0.5, 4.5), reference=(5.5, 9.5))
    assert answer["reference"] == {
        "method": "mvc_isometric",
        "statistic": "mean",
        "window_s": None,
        "measured": "cyton250, 20–115 Hz, RMS 0.1 s",
    }
    assert answer["channels"][0]["reference_uV"] == pytest.approx(100 * 0.85, rel=0.1)
    assert answer["channels"][0]["reference_note"] is None
    assert ask(RATE, x)["reference"] is None
    assert ask(RATE, x)["channels"][0]["reference_uV"] is None


@pytest.mark.parametrize("measured", ["lab1000, 20–450 Hz, RMS 0.1 s", "cyton250, 20–115 Hz, RMS 0.25 s"])
@pytest.mark.parametrize("where", ["in the recording", "from elsewhere"])
def test_a_reference_that_was_measured_otherwise_makes_no_percent_and_says_so(ask, measured, where):
    told = Event("reference", data={"values": {"a": 100.0, "b": 50.0}, "measured": measured})
    question = {"events": (told,)} if where == "in the recording" else {"told": (told,)}
    answer = ask(RATE, steps([2, 100, 2], [2, 50, 2]), pairs=PAIR, **question)
    assert answer["pairs"][0]["normalisation"] == "none"
    for channel in answer["channels"]:
        assert channel["reference_uV"] is None
        assert channel["reference_note"].startswith(f"the reference was measured otherwise ({measured})")


def test_a_reference_that_is_too_small_says_so(ask):
    told = Event("reference", data={"values": {"a": 4.0}})
    channel = ask(RATE, steps([2, 100, 2]), told=(told,))["channels"][0]
    assert "is under 3 times rest" in channel["reference_note"]


def test_a_muscle_over_300_percent_of_its_reference_casts_doubt_on_it(ask):
    told = Event("reference", data={"values": {"a": 20.0}})
    channel = ask(RATE, steps([2, 100, 2]), told=(told,))["channels"][0]
    assert "check the reference" in channel["reference_note"]


def test_the_answer_says_what_the_filters_delay_and_what_is_lost(ask):
    answer = ask(RATE, steps([2, 60, 2]))
    assert answer["delays_ms"]["bandpass"] == pytest.approx(8.3, rel=0.1)
    assert answer["delays_ms"]["envelope"] == 48.0
    assert answer["delays_ms"]["shown"] == pytest.approx(56.5, abs=0.1)
    assert answer["band"] == {
        "low_hz": 20.0,
        "high_hz": 115.0,
        "hardware_3db_hz": 65.5,
        "lost_power": 0.707,
        "amplitude": 0.541,
    }


@pytest.mark.parametrize("kind", ["raw", "envelope"])
def test_a_profile_whose_band_does_not_fit_is_refused_for_envelopes_too(recording, kind):
    again = recording(20, np.ones((100, 1)), kind=kind)
    with pytest.raises(ConfigError, match="the band 20–450 Hz does not fit 20 samples a second"):
        analyze(again, Question(profile="lab1000"))
    assert all(driver.closed for driver in recording.drivers)
