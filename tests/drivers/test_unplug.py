"""A board on a cable that is pulled and plugged in again: the session and its file go on."""

import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nmr_emg import Block, Buffered, Channel, DeviceLost, Driver, Session, StreamInfo
from nmr_emg.block import empty_block
from nmr_emg.drivers.serial.port import Port
from nmr_emg.reconnecting import Reconnecting
from nmr_emg.stage import Chain
from nmr_emg.testing import Collected

pytest.importorskip("serial")
tty = pytest.importorskip("tty")
pytestmark = pytest.mark.usefixtures("no_thread_left")
INFO = StreamInfo(200, (Channel("a"),), "uint8", "Byte board")
SIZE = 4


class Cable:
    """A board that sends 4 bytes 200 times a second while it is plugged in, each time counting from 0."""

    def __init__(self, folder):
        self.name = str(folder / "ttyUSB0")
        self._plugged = threading.Event()
        self._feeder = None

    def plug(self):
        master, slave = os.openpty()
        tty.setraw(master)
        Path(self.name).symlink_to(os.ttyname(slave))
        self._plugged.set()
        self._feeder = threading.Thread(target=self._feed, args=(master, slave))
        self._feeder.start()

    def unplug(self):
        Path(self.name).unlink()
        self._plugged.clear()
        self._feeder.join()

    def _feed(self, master, slave):
        count, due = 0, time.monotonic()
        while self._plugged.is_set():
            os.write(master, bytes([count % 256] * SIZE))
            count, due = count + 1, due + 1 / 200
            time.sleep(max(0.0, due - time.monotonic()))
        os.close(slave)
        os.close(master)


class ByteBoard(Driver):
    """What reads it: every 4 bytes are a sample."""

    def __init__(self, name):
        self._port = Port(name, 115200)
        self._kept = b""
        self._next = 0

    @property
    def info(self):
        return INFO

    def open(self):
        self._port.open()

    def read(self):
        data = self._kept + self._port.read(0.02)
        rows = len(data) // SIZE
        self._kept = data[rows * SIZE :]
        if not rows:
            return empty_block(self._next, INFO)
        raw = np.frombuffer(data[: rows * SIZE : SIZE], "uint8")[:, None]
        self._next += rows
        return Block(self._next - rows, {"raw": raw}, time.monotonic())

    def close(self):
        self._port.close()


@pytest.fixture
def cable(tmp_path):
    board = Cable(tmp_path)
    board.plug()
    yield board
    if board._plugged.is_set():
        board.unplug()


def wait_for(true, patience=5.0):
    until = time.monotonic() + patience
    while not true() and time.monotonic() < until:
        time.sleep(0.005)
    assert true()


def session_on(cable, **more):
    driver = Reconnecting(lambda: Buffered(ByteBoard(cable.name)), **more)
    driver.open()
    kept = Collected()
    return Session(driver, Chain(), [kept]), kept


def test_a_pulled_cable_is_told_within_a_second_and_the_session_goes_on_when_it_is_back(cable):
    session, kept = session_on(cable)
    session.start()
    wait_for(lambda: session.ledger.samples > 100)
    began = time.monotonic()
    cable.unplug()
    wait_for(lambda: session.trouble)
    assert time.monotonic() - began < 1
    assert f"lost the board on {cable.name}" in session.trouble
    assert session.running
    time.sleep(1)
    cable.plug()
    wait_for(lambda: session.trouble is None)
    samples = session.ledger.samples
    wait_for(lambda: session.ledger.samples > samples + 50)
    session.stop()
    blocks = [block for block in kept.blocks if block.rows]
    (gap,) = [event for event in kept.events if event.kind == "gap"]
    at = next(i for i, block in enumerate(blocks) if block.start == gap.index)
    # All that the board sent before and after is there.
    for part in (blocks[:at], blocks[at:]):
        counts = np.concatenate([block["raw"][:, 0] for block in part]).astype(int)
        np.testing.assert_array_equal(np.diff(counts) % 256, 1)
    out = blocks[at].arrived - blocks[at - 1].arrived
    assert 1 < out < 3
    assert gap.data["samples"] == pytest.approx(out * 200, abs=5)
    assert [event.data["state"] for event in kept.events if event.kind == "device"] == ["reconnected"]


def test_a_cable_that_stays_out_ends_the_session_when_patience_does_and_costs_next_to_nothing(cable):
    session, _ = session_on(cable, patience=1.5)
    session.start()
    wait_for(lambda: session.ledger.samples > 20)
    cable.unplug()
    wait_for(lambda: session.trouble)
    used = time.process_time()
    assert session.wait(5)
    assert (
        time.process_time() - used < 0.15 * 1.5
    )  # 5 % by the bench; other threads of the tests may be at work
    with pytest.raises(DeviceLost, match=r"did not come back within 1\.5 s.*there is no port .*ttyUSB0"):
        session.stop()
