"""Boards on a serial port: found, asked, set up, read to the sample, lost in words."""

import sys
import time
from itertools import pairwise

import numpy as np
import pytest

from nmr_emg.block import microvolts
from nmr_emg.cli.devices import open_driver
from nmr_emg.drivers.serial.asking import ask, who
from nmr_emg.drivers.serial.board import board_called
from nmr_emg.drivers.serial.driver import Words
from nmr_emg.errors import ConfigError, DeviceLost, DriverError
from nmr_emg.fake import FakeBoard
from nmr_emg.testing import check_driver

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
pytest.importorskip("serial")


def read(driver, rows, within=10.0):
    """Blocks with at least so many rows."""
    blocks, have = [], 0
    until = time.monotonic() + within
    while have < rows:
        assert time.monotonic() < until, f"{have} of {rows} rows came"
        block = driver.read()
        if block.rows:
            blocks.append(block)
            have += block.rows
    return blocks


def jumps(blocks):
    """How many samples are missing between blocks, wherever some are."""
    return [b.start - a.stop for a, b in pairwise(blocks) if b.start != a.stop]


def samples(blocks):
    """Sample index → stored values."""
    return {block.start + i: tuple(row) for block in blocks for i, row in enumerate(block["raw"].tolist())}


def truth(fake):
    """Values of what was sent, counted from the first sample that was heard."""
    sent = fake.sent.having("sent")
    return {sample.index - sent[0].index: sample.values for sample in sent}


def opened(fake, device="cyton", **settings):
    return open_driver(device, {"port": fake.port, **settings})


def test_a_cyton_keeps_what_every_driver_promises():
    with FakeBoard("cyton") as fake:
        blocks = check_driver(lambda: opened(fake), reads=100)
    assert blocks[0].start == 0


def test_every_sample_comes_as_it_was_sent():
    with FakeBoard("cyton", signal="scattered") as fake, opened(fake) as driver:
        assert driver.info.dtype == "int32"
        blocks = read(driver, 250)
        expected = truth(fake)
    got = samples(blocks)
    assert len(got) >= 250
    assert {index: expected[index] for index in got} == got


def test_a_count_is_as_many_microvolts_as_the_gain_says():
    """One count at gain 12: 4.5 V / 12 / (2²³ − 1) = 0.0447 µV."""
    with FakeBoard("cyton", signal=lambda _, channels: [100] * channels) as fake:
        with opened(fake, gain="12") as driver:
            block = read(driver, 1)[0]
            np.testing.assert_allclose(microvolts(driver.info)(block["raw"]), 4.470349, rtol=1e-6)
        assert b"x1050100X" in fake.heard


def test_lost_packets_are_counted_and_the_time_is_kept():
    faults = ["drop=1@60", "drop=5@100", "drop=200@150"]
    with FakeBoard("cyton", faults) as fake, opened(fake) as driver:
        blocks = read(driver, 500)
        expected = truth(fake)
    assert jumps(blocks) == [1, 5, 200]
    got = samples(blocks)
    assert {index: expected[index] for index in got} == got
    times = [block.time for block in blocks]
    assert all(a < b for a, b in pairwise(times))


def test_more_than_a_whole_cycle_of_the_counter_may_be_lost():
    with FakeBoard("cyton", ["mute=2.5@200"]) as fake, opened(fake) as driver:
        blocks = read(driver, 500)
        expected = truth(fake)
    assert jumps(blocks) == [625]
    got = samples(blocks)
    assert {index: expected[index] for index in got} == got


def test_a_daisy_pairs_its_two_halves():
    fake = FakeBoard("cyton-daisy", ["drop=1@101", "drop=2@200"], signal="scattered")
    with fake, opened(fake, "cyton-daisy") as driver:
        assert driver.info.rate == 125
        blocks = read(driver, 200)
        expected = truth(fake)
    got = samples(blocks)
    assert {index: expected[index] for index in got} == got
    assert len(next(iter(got.values()))) == 16


def test_what_the_dongle_says_in_mid_stream_is_told():
    text = "Failure: Board RFduino buffer overflowed. Soft reset command sent to Board.$$$"
    with FakeBoard("cyton", [f"text={text}@100"]) as fake, opened(fake) as driver:
        blocks = read(driver, 200)
    said = [event.data["text"] for block in blocks for event in block.events if event.kind == "device"]
    assert len(said) == 1
    assert said[0].startswith(text)
    assert "bring the dongle nearer" in said[0]


def test_unplugging_is_told_within_a_second():
    with FakeBoard("cyton") as fake, opened(fake) as driver:
        read(driver, 50)
        fake.unplug()
        began = time.monotonic()
        with pytest.raises(DeviceLost, match="unplugged or switched off"):
            read(driver, 10_000)
        assert time.monotonic() - began < 1


def test_the_port_can_be_opened_again_after_an_unplug():
    with FakeBoard("cyton") as fake:
        with opened(fake) as driver:
            read(driver, 20)
            fake.unplug(0.3)
            with pytest.raises(DeviceLost):
                read(driver, 500)
        time.sleep(0.5)
        with opened(fake) as driver:
            assert read(driver, 20)[0].start == 0


@pytest.mark.parametrize(
    ("device", "plays", "told"),
    [
        ("olimex", "cyton", "nothing comes; check that it is on"),
        ("olimex", "freeeeg32", "bytes came, but no sample of this board"),
        ("cyton", "olimex", "is not what this board answers"),
        (
            "cyton-daisy",
            "cyton",
            "finds no Daisy; check that it sits firmly on the board, or use the device cyton",
        ),
    ],
)
def test_another_board_on_the_port_is_told(device, plays, told):
    with FakeBoard(plays) as fake:
        driver = opened(fake, device, **({"baud": "57600"} if device == "olimex" else {"baud": "115200"}))
        with pytest.raises(DriverError) as caught:
            driver.open()
        assert told in str(caught.value)
        assert fake.port in str(caught.value)


def test_only_one_program_at_a_time():
    with FakeBoard("cyton") as fake, opened(fake) as driver:
        read(driver, 5)
        with pytest.raises(DriverError, match="use"):
            opened(fake).open()
        read(driver, 5)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"gain": "3"}, "cyton: gain is '3'; it must be one of 1, 2, 4, 6, 8, 12, 24"),
        ({"gian": "3"}, "cyton: there is no setting 'gian'"),
        ({"baud": "fast"}, "baud is 'fast'"),
        ({"channels": "9"}, "the board has channels 1 to 8"),
    ],
)
def test_a_wrong_setting_is_refused_before_any_port_is_opened(settings, told):
    with pytest.raises(ConfigError) as caught:
        open_driver("cyton", settings)
    assert told in str(caught.value)


def test_a_port_that_is_not_there():
    with pytest.raises(DriverError, match="/dev/ttyNONE"):
        open_driver("cyton", {"port": "/dev/ttyNONE"}).open()


def test_a_board_can_be_asked():
    board = board_called("cyton")
    with FakeBoard("cyton") as fake:
        assert "Sample rate is 250Hz" in ask(board, Words(fake.port, None, {}), "rate")
        assert "System is Up" in ask(board, Words(fake.port, None, {}), "radio")
        with pytest.raises(ConfigError, match="there is no question 'wheather'; there are version"):
            ask(board, Words(fake.port, None, {}), "wheather")
        assert "OpenBCI" in who(board, fake.port)
    with FakeBoard("olimex") as fake:
        assert who(board, fake.port) is None
