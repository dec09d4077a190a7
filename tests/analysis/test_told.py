import numpy as np

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.analysis.told import Told
from nmr_emg.testing import Scripted

INFO = StreamInfo(250, (Channel("a"),))


def block(start, rows, *events):
    return Block(start, {"raw": np.zeros((rows, 1))}, events=events)


def told(script, *events):
    driver = Told(Scripted(INFO, script), events)
    blocks = []
    while (one := driver.read()) is not None:
        blocks.append(one)
    return blocks, [(e.kind, e.index) for b in blocks for e in b.events]


def test_events_come_on_their_sample_counted_from_the_first_one():
    script = [block(1000, 10), block(1010, 0), block(1010, 10), block(1020, 10)]
    blocks, found = told(script, Event("trial", 25), Event("marker", 0), Event("trial", 10))
    assert found == [("marker", 1000), ("trial", 1010), ("trial", 1025)]
    assert sum(b.rows for b in blocks) == 30


def test_an_event_in_a_gap_comes_after_it_and_one_at_the_end_on_the_last_sample():
    _, found = told(
        [block(0, 10), block(20, 10)], Event("trial", 15), Event("trial", 30), Event("marker", 31)
    )
    assert found == [("trial", 20), ("trial", 29)]


def test_what_the_recording_holds_stays_and_comes_first():
    _, found = told([block(0, 10, Event("goal", 5))], Event("marker", 5), Event("marker", 2))
    assert found == [("marker", 2), ("goal", 5), ("marker", 5)]


def test_levels_are_told_again_where_the_chain_starts_afresh():
    script = [block(0, 10), block(10, 10, Event("restart", 14))]
    _, found = told(script, Event("rest", 0), Event("reference", 0), Event("trial", 0))
    assert found == [
        ("rest", 0),
        ("reference", 0),
        ("trial", 0),
        ("restart", 14),
        ("rest", 14),
        ("reference", 14),
    ]


def test_an_empty_recording_is_empty():
    assert told([], Event("rest", 0)) == ([], [])
    assert told([block(0, 0)], Event("rest", 0))[1] == []
