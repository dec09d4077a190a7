import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg import Block, Channel, ConfigError, Event, StreamInfo, join, microvolts


def block(start, rows, events=()):
    raw = np.arange(start, start + rows, dtype=float)[:, None]
    return Block(start, {"raw": raw, "double": 2 * raw}, 1.5, tuple(events))


def test_a_cut_takes_its_rows_and_the_events_in_them():
    events = [Event("marker", i) for i in (100, 104, 105, 109)]
    whole = block(100, 10, events)
    first, second = whole.cut(0, 5), whole.cut(5, 10)
    assert (first.start, first.stop, second.start, second.stop) == (100, 105, 105, 110)
    assert [e.index for e in first.events] == [100, 104]
    assert [e.index for e in second.events] == [105, 109]
    assert second["double"][0, 0] == 210
    assert whole.cut(3, 3).rows == 0


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    cuts=st.lists(st.integers(0, 30), max_size=6).map(sorted),
    places=st.lists(st.integers(0, 29), max_size=8),
)
def test_what_was_cut_joins_to_what_it_was(cuts, places):
    whole = block(7, 30).with_events(Event("marker", 7 + i) for i in places)
    edges = [0, *cuts, 30]
    again = join(whole.cut(a, b) for a, b in pairwise(edges))
    assert (again.start, again.events, again.arrived) == (whole.start, whole.events, whole.arrived)
    np.testing.assert_array_equal(again["double"], whole["double"])


def test_the_time_at_which_a_block_was_sampled_stays_with_its_last_row():
    whole = replace(block(0, 10), time=8.0)
    assert (whole.cut(4, 10).time, whole.cut(0, 5, rate=250).time) == (8.0, 8.0 - 5 / 250)
    assert np.isnan(whole.cut(0, 5).time)
    assert join([whole.cut(0, 5), whole.cut(5, 10)]).time == 8.0
    assert whole.with_tracks(more=np.zeros((10, 1))).time == whole.with_events([Event("gap", 0)]).time == 8.0
    assert np.isnan(block(0, 10).time)


def test_blocks_with_a_gap_between_them_do_not_join():
    with pytest.raises(ConfigError, match="samples missing"):
        join([block(0, 5), block(6, 5)])
    with pytest.raises(ConfigError, match="no blocks"):
        join([])


def test_events_stay_in_order_and_those_at_one_sample_in_the_order_they_came():
    whole = block(0, 10, [Event("gap", 0), Event("trial", 5)]).with_events([Event("b", 5), Event("a", 2)])
    assert [e.kind for e in whole.events] == ["gap", "a", "trial", "b"]
    assert whole.with_events([]) is whole


def test_a_missing_track_is_named_with_those_there_are():
    with pytest.raises(
        ConfigError, match="no stage before this one writes the track 'percent'; there are raw, double"
    ):
        block(0, 1)["percent"]


def test_lost_is_what_the_gap_before_the_first_row_says():
    gap = Event("gap", 50, data={"samples": 7, "reason": "counter"})
    assert block(50, 5, [Event("marker", 50), gap]).lost == 7
    assert block(48, 5, [gap]).lost == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"rate": 0}, "rate is 0"),
        ({"rate": float("nan")}, "rate is nan"),
        ({"channels": ()}, "at least one channel"),
        ({"channels": (Channel("a"), Channel("b"), Channel("a"))}, "a stands more than once"),
        ({"dtype": "complex64"}, "dtype is 'complex64'"),
        ({"dtype": "int25"}, "dtype is 'int25'"),
        ({"dtype": "bool"}, "dtype is 'bool'"),
    ],
)
def test_an_impossible_stream_is_refused(settings, words):
    with pytest.raises(ConfigError, match=words):
        StreamInfo(**{"rate": 250, "channels": (Channel("a"),)} | settings)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "ecg"}, "channel 'a': kind is 'ecg'; it must be one of raw, rectified, envelope, aux"),
        ({"unit": "g"}, "channel 'a': unit is 'g'; an EMG channel has one of uV, µV, mV, V"),
        ({"scale": 0}, "channel 'a': scale and offset must be finite and scale not zero"),
        ({"offset": float("inf")}, "channel 'a': scale and offset must be finite"),
    ],
)
def test_an_impossible_channel_is_refused_by_name(settings, words):
    with pytest.raises(ConfigError, match=words):
        Channel("a", **settings)


def test_a_channel_is_found_by_its_label_before_a_muscle_and_never_by_half():
    channels = (
        Channel("vm", muscle="x"),
        Channel("x", muscle="vm"),
        Channel("c", muscle="m"),
        Channel("d", muscle="m"),
    )
    info = StreamInfo(250, channels)
    assert (info.index("vm"), info.index("x")) == (0, 1)
    with pytest.raises(ConfigError, match="more than one channel is called 'm'"):
        info.index("m")
    with pytest.raises(ConfigError, match="no channel is called 'v'; there are vm, x, c, d"):
        info.index("v")


def test_a_stream_survives_json_and_a_newer_versions_keys():
    info = StreamInfo(
        250.5,
        (Channel("a", "vastus", "left", "target", "mV", "raw", 0.1, 3.0, 15.0), Channel("b")),
        "int32",
        "Cyton",
        "lab",
    )
    data = json.loads(json.dumps(info.as_json()))
    assert StreamInfo.from_json(data) == info
    data["colour"] = "red"
    data["channels"][0]["gain"] = 24
    assert StreamInfo.from_json(data) == info


@pytest.mark.parametrize(("unit", "factor"), [("uV", 1), ("µV", 1), ("mV", 1e3), ("V", 1e6)])
@pytest.mark.parametrize("dtype", ["int16", "int32", "uint16", "float32", "float64"])
def test_stored_values_become_float64_microvolts_and_aux_is_left_out(unit, factor, dtype):
    channels = (
        Channel("x", unit="g", kind="aux"),
        Channel("a", unit=unit, scale=0.5, offset=512),
        Channel("b"),
    )
    raw = np.array([[9, 512, 3], [9, 1023, 4], [9, 0, 5]], dtype)
    found = microvolts(StreamInfo(250, channels, dtype))(raw)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [[0, 3], [255.5 * factor, 4], [-256 * factor, 5]])
