"""What people did, as the report lists it."""

import numpy as np

from nmr_emg.block import Block, Channel, StreamInfo
from nmr_emg.event import Event
from nmr_emg.report.happenings import MOST, Happenings, Trial

INFO = StreamInfo(250, (Channel("a"),))


def listened(*events: Event, rows: int = 1000) -> Happenings:
    sink = Happenings(INFO)
    sink.write(Block(0, {"raw": np.zeros((rows, 1))}, events=events))
    return sink


def edge(name, which, index):
    return Event("trial", index, data={"name": name, "edge": which})


def test_a_trial_that_was_never_ended_ends_with_the_recording():
    assert listened(edge("exercise", "start", 100)).trials == [Trial(100, 1000, "exercise")]


def test_a_stop_without_a_start_is_no_trial():
    assert listened(edge("rest", "stop", 100)).trials == []


def test_a_second_start_ends_the_first():
    found = listened(edge("a", "start", 10), edge("a", "start", 50), edge("a", "stop", 70)).trials
    assert found == [Trial(10, 50, "a"), Trial(50, 70, "a")]


def test_trials_may_overlap():
    found = listened(
        edge("a", "start", 10), edge("b", "start", 20), edge("a", "stop", 30), edge("b", "stop", 40)
    ).trials
    assert found == [Trial(10, 30, "a"), Trial(20, 40, "b")]


def test_pain_and_stop_are_marks_with_their_name():
    found = listened(
        Event("pain", 5, data={"value": 4}), Event("stop", 9), Event("marker", 10, data={"text": "  a  b "})
    )
    assert [mark.text for mark in found.marks] == ["pain 4", "stop", "a b"]


def test_the_simulators_truth_is_not_told():
    assert listened(Event("truth", 5, data={"what": "onset"})).marks == []


def test_a_flood_of_markers_is_counted_but_not_kept():
    found = listened(*(Event("marker", k, data={"text": "x"}) for k in range(MOST + 10)), rows=MOST + 10)
    assert len(found.marks) == MOST
    assert found.unlisted == 10
