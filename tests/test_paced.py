import time

import numpy as np
import pytest

from nmr_emg import Block, Channel, ConfigError, Event, Paced, StreamInfo
from nmr_emg.testing import Scripted, assert_same, blocks_of

RATE = 250
INFO = StreamInfo(RATE, (Channel("a"),))
pytestmark = pytest.mark.usefixtures("no_thread_left")


def signal(seconds):
    return np.arange(round(seconds * RATE), dtype=float)[:, None]


def play(driver):
    """Every block with the time at which it came (s from the first read), and the longest single read."""
    began = time.monotonic()
    found, longest = [], 0.0
    while True:
        before = time.monotonic()
        block = driver.read()
        longest = max(longest, time.monotonic() - before)
        if block is None:
            return found, longest
        if block.rows:
            found.append((time.monotonic() - began, block))


@pytest.mark.parametrize(("speed", "seconds"), [(1, 3.0), (10, 15.0)])
def test_it_keeps_time_by_the_sample_index(speed, seconds):
    """Every block within a few milliseconds of its time, so that nothing drifts."""
    script = blocks_of(signal(seconds), [1, 500, 7, 250])
    found, longest = play(Paced(Scripted(INFO, script), speed))
    assert found[-1][0] == pytest.approx(seconds / speed, rel=0.01)
    late = [at - block.stop / RATE / speed for at, block in found]
    assert min(late) >= -0.001
    assert np.median(late) < 0.005
    assert max(block.rows for _, block in found) <= round(0.02 * RATE * speed)
    assert longest < 0.1
    assert_same([block for _, block in found], script)


@pytest.mark.long
def test_a_minute_takes_a_minute():
    found, _ = play(Paced(Scripted(INFO, blocks_of(signal(60), 50))))
    assert found[-1][0] == pytest.approx(60, rel=0.001)
    quarter = [at - block.stop / RATE for at, block in found]
    assert abs(np.median(quarter[-500:]) - np.median(quarter[:500])) < 0.005


def test_a_gap_is_waited_out_and_events_stay_where_they_were():
    gap = Event("gap", 1250, data={"samples": 1000, "reason": "counter"})
    raw = signal(2)
    script = [
        Block(0, {"raw": raw[:250]}, events=(Event("marker", 123), Event("marker", 249))),
        Block(1250, {"raw": raw[250:]}, events=(gap, Event("marker", 1300))),
    ]
    found, _ = play(Paced(Scripted(INFO, script), 10))
    assert_same([block for _, block in found], script)
    assert found[-1][0] == pytest.approx(1500 / RATE / 10, abs=0.03)
    first_after = next(at for at, block in found if block.start >= 1250)
    assert first_after > 0.45


def test_it_says_when_it_handed_a_block_out():
    found, _ = play(Paced(Scripted(INFO, blocks_of(signal(0.3), 250)), 2))
    began = time.monotonic()
    assert all(abs(began - block.arrived) < 2 for _, block in found)
    assert np.all(np.diff([block.arrived for _, block in found]) > 0)


def test_it_says_when_each_block_was_due():
    found, _ = play(Paced(Scripted(INFO, blocks_of(signal(0.3), 250)), 2))
    blocks = [block for _, block in found if block.rows]
    paces = np.diff([block.time for block in blocks]) / [block.rows for block in blocks[1:]]
    np.testing.assert_allclose(paces, 1 / INFO.rate / 2, rtol=1e-6)
    assert all(block.time <= block.arrived for block in blocks)


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_a_speed_that_is_none_is_refused(speed):
    with pytest.raises(ConfigError, match="it must be a number above 0"):
        Paced(Scripted(INFO, []), speed)


def test_opening_and_closing_reach_the_driver():
    inner = Scripted(INFO, [])
    with Paced(inner) as driver:
        assert driver.info is INFO
        assert driver.read() is None
    assert inner.closed
