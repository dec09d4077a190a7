"""Sinks that come and go while a session runs."""

import time

import numpy as np
import pytest

from nmr_emg import (
    Block,
    Chain,
    Channel,
    Event,
    Session,
    StreamInfo,
)
from nmr_emg.dsp.profile import profile_for
from nmr_emg.testing import Collected, Scripted, assert_same, blocks_of, collect

RATE = 250
INFO = StreamInfo(RATE, (Channel("a"), Channel("b")))
CHAIN = profile_for(INFO).chain((("a", "b"),))
pytestmark = pytest.mark.usefixtures("no_thread_left")


def signal(seconds, seed=0):
    rng = np.random.default_rng(seed)
    second = np.arange(round(seconds * RATE)) / RATE
    return np.where(second[:, None] % 2 > 1, 50.0, 2.0) * rng.standard_normal((len(second), 2))


def block(start, rows=10, *events):
    return Block(start, {"raw": np.zeros((rows, 2))}, events=events)


def inputs(blocks):
    """The stream as a recording of it would play: raw samples, and what people and devices brought in."""
    return [
        Block(b.start, {"raw": b["raw"]}, events=tuple(e for e in b.events if e.is_input)) for b in blocks
    ]


class Feed(Scripted):
    """Hands out empty blocks until it is given more; `None` ends it."""

    def __init__(self, *script, info=INFO):
        super().__init__(info, [])
        self.waiting = list(script)

    def read(self):
        if not self.waiting:
            time.sleep(0.001)
            return block(0, 0)
        return self.waiting.pop(0)


def until(condition, patience=3.0):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.001)


def test_a_sink_attached_in_the_middle_holds_what_plays_back_to_the_same_numbers():
    """The reference told before does not reach into the part; what is told after attaching does."""
    blocks = blocks_of(signal(8), 20)
    feed, first, part = Feed(*blocks[:60]), Collected(), Collected()
    session = Session(feed, CHAIN, [first])
    session.tell(Event("reference", data={"values": {"a": 30.0, "b": 30.0}}))
    session.start()
    until(lambda: len([b for b in first.blocks if b.rows]) == 60)
    session.attach(part)
    session.tell(Event("rest", data={"values": {"a": 2.0, "b": 2.0}}))
    session.tell(Event("reference", data={"values": {"a": 60.0, "b": 60.0}}))
    feed.waiting += [*blocks[60:], None]
    session.wait(3)
    session.stop()
    assert part.closed
    kept = [b for b in part.blocks if b.rows]
    assert kept[0].start == 1200
    assert sorted(e.kind for e in kept[0].events if e.is_input) == ["reference", "rest", "restart"]
    assert_same(collect(Scripted(INFO, inputs(kept)), CHAIN).blocks, kept)


def test_a_part_that_begins_with_lost_samples_plays_back_to_the_same_numbers():
    feed, first, part = Feed(block(0)), Collected(), Collected()
    session = Session(feed, CHAIN, [first]).start()
    until(lambda: len(first.blocks) > 1)
    session.attach(part)
    raw = signal(2)
    feed.waiting += [Block(12, {"raw": raw[:100]}), Block(112, {"raw": raw[100:]}), None]
    session.wait(3)
    session.stop()
    kept = [b for b in part.blocks if b.rows]
    assert kept[0].lost == 2
    assert_same(collect(Scripted(INFO, inputs(kept)), CHAIN).blocks, kept)


def test_detaching_closes_that_sink_and_leaves_the_others():
    feed, stays, goes = Feed(block(0)), Collected(), Collected()
    session = Session(feed, Chain(), [stays, goes]).start()
    until(lambda: len(stays.blocks) > 1)
    session.detach(goes)
    session.detach(Collected())
    feed.waiting += [block(10)]
    until(lambda: goes.closed)
    feed.waiting += [block(20), None]
    session.wait(3)
    session.stop()
    assert {b.stop for b in goes.blocks if b.rows} == {10}
    assert stays.blocks[-1].stop == 30
    assert stays.closed


def test_a_sink_attached_as_the_session_ends_is_closed_too():
    late = Collected()

    def attach():
        session.attach(late)

    session = Session(Scripted(INFO, [block(0), attach]), Chain())
    session.run()
    assert late.closed


def test_a_recording_that_runs_on_while_another_begins_plays_back_to_the_same_numbers():
    """The chain starts afresh in mid-stream; the first file says so and does the same."""
    blocks = blocks_of(signal(6), 20)
    feed, whole, part = Feed(*blocks[:40]), Collected(), Collected()
    session = Session(feed, CHAIN, [whole]).start()
    until(lambda: sum(b.rows for b in whole.blocks) == 800)
    session.attach(part)
    feed.waiting += [*blocks[40:], None]
    session.wait(3)
    session.stop()
    kept = [b for b in whole.blocks if b.rows]
    assert [e.index for e in whole.events if e.kind == "restart"] == [800]
    assert_same(collect(Scripted(INFO, inputs(kept)), CHAIN).blocks, kept)
    assert_same(part.blocks, [b for b in kept if b.start >= 800])


def test_a_sink_attached_before_the_start_restarts_nothing():
    sink = Collected()
    session = Session(Scripted(INFO, [block(0)]), Chain())
    session.attach(sink)
    session.run()
    assert sink.blocks[0].events == ()
