import threading
import time

import numpy as np
import pytest

from nmr_emg import Block, Buffered, Channel, DeviceLost, DriverError, DriverStalled, Event, StreamInfo
from nmr_emg.testing import Scripted, assert_same, blocks_of

INFO = StreamInfo(250, (Channel("a"),))
pytestmark = pytest.mark.usefixtures("no_thread_left")


def block(start, rows=10, *events):
    return Block(start, {"raw": np.arange(start, start + rows, dtype=float)[:, None]}, events=events)


def read_all(driver, patience=5.0):
    """Every block with rows, until the driver ends."""
    found = []
    until = time.monotonic() + patience
    while time.monotonic() < until:
        one = driver.read()
        if one is None:
            return found
        if one.rows:
            found.append(one)
    pytest.fail("it did not end")


class Stuck(Scripted):
    """A driver whose read does not return until it is let go."""

    def __init__(self):
        super().__init__(INFO, [])
        self.let_go = threading.Event()

    def read(self):
        self.let_go.wait()


def test_what_goes_in_comes_out():
    events = [Event("marker", 3), Event("marker", 57)]
    script = blocks_of(np.arange(100.0)[:, None], 10, events)
    inner = Scripted(INFO, script)
    with Buffered(inner) as driver:
        assert driver.info is INFO
        assert_same(read_all(driver), script)
        assert driver.read() is None, "the end stays the end"
    assert inner.closed


def test_a_full_queue_drops_blocks_says_so_and_keeps_their_events():
    """The consumer sleeps until all 9 have come: 4 fit, and a tenth tells what was lost."""
    more = threading.Event()

    def wait():
        more.wait(5)
        return block(90)

    lost_gap = Event("gap", 62, data={"samples": 2, "reason": "counter"})
    script = [block(10 * i) for i in range(4)]
    script += [
        block(40, 10, Event("marker", 44)),
        block(50),
        block(62, 8, lost_gap, Event("trial", 63)),
        block(70),
        block(80),
        wait,
    ]
    with Buffered(Scripted(INFO, script), blocks=4) as driver:
        until = time.monotonic() + 5
        while driver.dropped_blocks < 5 and time.monotonic() < until:
            time.sleep(0.005)
        found = [driver.read() for _ in range(4)]
        more.set()
        found += read_all(driver)
        assert driver.dropped_blocks == 5
    assert [b.start for b in found] == [0, 10, 20, 30, 90]
    gap, *moved = found[-1].events
    assert (gap.kind, gap.index, dict(gap.data)) == ("gap", 90, {"samples": 50, "reason": "queue"})
    assert [(e.kind, e.index) for e in moved] == [("marker", 90), ("trial", 90)]
    assert found[-1].lost == 50


@pytest.mark.parametrize(
    "error", [DeviceLost("the dongle is gone"), ValueError("bad byte"), KeyboardInterrupt()]
)
def test_a_driver_that_throws_is_heard_after_what_it_had_sent(error):
    inner = Scripted(INFO, [block(0), block(10), error])
    with Buffered(inner) as driver:
        found = [driver.read(), driver.read()]
        with pytest.raises(DriverError) as caught:
            read_all(driver)
    assert [b.start for b in found] == [0, 10]
    assert caught.value is error or caught.value.__cause__ is error
    if not isinstance(error, DeviceLost):
        assert str(caught.value).startswith("Scripted failed: ")
    assert inner.closed


def test_a_driver_that_falls_silent_has_stalled_within_two_seconds():
    inner = Scripted(INFO, iter(lambda: Block(0, {"raw": np.empty((0, 1))}), None))
    began = time.monotonic()
    with (
        Buffered(inner) as driver,
        pytest.raises(DriverStalled, match=r"no sample from Scripted for 1\.5 s") as caught,
    ):
        read_all(driver)
    assert time.monotonic() - began < 2
    assert isinstance(caught.value, TimeoutError)
    assert inner.closed, "a driver that still answers is closed before anyone connects again"


def test_a_read_that_never_returns_ends_within_two_seconds_and_is_named():
    inner = Stuck()
    began = time.monotonic()
    with Buffered(inner) as driver:
        (thread,) = [t for t in threading.enumerate() if t.name == "acquisition of Stuck"]
        assert thread.daemon, "a stuck driver must not keep the program alive"
        with pytest.raises(DriverStalled, match=r"no sample from Stuck .* \(thread 'acquisition of Stuck'\)"):
            read_all(driver)
    assert time.monotonic() - began < 2
    assert thread.is_alive()
    inner.let_go.set()
    thread.join(1)
    assert inner.closed


def test_a_read_waits_no_longer_than_it_says_and_then_goes_on_from_where_it_was():
    hold = threading.Event()
    with Buffered(Scripted(INFO, [block(0, 7), lambda: hold.wait(2) and None])) as driver:
        assert driver.read().stop == 7
        began = time.monotonic()
        empty = driver.read()
        assert time.monotonic() - began < 0.1
        assert (empty.rows, empty.start) == (0, 7)
        hold.set()


def test_a_driver_that_cannot_open_says_why():
    class Closed(Scripted):
        def open(self):
            raise DriverError("no board on /dev/ttyUSB0")

    driver = Buffered(Closed(INFO, []))
    with pytest.raises(DriverError, match="no board on /dev/ttyUSB0"):
        driver.open()
    driver.close()


def test_a_driver_that_does_not_open_in_time_is_given_up_and_closed_when_it_does():
    let_go = threading.Event()

    class Slow(Scripted):
        def open(self):
            let_go.wait()

    inner = Slow(INFO, [])
    driver = Buffered(inner, patience=0.05)
    with pytest.raises(DriverStalled, match=r"Slow did not open within 0\.05 s; check its power and cable"):
        driver.open()
    driver.close()
    let_go.set()
    until = time.monotonic() + 2
    while not inner.closed and time.monotonic() < until:
        time.sleep(0.005)
    assert inner.closed


def test_what_goes_wrong_while_closing_is_heard():
    class Sticky(Scripted):
        def close(self):
            raise OSError("port busy")

    with Buffered(Sticky(INFO, [block(0)])) as driver:
        driver.read()
        with pytest.raises(DriverError, match="Sticky failed: port busy"):
            read_all(driver)


def test_closing_twice_or_without_opening_is_fine():
    driver = Buffered(Scripted(INFO, [block(0)]))
    driver.close()
    with Buffered(Scripted(INFO, [block(0)])) as driver:
        driver.read()
    driver.close()
    driver.close()


def test_the_queue_never_holds_more_than_it_may():
    with Buffered(Scripted(INFO, [block(10 * i) for i in range(200)]), blocks=8) as driver:
        time.sleep(0.05)
        assert driver._queue.qsize() <= 8
        assert driver.dropped_blocks >= 190


def test_a_board_that_takes_long_to_let_go_is_reported_lost_at_once():
    let_go = threading.Event()

    class Slow(Scripted):
        def close(self):
            let_go.wait(5)

    driver = Buffered(Slow(INFO, [block(0), DeviceLost("it is gone")]))
    driver.open()
    began = time.monotonic()
    with pytest.raises(DeviceLost, match="it is gone"):
        read_all(driver)
    assert time.monotonic() - began < 1
    let_go.set()
    driver.close()


def test_a_computer_that_slept_says_nothing_about_the_board():
    def nothing():
        time.sleep(0.01)
        return block(0, 0)

    driver = Buffered(Scripted(INFO, [block(0), *[nothing] * 400]), stall=0.3)
    driver.open()
    assert driver.read().rows == 10
    time.sleep(0.6)
    for _ in range(5):
        assert driver.read().rows == 0
    with pytest.raises(DriverStalled, match=r"no sample from .* for 0\.3 s"):
        read_all(driver)
    driver.close()
