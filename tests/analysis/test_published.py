"""`analyze --detector NAME`: bursts as a published method finds them, in the recording's own time."""

import json

import numpy as np
import pytest

from nmr_emg import Block, Chain, Channel, ConfigError, Event, RecordingError, StreamInfo, run
from nmr_emg.analysis import Question, analyze
from nmr_emg.cli.app import main
from nmr_emg.dsp.published import METHODS
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.testing import Scripted, blocks_of

RATE = 250
CAUSAL = {"modified_hodges", "bonato", "aglr"}


def steps(*levels, seed=0, seconds=5.0):
    """White noise whose amplitude (µV) changes every few seconds: one row of levels a channel."""
    rng = np.random.default_rng(seed)
    amplitude = np.repeat(np.atleast_2d(np.array(levels, float)).T, round(seconds * RATE), axis=0)
    return amplitude * rng.standard_normal(amplitude.shape)


def rest_trial(start, stop):
    return [
        Event("trial", round(at * RATE), data={"name": "rest", "edge": edge})
        for at, edge in ((start, "start"), (stop, "stop"))
    ]


def times(channel):
    return [(one["onset"], one["offset"]) for one in channel["bursts"]]


class near:  # noqa: N801  (reads like approx)
    """Bursts as they truly were. Their ends come late: the notches ring on, and these methods do not know."""

    def __init__(self, *bursts):
        self.bursts = bursts

    def __eq__(self, found):
        return len(found) == len(self.bursts) and all(
            abs(a - b) < 0.05 and -0.1 < d - c < 0.5
            for (a, d), (b, c) in zip(found, self.bursts, strict=True)
        )

    def __hash__(self):
        return hash(self.bursts)

    def __repr__(self):
        return repr(self.bursts)


@pytest.mark.parametrize("name", METHODS)
def test_bursts_come_from_the_method_and_all_else_stays(ask, name):
    x = steps([2, 60, 2, 40, 2])
    own, theirs = ask(RATE, x, rest=(1, 4)), ask(RATE, x, rest=(1, 4), detector=name)
    assert (own["detector"], theirs["detector"]) == ("activation", name)
    assert own.keys() == theirs.keys()
    (a,), (b,) = own["channels"], theirs["channels"]
    assert a.keys() == b.keys()
    assert {key: a[key] for key in ("rest_uV", "rms_uV", "peak_uV", "snr_db", "quality")} == {
        key: b[key] for key in ("rest_uV", "rms_uV", "peak_uV", "snr_db", "quality")
    }
    if name != "change_point":
        assert times(theirs["channels"][0])[0][0] == pytest.approx(5, abs=0.08)
    for one in b["bursts"] + b["minor"]:
        assert (one["declared"] is not None) == (name in CAUSAL)
    assert json.loads(json.dumps(theirs, allow_nan=False))["channels"][0]["bursts_refused"] is None


def test_a_bursts_peak_and_snr_are_measured_as_ours_are(ask):
    x = steps([2, 60, 2])
    own, theirs = (ask(RATE, x, rest=(1, 4), detector=name)["channels"][0] for name in (None, "aglr"))
    assert times(theirs) == near((5, 10))
    for key, allowed in (("peak_uV", 1e-9), ("snr_db", 0.6)):
        assert theirs["bursts"][0][key] == pytest.approx(own["bursts"][0][key], abs=allowed)


def test_times_count_from_the_first_sample_wherever_the_index_begins(ask):
    x = steps([2, 60, 2, 40, 2])
    asked = {"rest": (1, 4), "detector": "aglr"}
    assert ask(RATE, x, first=12_345, **asked) == ask(RATE, x, **asked)


@pytest.mark.parametrize("rows", [1, 33, 100_000])
def test_the_answer_does_not_depend_on_the_blocks(ask, rows):
    x = steps([2, 60, 2], seconds=2.0)
    asked = {"rest": (0.7, 1.8), "detector": "bonato"}
    assert ask(RATE, x, blocks=blocks_of(x, rows), **asked) == ask(RATE, x, **asked)


def test_a_gap_splits_a_burst_and_later_times_stay_true(ask):
    x = steps([2, 60, 60, 2, 40, 2])
    lost = 3 * RATE
    at = 10 * RATE
    gap = Event("gap", at + lost, data={"samples": lost, "reason": "counter"})
    blocks = [Block(0, {"raw": x[:at]}), Block(at + lost, {"raw": x[at:]}, events=(gap,))]
    (channel,) = ask(RATE, x, blocks=blocks, rest=(1, 4), detector="aglr")["channels"]
    assert times(channel) == near((5, 10), (13.5, 18), (23, 28))
    cut = [(one["truncated_start"], one["truncated_end"]) for one in channel["bursts"]]
    assert cut == [(False, True), (True, False), (False, False)]


def test_a_short_gap_splits_nothing(ask):
    x = steps([2, 60, 2])
    at = round(7.5 * RATE)
    gap = Event("gap", at + 2, data={"samples": 2, "reason": "counter"})
    blocks = [Block(0, {"raw": x[:at]}), Block(at + 2, {"raw": x[at:]}, events=(gap,))]
    (channel,) = ask(RATE, x, blocks=blocks, rest=(1, 4), detector="aglr")["channels"]
    assert times(channel) == near((5, 10.008))


def test_rest_is_the_newest_trial_of_the_recording_or_what_is_asked(ask):
    """The first trial is no rest at all: with it the threshold is so high that nothing is found."""
    x = steps([60, 2, 60, 2])
    events = [*rest_trial(1, 4), *rest_trial(6, 9)]
    assert times(ask(RATE, x, events=events, detector="aglr")["channels"][0])[-1:] == near((10, 15))
    asked = ask(RATE, x, events=events, rest=(1, 4), detector="aglr")["channels"][0]
    assert not asked["bursts"]


def test_without_rest_it_says_which_option_is_missing(ask, recording):
    with pytest.raises(ConfigError, match=r"--detector aglr compares with rest, .*add --rest A:B"):
        ask(RATE, steps([2, 60, 2]), detector="aglr")
    assert all(driver.closed for driver in recording.drivers)


def test_a_wrong_name_is_told_before_anything_is_read(recording):
    open_again = recording(RATE, steps([2, 60, 2]))
    with pytest.raises(ConfigError, match="there is no detector 'bonatto'; there are hodges_bui"):
        analyze(open_again, Question(detector="bonatto", rest=(1, 4)))
    (driver,) = recording.drivers
    assert driver.closed


def test_a_flat_channel_and_an_envelope_are_refused_one_by_one():
    x = np.concatenate([steps([2, 60, 2], [2, 60, 2]), np.zeros((15 * RATE, 1))], axis=1)
    x[:, 1] = np.abs(x[:, 1])
    info = StreamInfo(RATE, (Channel("raw"), Channel("board", kind="envelope"), Channel("off")))
    question = Question(rest=(1, 4), detector="aglr")
    found = analyze(lambda: Scripted(info, blocks_of(x, 50)), question)["channels"]
    refused = [one["bursts_refused"] for one in found]
    assert refused[0] is None
    assert times(found[0]) == near((5, 10))
    assert refused[1] == "this channel is no raw EMG"
    assert "flat baseline" in refused[2]
    assert not found[1]["bursts"]
    assert not found[2]["bursts"]


def test_rest_that_settling_or_a_gap_took_is_refused_in_words(ask):
    (channel,) = ask(RATE, steps([2, 60, 2]), rest=(0, 0.5), detector="bonato")["channels"]
    assert "holds 0 s of signal" in channel["bursts_refused"]


def test_a_recording_that_breaks_off_tells_that_and_nothing_else():
    info = StreamInfo(RATE, (Channel("a"),))

    def open_again():
        return Scripted(info, [*blocks_of(steps([2, 60]), 250), RecordingError("the file ends in mid-frame")])

    with pytest.raises(RecordingError, match="mid-frame"):
        analyze(open_again, Question(detector="aglr"))


def test_the_command_lists_what_it_found_and_why_not(tmp_path, capsys):
    path = tmp_path / "steps.h5"
    info = StreamInfo(RATE, (Channel("a"), Channel("off")))
    x = np.column_stack([steps([2, 60, 2]), np.zeros(15 * RATE)])
    run(Scripted(info, blocks_of(x, 50)), Chain(), Recorder(path, info, {}))
    capsys.readouterr()
    words = ["analyze", str(path), "--rest", "1:4", "--detector"]
    assert main([*words, "tkeo", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["detector"] == "tkeo"
    assert main([*words, "aglr"]) == 0
    told = capsys.readouterr().out
    assert "bursts as the published detector aglr finds them" in told
    assert "flat baseline" in told
    assert main([*words, "agl"]) == 2
    assert "there is no detector 'agl'" in capsys.readouterr().err
