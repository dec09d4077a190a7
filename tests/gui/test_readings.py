from dataclasses import replace

import numpy as np
import pytest

from nmr_emg.block import Channel, StreamInfo
from nmr_emg.event import Event
from nmr_emg.gui.known import Known
from nmr_emg.gui.look import Reading
from nmr_emg.gui.readings import read_muscles, read_needles
from nmr_emg.ring import Snapshot

INFO = StreamInfo(100, (Channel("a", "vastus", "left"), Channel("x", unit="g", kind="aux"), Channel("b")))


def read(envelope, percent=None, known=None, index=None, **tracks):
    envelope = np.asarray(envelope, float)
    held = {"envelope": envelope, **tracks}
    if percent is not None:
        held["percent"] = np.asarray(percent, float)
    index = np.arange(len(envelope)) if index is None else index
    near = Snapshot(index, held, 0.0, len(index))
    return read_muscles(INFO, near, known or Known(), top=150, scale=200, goal=60, seconds=3)


def column(values):
    return np.stack([values, values], axis=1)


def test_without_a_reference_it_is_microvolts_on_a_fixed_scale():
    first, _ = read(column(np.full(300, 1000.0)), column(np.full(300, np.nan)))
    assert (first.unit, first.top, first.value, first.goal) == ("µV", 200, 1000, None)
    assert first.share == 1
    assert "no reference" in first.caption
    assert not first.reached


def test_half_the_reference_reads_50_of_150():
    first, _ = read(column(np.full(300, 40.0)), column(np.full(300, 50.0)))
    assert (first.unit, first.top, first.digits) == ("%", 150, "50")
    assert first.share == pytest.approx(1 / 3)


def test_the_peak_stays_three_seconds_and_no_longer():
    values = np.full(700, 10.0)
    values[350] = 90
    before, _ = read(column(values)[:650], column(values)[:650])
    after, _ = read(column(values)[:651], column(values)[:651])
    assert before.peak == 90
    assert after.peak == 10


def test_the_peak_forgets_by_the_clock_of_the_samples_also_over_a_gap():
    index = np.concatenate([np.arange(100), np.arange(1000, 1100)])
    values = np.concatenate([np.full(100, 90.0), np.full(100, 10.0)])
    first, _ = read(column(values), column(values), index=index)
    assert first.peak == 10


def test_settling_rows_make_no_peak_and_reach_no_goal():
    values = np.full(200, 140.0)
    first, _ = read(column(values), column(values), settling=np.ones((200, 1), bool))
    assert first.peak is None
    assert not first.reached
    assert first.word == "settling"


def test_the_number_changes_eight_times_a_second():
    rising = column(np.arange(1000.0))
    shown = [read(rising[:n], rising[:n])[0].number for n in range(401, 501)]
    assert len(set(shown)) in (8, 9)
    assert all(0 <= n - 1 - number < 13 for n, number in zip(range(401, 501), shown, strict=True))


def test_aux_channels_have_no_bar_and_columns_follow_the_emg():
    quality = np.tile(np.array([[0, 2]], np.uint8), (50, 1))
    first, second = read(np.tile([[5.0, 7.0]], (50, 1)), quality=quality)
    assert (first.name, first.side, first.value, first.quality) == ("vastus", "left", 5, 0)
    assert (second.name, second.value, second.word) == ("b", 7, "bad")


def test_reasons_come_by_channel_not_by_column():
    known = Known()
    known.hear([Event("quality", 3, 2, {"state": "bad", "reasons": ["flat"]})])
    first, second = read(column(np.ones(10)), known=known)
    assert first.reasons == ()
    assert second.reasons == ("flat",)


def test_a_monitored_muscle_has_no_goal():
    info = replace(INFO, channels=(Channel("a", role="monitor"), Channel("b", role="target")))
    near = Snapshot(np.arange(9), {"percent": np.full((9, 2), 80.0)}, 0.0, 9)
    one, two = read_muscles(info, near, Known(), top=150, scale=200, goal=60, seconds=3)
    assert (one.goal, one.reached) == (None, False)
    assert (two.goal, two.reached) == (60, True)


def test_before_the_first_sample_there_is_no_number():
    first, _ = read_muscles(
        INFO, Snapshot(np.zeros(0, int), {}, 0.0, 0), Known(), top=150, scale=200, goal=60, seconds=3
    )
    assert (first.digits, first.word, first.value) == ("–", "no signal", None)


def test_a_missing_percentage_keeps_the_scale_in_percent():
    known = Known()
    known.hear([Event("referenced", 1, data={"values": {"a": 100.0, "b": 100.0}, "refused": {}})])
    first, _ = read(column(np.ones(10)), column(np.full(10, np.nan)), known=known)
    assert (first.unit, first.digits) == ("%", "–")


def test_a_refused_reference_is_said():
    known = Known()
    known.hear([Event("referenced", 1, data={"values": {"a": 4.0, "b": 90.0}, "refused": {"a": "small"}})])
    first, second = read(column(np.ones(10)), np.tile([[np.nan, 12.0]], (10, 1)), known=known)
    assert (first.unit, first.caption) == ("µV", "µV · reference too small")
    assert (second.unit, second.digits) == ("%", "12")
    why = "the reference was measured otherwise (lab1000) than here (cyton250)"
    known.hear([Event("referenced", 2, data={"values": {"a": None}, "refused": {"a": why}})])
    first, _ = read(column(np.ones(10)), np.full((10, 2), np.nan), known=known)
    assert first.caption == "µV · reference not comparable"


@pytest.mark.parametrize(
    ("value", "goal", "is_reached"), [(59.9, 60, False), (60.0, 60, True), (150, None, False)]
)
def test_the_goal_is_reached_at_the_line(value, goal, is_reached):
    assert Reading("a", unit="%", top=150, value=value, goal=goal).reached is is_reached


def test_a_bad_signal_never_reaches_the_goal():
    assert not Reading("a", unit="%", top=150, value=120, goal=60, quality=2).reached


def test_needles():
    near = Snapshot(np.arange(5), {"balance": np.tile([[0.5, np.nan]], (5, 1))}, 0.0, 5)
    one, two = read_needles(near, (("l", "r"), ("front", "back")))
    assert (one.direction, one.word) == (0.5, "more l")
    assert (two.direction, two.word) == (None, "too little activity")
    assert [n.direction for n in read_needles(Snapshot(np.zeros(0), {}, 0.0, 0), (("l", "r"),))] == [None]
