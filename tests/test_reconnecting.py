"""A session outlives its board's being unplugged: same stream, a gap of the right length, and nothing else hidden."""

import threading
import time

import numpy as np
import pytest

from nmr_emg import (
    Block,
    Buffered,
    Channel,
    ConfigError,
    DeviceLost,
    DriverError,
    DriverStalled,
    Event,
    Session,
    StreamInfo,
)
from nmr_emg.reconnecting import Reconnecting
from nmr_emg.recordings.openings import open_recording
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.stage import Chain
from nmr_emg.testing import Collected, Scripted, assert_same, collect

INFO = StreamInfo(250, (Channel("a"),))
LOST = DeviceLost("lost the board on COM3; check its cable")
pytestmark = pytest.mark.usefixtures("no_thread_left")


def block(start, rows, *events, **when):
    return Block(start, {"raw": np.arange(start, start + rows, dtype=float)[:, None]}, events=events, **when)


class Never(Scripted):
    """A driver that does not open."""

    def __init__(self, error, seconds=0.0):
        super().__init__(INFO, [])
        self.error, self.seconds = error, seconds

    def open(self):
        time.sleep(self.seconds)
        raise self.error


def making(*drivers):
    """What makes one driver after the other, and how many were made."""
    left = list(drivers)
    made = []

    def make():
        made.append(left.pop(0) if left else Never(DriverError("there is no port COM3")))
        return made[-1]

    return make, made


def read_rows(driver, patience=5.0):
    """The next block with samples."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = driver.read()
        if found is None or found.rows:
            return found
    pytest.fail("no sample came")


def outage(first, again, info=INFO):
    """The blocks of two drivers, the first lost after its last."""
    make, _ = making(Scripted(info, [*first, LOST]), Scripted(info, again))
    with Reconnecting(make) as driver:
        return [read_rows(driver) for _ in (*first, *again)], driver


def test_the_index_runs_on_and_time_tells_how_many_samples_are_missing():
    """The last sample at 100.000 s, the next one 3 s later: 749 of 250 a second lie between them."""
    first = [block(0, 200, time=99.8, arrived=99.9), block(200, 50, time=100.0, arrived=100.2)]
    again = [
        block(7, 5, Event("marker", 9), time=103.016, arrived=104),
        block(12, 5, time=103.036, arrived=104),
    ]
    found, driver = outage(first, again)
    assert [(one.start, one.rows) for one in found] == [(0, 200), (200, 50), (999, 5), (1004, 5)]
    gap, device, marker = found[2].events
    assert (gap.kind, gap.index, dict(gap.data)) == ("gap", 999, {"samples": 749, "reason": "reconnect"})
    assert (device.kind, device.index) == ("device", 999)
    assert dict(device.data) == {"state": "reconnected", "seconds": 3.0, "after": str(LOST)}
    assert (marker.kind, marker.index) == ("marker", 1001)
    assert found[2].time == 103.016
    assert found[2].lost == 749
    assert driver.reconnects == 1
    assert driver.trouble is None


def test_without_a_fitted_clock_arrivals_tell():
    found, _ = outage([block(0, 250, arrived=50.0)], [block(0, 25, arrived=52.096)])
    assert (found[1].start, found[1].lost) == (749, 499)  # the first of the 25 was sampled at 52.000


def test_a_gap_that_the_driver_saw_before_its_first_sample_is_part_of_the_outage():
    own = Event("gap", 40, data={"samples": 40, "reason": "counter"})
    found, _ = outage([block(0, 250, time=50.0)], [block(40, 1, own, time=51.0)])
    assert [event.kind for event in found[1].events] == ["gap", "device"]
    assert (found[1].start, found[1].lost) == (499, 249)


def test_a_board_that_is_faster_than_it_says_loses_as_many_as_it_would_have_sent():
    """0.5 % faster, as a SpikerShield is: in 40 s of outage 40 samples more than the nominal rate would count."""
    rate, seconds = 201.0, 40.0
    first = [block(200 * i, 200, time=(200 * i + 199) / rate) for i in range(40)]
    last = (200 * 40 - 1) / rate
    info = StreamInfo(200, (Channel("a"),))
    found, _ = outage(first, [block(0, 1, time=last + seconds)], info)
    assert abs(found[-1].lost - (round(seconds * rate) - 1)) <= 1


def test_several_outages_add_up():
    again = [Scripted(INFO, [block(0, 25, time=10.0 * i), LOST]) for i in range(1, 5)]
    make, _ = making(*again)
    with Reconnecting(make) as driver:
        found = [read_rows(driver) for _ in again]
    assert [one.start for one in found] == [0, 2500, 5000, 7500]
    assert driver.reconnects == 3


def test_it_tries_again_until_it_opens_while_reading_goes_on():
    slow = Never(DriverStalled("it does not answer"), seconds=0.5)
    good = Scripted(INFO, [block(0, 5)])
    first = Scripted(INFO, [block(0, 5), DriverStalled("no sample from the board")])
    make, made = making(first, slow, Never(ConfigError("no port looks like cyton")), good)
    with Reconnecting(make) as driver:
        assert read_rows(driver).start == 0
        longest, told = 0.0, set()
        found = None
        while found is None:
            began = time.monotonic()
            one = driver.read()
            longest = max(longest, time.monotonic() - began)
            told.add(driver.trouble)
            found = one if one.rows else None
            assert one.start >= 5
        assert longest < 0.3, "opening takes 0.5 s, reading does not wait for it"
        assert told == {"no sample from the board; trying again", None}
        assert len(made) == 4
        assert made[0].closed
        assert made[1].closed


def test_a_first_opening_that_fails_is_told_at_once():
    make, made = making(Never(DriverError("the port COM3 is in use")))
    with pytest.raises(DriverError, match="in use"):
        Reconnecting(make).open()
    assert len(made) == 1
    assert made[0].closed


def test_patience_ends_and_what_was_tried_is_told():
    make, made = making(Scripted(INFO, [block(0, 5), LOST]))
    driver = Reconnecting(make, patience=0.5)
    driver.open()
    read_rows(driver)
    words = (
        r"lost the board on COM3.*did not come back within 0\.5 s.*last of \d tries: there is no port COM3"
    )
    with pytest.raises(DeviceLost, match=words):
        read_rows(driver)
    driver.close()
    driver.close()
    assert len(made) >= 2


def test_without_patience_what_was_lost_is_lost():
    make, made = making(Scripted(INFO, [LOST]))
    with Reconnecting(make, patience=0) as driver, pytest.raises(DeviceLost, match=r"check its cable$"):
        driver.read()
    assert len(made) == 1


def test_a_board_that_opens_and_says_nothing_is_still_lost():
    """Patience is counted from the last sample on, however often it opens."""
    mute = [Scripted(INFO, [DriverStalled(f"silent {i}")]) for i in range(50)]
    make, made = making(Scripted(INFO, [block(0, 5), LOST]), *mute)
    with Reconnecting(make, patience=1.0) as driver:
        read_rows(driver)
        with pytest.raises(DeviceLost, match=r"lost the board on COM3.*last of \d tries: silent"):
            read_rows(driver)
    assert 2 <= len(made) <= 6, "the pauses between tries grow"
    assert all(one.closed for one in made)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (StreamInfo(500, INFO.channels), "other rate .500 Hz instead of 250 Hz"),
        (StreamInfo(250, (Channel("a"), Channel("b"))), "other channels .a, b instead of a"),
        (StreamInfo(250, INFO.channels, "int16"), "int16 instead of float64"),
        (StreamInfo(250, (Channel("a", scale=2),)), "other scales"),
    ],
)
def test_another_board_on_the_same_port_ends_the_stream(other, words):
    strange = Scripted(other, [])
    make, _ = making(Scripted(INFO, [block(0, 5), LOST]), strange)
    with Reconnecting(make) as driver:
        read_rows(driver)
        with pytest.raises(DriverError, match=words):
            read_rows(driver)
    assert strange.closed


def test_a_rate_that_was_measured_a_little_differently_is_the_same():
    again = Scripted(StreamInfo(251.3, INFO.channels), [block(0, 5)])
    make, _ = making(Scripted(INFO, [block(0, 5), LOST]), again)
    with Reconnecting(make) as driver:
        read_rows(driver)
        assert read_rows(driver).start > 5
        assert driver.info is INFO


@pytest.mark.parametrize("error", [DriverError("it is in bootloader mode"), KeyError("a fault")])
def test_any_other_failure_ends_the_stream_as_before(error):
    make, made = making(Scripted(INFO, [error]))
    with Reconnecting(make) as driver, pytest.raises(type(error)):
        driver.read()
    assert len(made) == 1


def test_a_fault_while_trying_again_is_not_hidden():
    make, _ = making(Scripted(INFO, [block(0, 5), LOST]), Never(KeyError("a fault")))
    with Reconnecting(make) as driver:
        read_rows(driver)
        with pytest.raises(KeyError):
            read_rows(driver)


def test_the_end_of_a_driver_is_the_end():
    make, _ = making(Scripted(INFO, [block(0, 5)]))
    with Reconnecting(make) as driver:
        assert read_rows(driver).rows == 5
        assert driver.read() is None


def test_stopping_while_it_is_lost_takes_half_a_second_and_leaves_nothing_open():
    """A try that takes seconds is under way; what it opens later is closed."""
    opening, let_go = threading.Event(), threading.Event()

    class Slow(Scripted):
        def open(self):
            opening.set()
            let_go.wait(5)

    slow = Slow(INFO, [])
    make, _ = making(Scripted(INFO, [block(0, 5), LOST]), slow)
    driver = Reconnecting(make)
    driver.open()
    session = Session(driver, Chain()).start()
    assert opening.wait(5)
    assert session.trouble == f"{LOST}; trying again"
    began = time.monotonic()
    session.stop()
    assert time.monotonic() - began < 0.5
    assert not slow.closed
    let_go.set()
    until = time.monotonic() + 2
    while not slow.closed and time.monotonic() < until:
        time.sleep(0.01)
    assert slow.closed


def live(start, rows, step=0.0):
    """A step of a script: the block, arriving now."""

    def give():
        time.sleep(step)
        return block(start, rows, arrived=time.monotonic(), time=time.monotonic())

    return give


def test_a_recording_goes_on_across_an_outage_and_replays_the_same(tmp_path):
    """Unplugged after 100 samples; the gap is as long as the clock on the wall says."""
    first = Scripted(INFO, [*(live(10 * i, 10, 0.04) for i in range(10)), LOST])
    again = Scripted(INFO, [live(10 * i, 10, 0.04) for i in range(10)])
    drivers = [Buffered(first), Never(DriverError("not there yet")), Buffered(again)]
    make, _ = making(*drivers)
    driver = Reconnecting(make)
    driver.open()
    kept = Collected()
    session = Session(driver, Chain(), [kept, Recorder(tmp_path / "a.h5", INFO, {})])
    ledger = session.run()
    blocks = [one for one in kept.blocks if one.rows]
    before, after = blocks[9], blocks[10]
    seconds = after.time - 9 / 250 - before.time
    assert 0.6 < seconds < 2  # two tries: after 0.2 and 0.4 s more
    assert after.lost == after.start - before.stop == round(seconds * 250) - 1
    assert (ledger.samples, ledger.lost) == (200, after.lost)
    with open_recording(tmp_path / "a.h5") as file:
        assert_same(kept.blocks, collect(file).blocks)


def test_dropped_blocks_of_all_its_drivers_are_counted():
    class Dropping(Scripted):
        dropped_blocks = 3

    make, _ = making(Dropping(INFO, [block(0, 5), LOST]), Dropping(INFO, [block(0, 5)]))
    with Reconnecting(make) as driver:
        read_rows(driver)
        read_rows(driver)
        assert driver.dropped_blocks == 6
