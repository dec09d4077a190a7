import threading
import time

import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, Ring, StreamInfo

INFO = StreamInfo(100, (Channel("a"), Channel("b")))
pytestmark = pytest.mark.usefixtures("no_thread_left")


def block(start, rows, events=()):
    index = np.arange(start, start + rows)
    tracks = {
        "raw": np.zeros((rows, 2)),
        "envelope": np.stack([index, -index], axis=1).astype(float),
        "active": (index % 2 == 0)[:, None],
    }
    return Block(start, tracks, start / 100, tuple(events))


def test_it_holds_the_newest_rows_however_they_came():
    ring = Ring(INFO, 1.0, ("envelope", "active"))
    start = 0
    for rows in (1, 99, 30, 250, 7, 1000, 3):
        ring.write(block(start, rows))
        start += rows
        snapshot = ring.read()
        expected = np.arange(max(0, start - 100), start)
        np.testing.assert_array_equal(snapshot.index, expected)
        np.testing.assert_array_equal(snapshot.tracks["envelope"][:, 1], -expected)
        np.testing.assert_array_equal(snapshot.tracks["active"][:, 0], expected % 2 == 0)
        assert snapshot.tracks["active"].dtype == bool
        assert snapshot.count == start
    assert snapshot.arrived == (start - 3) / 100


def test_a_gap_is_a_jump_in_the_index():
    ring = Ring(INFO, 0.1)
    ring.write(block(0, 5))
    ring.write(block(50, 5))
    assert ring.read().index.tolist() == [0, 1, 2, 3, 4, 50, 51, 52, 53, 54]


def test_before_the_first_block_and_after_an_empty_one_it_is_empty():
    ring = Ring(INFO, 1.0)
    ring.write(block(0, 0))
    assert len(ring.read().index) == 0
    assert ring.events() == []


def test_a_snapshot_does_not_change_under_the_reader():
    ring = Ring(INFO, 0.1)
    ring.write(block(0, 10))
    snapshot = ring.read()
    ring.write(block(10, 500))
    assert snapshot.index.tolist() == list(range(10))


def test_it_keeps_the_newest_events():
    ring = Ring(INFO, 1.0)
    for i in range(1500):
        ring.write(block(i, 1, [Event("marker", i)]))
    assert [e.index for e in ring.events()] == list(range(500, 1500))


def test_a_reader_beside_a_writer_never_sees_a_torn_row_or_half_a_first_block():
    """One second of writing as fast as it goes, each ring from its very first block."""
    stop = time.monotonic() + 1.0
    problems, reads, rounds = [], 0, 0
    current = [Ring(INFO, 1.0, ("envelope", "active"))]

    def look():
        nonlocal reads
        while time.monotonic() < stop and not problems:
            snapshot = current[0].read()
            reads += 1
            if len(snapshot.index) and not _sound(snapshot):
                problems.append(snapshot)

    reader = threading.Thread(target=look)
    reader.start()
    while time.monotonic() < stop and not problems:
        ring = Ring(INFO, 1.0, ("envelope", "active"))
        current[0] = ring
        rounds += 1
        start = 0
        for rows in (20, 3, 64, 100, 1, 37) * 15:
            ring.write(block(start, rows))
            start += rows
    reader.join()
    assert not problems
    assert min(reads, rounds) > 20


def _sound(snapshot):
    envelope, active = snapshot.tracks["envelope"], snapshot.tracks["active"]
    return (
        (np.diff(snapshot.index) == 1).all()
        and snapshot.index[-1] == snapshot.count - 1
        and (envelope[:, 0] == snapshot.index).all()
        and (envelope[:, 1] == -snapshot.index).all()
        and (active[:, 0] == (snapshot.index % 2 == 0)).all()
    )
