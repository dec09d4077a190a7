"""A Cyton, a Daisy and a Knight on a pseudo-terminal, read through BrainFlow: dialogue, scale, loss, unplugging."""

import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nmr_emg.buffered import Buffered
from nmr_emg.drivers.brainflow.driver import BrainFlow, open_brainflow
from nmr_emg.errors import DeviceLost, DriverError, DriverStalled
from nmr_emg.session import Session
from nmr_emg.stage import Chain
from nmr_emg.testing import Collected

pytest.importorskip("brainflow.board_shim", reason="brainflow is not installed")
tty = pytest.importorskip("tty", reason="there are no pseudo-terminals on this system")

LSB = 4.5 / 24 / (2**23 - 1) * 1e6
"""µV per count of an ADS1299 at gain 24 with a reference of 4.5 V (OpenBCI's Cyton data format)."""

BANNER = b"OpenBCI V3 8-16 channel\nOn Board ADS1299 Device ID: 0x3E\nFirmware: v3.1.2\n$$$"

DEFAULTS = b"updating channel settings to default$$$".ljust(4200)
"""BrainFlow reads replies until a second passes in silence, or 4096 bytes came: padded, it does not wait."""


def cyton(count):
    """+1, -1, the highest, the lowest value, four zeros, 0.256 g on x."""
    values = "000001 ffffff 7fffff 800000 000000 000000 000000 000000"
    return bytes([0xA0, count % 256]) + bytes.fromhex(values + "0800 0000 0000") + b"\xc0"


def half(count):
    """One half of a Daisy's sample: every channel has the packet's number as its value."""
    return bytes([0xA0, count % 256]) + bytes([0, 0, count % 256]) * 8 + bytes(6) + b"\xc0"


def knight(count):
    """Every channel is 12 counts."""
    return bytes([0xA0, count % 256]) + b"\x00\x0c" * 8 + b"\x00\x00\xc0"


class Player:
    """A board behind a pseudo-terminal; `port` is a link, which keeps its name when it is plugged in again."""

    def __init__(self, link, frame=cyton, rate=250.0, lost=(), running=False):
        self.port = str(link)
        self.frame, self.rate, self.lost = frame, rate, frozenset(lost)
        self.heard, self.sent = b"", 0
        self.mute = False
        self._running = running
        self._began = 0.0
        self._over = threading.Event()
        self._thread = None
        self.plug()

    def plug(self):
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        Path(self.port).symlink_to(os.ttyname(self._slave))
        self._over.clear()
        self._streams(self._running)
        self._thread = threading.Thread(target=self._play, name="player", daemon=True)
        self._thread.start()

    def unplug(self):
        if self._thread is not None:
            self._over.set()
            self._thread.join()
            Path(self.port).unlink()
            os.close(self._slave)
            os.close(self._master)
            self._thread = None

    def _streams(self, on):
        self._streaming, self._began, self.sent = on, time.monotonic(), 0

    def _play(self):
        while not self._over.is_set():
            if select.select([self._master], [], [], 0.002)[0]:
                self._answer(os.read(self._master, 1000))
            while self._streaming and self.sent < (time.monotonic() - self._began) * self.rate:
                if not (self.mute or self.sent in self.lost):
                    os.write(self._master, self.frame(self.sent))
                self.sent += 1

    def _answer(self, words):
        self.heard += words
        if words.startswith(b"x"):
            known = words[1:2] in b"12345678"
            os.write(
                self._master, b"Success: Channel set for 1$$$" if known else b"Failure: what is that?\n$$$"
            )
        replies = {b"v": BANNER, b"d": DEFAULTS}
        os.write(self._master, replies.get(words, b""))
        if words in (b"b", b"s"):
            self._streams(words == b"b")


@pytest.fixture
def played(tmp_path):
    """Make a player; it is unplugged at the end."""
    players = []

    def play(**settings):
        players.append(Player(tmp_path / f"port{len(players)}", **settings))
        return players[-1]

    yield play
    for player in players:
        player.unplug()


def heard(driver, samples):
    """Blocks with rows until so many samples were counted, lost ones included."""
    blocks = []
    stop = time.monotonic() + 10
    while (not blocks or blocks[-1].stop < samples) and time.monotonic() < stop:
        block = driver.read()
        if block.rows:
            blocks.append(block)
    return blocks


def busy(seconds):
    """Share of a core that this process uses."""
    before = time.process_time()
    time.sleep(seconds)
    return (time.process_time() - before) / seconds


def test_microvolts_accelerometer_commands_and_losses_of_a_cyton(played):
    lost = {40, 41, 60, *range(90, 120)}
    player = played(lost=lost)
    settings = {"port": player.port, "aux": "accel", "command": "x1020110X; x2060100X"}
    with open_brainflow("cyton", settings) as driver:
        assert driver.info.labels[-4:] == ("ch8", "accel_x", "accel_y", "accel_z")
        assert [(c.kind, c.unit) for c in driver.info.channels[7:9]] == [("raw", "uV"), ("aux", "g")]
        blocks = heard(driver, 150)
    assert player.heard.count(b"x1020110X") == player.heard.count(b"x2060100X") == 1
    raw = np.concatenate([block["raw"] for block in blocks])
    # The first channel's gain is 4 now; BrainFlow keeps track of it.
    row = [6 * LSB, -LSB, 187_500.0, -187_500.0 - LSB, 0, 0, 0, 0, 0.256, 0, 0]
    np.testing.assert_allclose(raw, np.tile(row, (len(raw), 1)), rtol=1e-9, atol=1e-9)
    index = np.concatenate([np.arange(b.start, b.stop) for b in blocks])
    np.testing.assert_array_equal(index[index < 150], sorted(set(range(150)) - lost))


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("x9060100X;x1060100X", "does not take the command 'x9060100X': an argument is missing or wrong"),
        ("xq", r"refuses the command 'xq': it says 'Failure: what is that\? \$\$\$'"),
    ],
)
def test_a_command_that_is_refused_is_told_and_the_port_let_go_of(played, command, what):
    player = played()
    with pytest.raises(DriverError, match=what) as caught:
        open_brainflow("cyton", {"port": player.port, "command": command}).open()
    assert "\n" not in str(caught.value)
    with open_brainflow("cyton", {"port": player.port}) as again:
        assert heard(again, 50)
    assert busy(0.3) < 0.05


def test_an_unplugged_board_is_reported_within_2_s_and_costs_nothing_afterwards(played, no_thread_left):
    player = played()
    kept = Collected()
    buffered = Buffered(open_brainflow("cyton", {"port": player.port}))
    buffered.open()
    session = Session(buffered, Chain(), [kept]).start()
    time.sleep(0.5)
    player.unplug()
    began = time.monotonic()
    assert session.wait(2.0)
    assert time.monotonic() - began < 2.0
    assert isinstance(session.error, DeviceLost)
    assert f"its port {player.port} is gone" in str(session.error)
    assert busy(0.5) < 0.05
    assert kept.closed
    assert kept.blocks[-1].stop >= 100


def test_a_board_that_was_plugged_in_again_can_be_opened_again(played):
    player = played()
    driver = open_brainflow("cyton", {"port": player.port})
    for _ in range(2):
        with driver:
            assert heard(driver, 50)[0].start == 0
            player.unplug()
            with pytest.raises(DeviceLost, match="gone"):
                heard(driver, 10**6)
        player.plug()


def test_a_board_that_falls_silent_is_reported_and_let_go_of(played):
    player = played()
    with open_brainflow("cyton", {"port": player.port}) as driver:
        heard(driver, 50)
        player.mute = True
        began = time.monotonic()
        with pytest.raises(DeviceLost, match=r"Cyton has sent nothing for \d\.\d s"):
            heard(driver, 10**6)
        assert 0.4 < time.monotonic() - began < 2.0
    assert busy(0.3) < 0.05
    assert player.heard.endswith(b"s")


def test_buffered_which_gives_up_first_lets_go_as_well(played):
    player = played()
    buffered = Buffered(open_brainflow("cyton", {"port": player.port}), stall=0.2)
    buffered.open()
    heard(buffered, 50)
    player.mute = True
    with pytest.raises(DriverStalled):
        heard(buffered, 10**6)
    buffered.close()
    until = time.monotonic() + 3
    while not player.heard.endswith(b"s") and time.monotonic() < until:
        time.sleep(0.01)
    player.mute = False
    with open_brainflow("cyton", {"port": player.port}) as again:
        assert heard(again, 50)


def test_a_program_that_ends_while_the_board_is_silent_ends_quietly(played):
    player = played()
    code = (
        "import sys\n"
        "from nmr_emg.buffered import Buffered\n"
        "from nmr_emg.drivers.brainflow.driver import open_brainflow\n"
        "buffered = Buffered(open_brainflow('cyton', {'port': sys.argv[1]}), stall=0.3)\n"
        "buffered.open()\n"
        "print('open', flush=True)\n"
        "try:\n"
        "    while True: buffered.read()\n"
        "except OSError as error: print(type(error).__name__, flush=True)\n"
    )
    words = [sys.executable, "-c", code, player.port]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "open\n"
        time.sleep(0.3)
        player.mute = True
        out, err = child.communicate(timeout=20)
    assert (child.returncode, out, err) == (0, "DriverStalled\n", "")


def test_half_a_sample_that_a_daisy_loses_costs_one_sample_and_mixes_none(played):
    # The pairs are (0, 1), (2, 3), ...; of (20, 21) the first half is lost, of (60, 61) the second.
    player = played(frame=half, lost={20, 61})
    with open_brainflow("cyton-daisy", {"port": player.port}) as driver:
        assert driver.info.rate == 125
        blocks = heard(driver, 80)
    index = np.concatenate([np.arange(b.start, b.stop) for b in blocks])
    raw = np.concatenate([b["raw"] for b in blocks])[index < 80]
    index = index[index < 80]
    np.testing.assert_array_equal(index, np.delete(np.arange(80), [10, 30]))
    np.testing.assert_allclose(raw[:, 0], (2 * index + 1) * LSB)
    np.testing.assert_allclose(raw[:, 8], 2 * index * LSB)


@pytest.mark.parametrize(
    ("settings", "factors"),
    [
        ({}, [1, 1]),
        ({"other_info": '{"gain": 6}'}, [2, 2]),
        ({"command": "chon_2_4"}, [1, 3]),
    ],
)
def test_a_knights_gain_is_what_it_was_set_to(played, settings, factors):
    player = played(frame=knight, rate=125, running=True)
    with open_brainflow("neuropawn-knight", {"port": player.port, "rows": "1-2", **settings}) as driver:
        assert [channel.scale for channel in driver.info.channels] == factors
        values = heard(driver, 20)[0]["raw"][0] * factors
    if "command" in settings:
        assert b"chon_2_4\n" in player.heard
    # 4 V / 32767 / gain a count; BrainFlow takes the gain for 12.
    np.testing.assert_allclose(values, np.array(factors) * 12 * 4 / 32767 / 12 * 1e6, rtol=1e-6)


def test_without_a_board_behind_the_port_it_is_said_what_to_check(monkeypatch):
    monkeypatch.setattr("nmr_emg.drivers.brainflow.driver.FIRST", 0.5)
    master, slave = os.openpty()
    driver = BrainFlow("neuropawn-knight", params={"serial_port": os.ttyname(slave)})
    with pytest.raises(DriverError, match=r"sends no sample within 0\.5 s; check that it is on"):
        driver.open()
    os.close(slave)
    os.close(master)
