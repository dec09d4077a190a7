import threading
import time
from dataclasses import dataclass, replace

import numpy as np
import pytest

from nmr_emg import (
    Block,
    Buffered,
    Chain,
    Channel,
    ConfigError,
    DeviceLost,
    DriverError,
    DriverStalled,
    Event,
    Paced,
    RecordingError,
    Session,
    StreamInfo,
    run,
)
from nmr_emg.dsp.profile import profile_for
from nmr_emg.montage import Montage, Mounted
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


class Failing(Collected):
    """A sink that fails at its n-th block, or when it is closed."""

    def __init__(self, at=None, closing=None):
        super().__init__()
        self._at, self._closing = at, closing

    def write(self, block):
        super().write(block)
        if len(self.blocks) == self._at:
            raise RecordingError("the disk is full")

    def close(self):
        super().close()
        if self._closing:
            raise RecordingError(self._closing)


@dataclass(frozen=True)
class Broken:
    """A stage that fails at a sample."""

    at: int = 30

    def start(self, info):
        def process(block):
            if block.start <= self.at < block.stop:
                raise ZeroDivisionError("in a stage")
            return block

        return process


def until(condition, patience=3.0):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.001)


def test_live_paced_and_offline_are_the_same_numbers():
    events = [
        Event("trial", 300, data={"name": "rest", "edge": "start"}),
        Event("trial", 480, data={"name": "rest", "edge": "stop"}),
    ]
    raw = signal(3)
    offline = collect(Scripted(INFO, [Block(0, {"raw": raw}, events=tuple(events))]), CHAIN)
    for driver in (
        Buffered(Scripted(INFO, blocks_of(raw, [7, 20, 1], events))),
        Paced(Scripted(INFO, blocks_of(raw, 64, events)), 10),
    ):
        assert_same(collect(driver, CHAIN).blocks, offline.blocks)


def test_a_jump_in_the_index_is_announced_once():
    said = Event("gap", 50, data={"samples": 20, "reason": "radio"})
    done = collect(Scripted(INFO, [block(5), block(17), block(30, 0), block(50, 10, said)]))
    gaps = [(e.index, dict(e.data)) for e in done.events if e.kind == "gap"]
    assert gaps == [(17, {"samples": 2, "reason": "counter"}), (50, {"samples": 20, "reason": "radio"})]


def test_an_index_that_goes_back_ends_the_session():
    with pytest.raises(DriverError, match="sample index went back from 20 to 15; the source is at fault"):
        collect(Scripted(INFO, [block(0), block(10), block(15)]))


def test_what_is_told_from_several_threads_is_stamped_on_the_next_first_row_and_recorded():
    feed, sink = Feed(block(0)), Collected()
    session = Session(feed, Chain(), [sink]).start()
    until(lambda: sink.blocks and sink.blocks[-1].rows == 0)

    def tell(who):
        for i in range(50):
            session.tell(Event("marker", 999_999, data={"text": f"{who}.{i}"}))

    threads = [threading.Thread(target=tell, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    feed.waiting += [block(10), block(20), None]
    session.wait(3)
    session.stop()
    assert {e.index for e in sink.events} == {10}
    texts = [e.data["text"] for e in sink.events]
    assert sorted(texts) == sorted(f"{who}.{i}" for who in range(8) for i in range(50))
    assert [t for t in texts if t.startswith("3.")] == [f"3.{i}" for i in range(50)], (
        "in the order they were told"
    )


@pytest.mark.parametrize("kind", ["onset", "offset", "quality", "referenced", "rested", "score"])
def test_what_a_stage_works_out_cannot_be_told(kind):
    with pytest.raises(ConfigError, match=f"'{kind}' is worked out by a stage"):
        Session(Scripted(INFO, []), Chain()).tell(Event(kind))


@pytest.mark.parametrize("threaded", [False, True])
def test_a_sink_that_fails_closes_all_the_others_and_is_heard(threaded):
    before, failing, after = Collected(), Failing(at=3), Collected()
    driver = Scripted(INFO, [block(10 * i) for i in range(100)])
    session = Session(driver, Chain(), [before, failing, after])
    if threaded:
        assert session.start().wait(3)
    with pytest.raises(RecordingError, match="the disk is full"):
        _ = session.stop() if threaded else session.run()
    assert before.closed
    assert failing.closed
    assert after.closed
    assert driver.closed
    assert isinstance(session.error, RecordingError)
    assert not session.running


def test_a_sink_that_fails_to_close_does_not_keep_the_others_open():
    sinks = [Collected(), Failing(closing="no space for the index"), Collected()]
    with pytest.raises(RecordingError, match="no space for the index"):
        run(Scripted(INFO, [block(0)]), Chain(), *sinks)
    assert all(sink.closed for sink in sinks)


@pytest.mark.parametrize(
    ("script", "chain", "error"),
    [
        ([block(0), DeviceLost("unplugged")], Chain(), DeviceLost),
        ([block(0), block(10), block(20), block(30)], Chain((Broken(),)), ZeroDivisionError),
        ([block(0)], profile_for(INFO).chain((("a", "x"),)), ConfigError),
    ],
)
def test_whatever_fails_closes_everything_and_is_heard(script, chain, error):
    sink, driver = Collected(), Scripted(INFO, script)
    session = Session(driver, chain, [sink]).start()
    session.wait(3)
    with pytest.raises(error):
        session.stop()
    assert sink.closed
    assert driver.closed


def test_an_interrupt_in_the_foreground_closes_the_sinks():
    sink = Collected()
    with pytest.raises(KeyboardInterrupt):
        run(Scripted(INFO, [block(0), KeyboardInterrupt()]), Chain(), sink)
    assert sink.closed
    assert [b.stop for b in sink.blocks] == [10]


def test_stop_ends_an_endless_stream_at_once():
    sink = Collected()
    session = Session(Feed(block(0)), Chain(), [sink]).start()
    assert session.running
    began = time.monotonic()
    ledger = session.stop()
    assert time.monotonic() - began < 0.5
    assert ledger.samples <= 10
    assert sink.closed
    assert not session.running
    session.stop()


def test_stop_never_hangs_even_where_a_write_does():
    let_go = threading.Event()

    class Stuck(Collected):
        def write(self, block):
            let_go.wait()

    session = Session(Scripted(INFO, [block(0)]), Chain(), [Stuck()]).start()
    with pytest.raises(DriverStalled, match=r"did not end within 0\.1 s"):
        session.stop(0.1)
    let_go.set()
    session.wait(2)


def test_a_board_that_falls_silent_ends_a_live_session_with_what_was_recorded():
    sink = Collected()
    driver = Buffered(Feed(block(0), block(10)), stall=0.2)
    driver.open()
    session = Session(driver, Chain(), [sink]).start()
    assert session.wait(3)
    with pytest.raises(DriverStalled):
        session.stop()
    assert sink.closed
    assert sum(b.rows for b in sink.blocks) == 20


def test_the_ledger_counts_what_left_the_chain():
    script = [block(0), block(25, 10, Event("marker", 30)), block(35)]
    ledger = run(Scripted(INFO, script), Chain())
    assert (ledger.samples, ledger.lost, ledger.events) == (30, 15, 2)
    assert ledger.latency.quantile(0.5) is None, "offline there is no latency"


def test_a_live_session_measures_its_latency():
    driver = Paced(Scripted(INFO, blocks_of(signal(0.5), 20)), 2)
    assert 0 < run(driver, CHAIN).latency.quantile(0.95) < 50


def test_the_time_of_sampling_passes_wrappers_chain_and_cuts():
    """A block is cut at its events, and where the session has had enough."""
    script = [replace(one, time=50 + one.stop / INFO.rate) for one in blocks_of(signal(0.5), 20)]
    script = [one.with_events([Event("marker", one.start + 7)]) for one in script]
    sink = Collected()
    mounted = Mounted(Scripted(INFO, script), Montage({}))
    run_of = Session(Buffered(mounted), CHAIN, [sink], seconds=0.13)
    run_of.driver.open()
    run_of.run()
    found = [one for one in sink.blocks if one.rows]
    assert found[-1].stop == round(0.13 * INFO.rate) != script[-1].stop
    assert [one.time for one in found] == pytest.approx([50 + one.stop / INFO.rate for one in found])


@pytest.mark.parametrize(("seconds", "stop"), [(0.08, 120), (0.1, 120), (0.14, 135), (100, 150)])
def test_a_session_takes_as_much_signal_as_it_is_told(seconds, stop):
    """Lost samples count: they were time. From 100 on, 120 to 130 are lost."""
    sink, more = Collected(), block(150)
    script = [block(100), block(110), block(130), block(140), *([more] if seconds < 1 else [])]
    run_of = Session(Scripted(INFO, script), Chain(), [sink], seconds=seconds)
    assert run_of.run().samples == sum(b.rows for b in sink.blocks)
    assert max(b.stop for b in sink.blocks if b.rows) == stop


def test_a_session_that_never_ran_lets_go_of_everything():
    driver, kept = Scripted(INFO, []), Collected()
    Session(driver, Chain(), [kept]).stop()
    assert driver.closed
    assert kept.closed
    assert kept.blocks == []


def test_a_session_that_ends_while_its_board_is_lost_says_so():
    class Lost(Scripted):
        trouble = "lost the board on COM3; trying again"

    session = Session(Lost(INFO, [block(0)]), Chain())
    ledger = session.run()
    assert "had not come back when the session ended" in ledger.as_json()["warnings"][0]
