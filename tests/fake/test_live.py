"""Fake boards on real ports: pace, loss of the port, and an end that always comes."""

import threading
import time
from math import inf
from pathlib import Path

import numpy as np
import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.fake import FakeBoard
from nmr_emg.testing import FakeBoard as SameBoard

serial = pytest.importorskip("serial")

FRAME = 17


def read(port, seconds: float) -> bytes:
    until = time.monotonic() + seconds
    data = b""
    while time.monotonic() < until:
        data += port.read(max(1, port.in_waiting))
    return data


def counters(data: bytes) -> list[int]:
    at = data.index(b"\xa5\x5a\x02")
    return [data[n + 3] for n in range(at, len(data) - FRAME + 1, FRAME)]


@pytest.fixture(autouse=True)
def nothing_left():
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) == before


@pytest.fixture(params=["pty", "socket"])
def link(request):
    return request.param


def opened(fake):
    return serial.serial_for_url(fake.port, timeout=0.05)


def test_what_is_read_is_what_was_sent(link):
    with FakeBoard("olimex", boot=0, link=link, signal="scattered") as fake:
        with opened(fake) as port:
            data = read(port, 0.6)
        sent = fake.sent.values()
    at = data.index(b"\xa5\x5a\x02")
    rows = [data[n + 4 : n + 16] for n in range(at, len(data) - FRAME + 1, FRAME)]
    values = np.array([np.frombuffer(row, ">u2") for row in rows])
    assert len(values) > 100
    first = data[at + 3]
    assert values.tolist() == sent[first : first + len(values)].tolist()


def test_the_pace_is_that_of_the_board():
    with FakeBoard("olimex", boot=0) as fake, opened(fake) as port:
        read(port, 0.2)
        start = time.monotonic()
        data = read(port, 1.2)
        rate = len(data) / FRAME / (time.monotonic() - start)
        times = [sample.time for sample in fake.sent]
    assert rate == pytest.approx(250, rel=0.05)
    assert np.diff(times[-200:]) == pytest.approx(0.004, abs=1e-9)


def test_twice_as_fast_and_as_fast_as_it_is_read():
    with FakeBoard("olimex", boot=0, speed=2) as fake, opened(fake) as port:
        read(port, 0.2)
        assert len(read(port, 0.5)) / FRAME == pytest.approx(250, rel=0.15)
    with FakeBoard("olimex", boot=0, speed=inf) as fake, opened(fake) as port:
        data = b"".join(port.read(4096) for _ in range(100))
    steps = np.diff(counters(data)) % 256
    assert len(steps) > 2000
    assert (steps == 1).all()
    assert fake.overrun == 0


def test_an_unplugged_port_is_gone_and_comes_back_under_its_name(link):
    with FakeBoard("cyton", link=link) as fake:
        port = opened(fake)
        port.write(b"b")
        assert len(read(port, 0.3)) > 33
        fake.unplug()
        with pytest.raises((OSError, serial.SerialException)):
            read(port, 2)
        port.close()
        with pytest.raises((OSError, serial.SerialException)):
            opened(fake)
        time.sleep(0.2)
        fake.replug()
        with _again(fake) as port:
            data = read(port, 0.3)
        lost = len(fake.sent.having("withheld", "unheard"))
    at = data.index(b"\xa0")
    assert {data[n] for n in range(at, len(data) - 32, 33)} == {0xA0}
    assert lost >= 40  # it has a battery, and samples on


def _again(fake, patience=2.0):
    until = time.monotonic() + patience
    while True:
        try:
            return opened(fake)
        except (OSError, serial.SerialException):
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def test_a_fault_unplugs_for_a_while_and_an_arduino_begins_anew():
    with FakeBoard("olimex", ["unplug=0.3@0.4s"], boot=0.05) as fake:
        port = opened(fake)
        with pytest.raises((OSError, serial.SerialException)):
            read(port, 2)
        port.close()
        assert not Path(fake.port).exists()
        with _again(fake) as port:
            assert min(counters(read(port, 0.5))[:10]) == 0
    assert not Path(fake.port).parent.exists()


def test_a_board_whose_power_fails():
    with FakeBoard("olimex", ["power_cycle=0.2@0.4s"], boot=0.05) as fake:
        time.sleep(0.6)  # faults wait for somebody to listen
        with opened(fake) as port:
            counted = counters(read(port, 1.2))
        steps = np.diff(counted) % 256
        times = [sample.time for sample in fake.sent.having("sent")]
    assert np.flatnonzero(steps != 1).tolist() == [counted.index(0, 1) - 1]
    assert max(np.diff(times)) == pytest.approx(0.25, abs=0.05)


def test_it_waits_for_nobody():
    """A program that has the port open and doesn't read fills every buffer; the board goes on and can be stopped."""
    fake = FakeBoard("freeeeg32", speed=20).start()
    with opened(fake):
        until = time.monotonic() + 5
        while not fake.overrun and time.monotonic() < until:
            time.sleep(0.02)
        assert fake.overrun > 0
        start = time.monotonic()
        fake.stop()
        assert time.monotonic() - start < 2


def test_a_board_that_is_too_fast_to_be_played_can_be_stopped():
    fake = FakeBoard("spikerbox", speed=10_000, boot=0).start()
    with opened(fake):
        time.sleep(0.1)
        start = time.monotonic()
        fake.stop()
        assert time.monotonic() - start < 2


def test_nobody_hears_what_is_sent_while_the_port_is_closed():
    with FakeBoard("olimex", boot=0) as fake:
        time.sleep(0.2)
        assert len(fake.sent.having("unheard")) > 20
        assert not fake.sent.having("sent")


def test_a_port_opened_at_another_speed():
    with FakeBoard("cyton", strict_baud=True) as fake:
        with serial.Serial(fake.port, 230400, timeout=0.2) as port:
            port.write(b"V")
            assert b"v3.1.2" not in port.read(100)
        assert fake.heard != b"V"
        with serial.Serial(fake.port, 115200, timeout=2) as port:
            port.write(b"V")
            assert port.read_until(b"$$$") == b"v3.1.2$$$"


def test_words_between_frames():
    with FakeBoard("olimex", boot=0) as fake, opened(fake) as port:
        read(port, 0.1)
        fake.say("Failure: x$$$")
        assert b"Failure: x$$$" in read(port, 0.3)


def test_another_rate_while_it_streams():
    with (
        FakeBoard("spikerbox", boot=0, signal=lambda index, channels: [1] * channels) as fake,
        opened(fake) as port,
    ):
        read(port, 0.1)
        port.write(b"c:4;\n")
        read(port, 0.3)
        assert len(read(port, 0.5)) / 8 == pytest.approx(10050.25 / 4 / 2, rel=0.15)
        times = [sample.time for sample in fake.sent][-500:]
        assert np.diff(times) == pytest.approx(4 / 10050.2513, abs=1e-7)


def test_a_name_of_ones_own(tmp_path):
    with FakeBoard("cyton", at=tmp_path / "board") as fake:
        assert fake.port == str(tmp_path / "board")
        with (
            pytest.raises(ConfigError, match="name a file that isn't there yet"),
            FakeBoard("cyton", at=fake.port),
        ):
            pass
        assert Path(fake.port).exists()
    assert not Path(fake.port).exists()
    (tmp_path / "left").symlink_to("/dev/pts/nobody")
    with FakeBoard("cyton", at=tmp_path / "left") as fake:
        assert Path(fake.port).exists()


def test_it_is_only_so_long_there():
    fake = FakeBoard("cyton")
    with pytest.raises(ConfigError, match="not started"):
        _ = fake.port
    with fake:
        pass
    fake.stop()
    with pytest.raises(ConfigError, match="does not play"):
        fake.unplug()
    with pytest.raises(ConfigError, match="speed is 0"):
        FakeBoard("cyton", speed=0)
    with pytest.raises(ConfigError, match="there is no link 'usb'"):
        FakeBoard("cyton", link="usb").start()


def test_it_remembers_no_more_than_asked():
    with FakeBoard("olimex", boot=0, keep=10) as fake:
        time.sleep(0.2)
        assert len(fake.sent) == 10
        assert fake.sent[-1].index > 20


def test_testing_offers_it_too():
    assert SameBoard is FakeBoard
