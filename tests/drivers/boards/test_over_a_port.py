"""Every board end to end: its fake speaks over a port, its file reads it, and every sample is where it belongs."""

import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from nmr_emg.drivers.serial.board import board_called
from nmr_emg.drivers.serial.driver import SerialBoard, Words
from nmr_emg.fake import FakeBoard

pytest.importorskip("serial")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

# What the fake is, what the user says, and the rate and the number of channels that come of it.
CLEAN = [
    ("chords", {"model": "NPG-LITE"}, {}, 500, 3),
    ("spikerbox", {"boot": 0}, {}, 10050.25, 1),
    ("spikerbox", {"boot": 0}, {"inputs": "3"}, 3350.08, 3),
    ("spikerbox", {"model": "human", "channels": 2}, {}, 5000, 2),
    ("spikerbox", {"model": "pro", "channels": 2}, {}, 10000, 2),
    ("olimex", {"boot": 0}, {}, 250, 6),
    ("bitalino", {}, {"inputs": "6", "rate": "100"}, 100, 6),
    ("freeeeg32", {}, {}, 512, 32),
    ("umyo", {"units": 3}, {}, 1116, 1),
    ("hackeeg", {}, {"rate": "500"}, 500, 8),
]
DAMAGED = [
    ("chords", {"boot": 0}, {}),
    ("olimex", {"boot": 0}, {}),
    ("bitalino", {}, {}),
    ("knight", {}, {"channels": "2", "rld": "off"}),
    ("freeeeg32", {}, {}),
    ("umyo", {}, {}),
    ("umyo", {"units": 3}, {}),
    ("hackeeg", {}, {"rate": "1000"}),
]


def opened(name, fake, given):
    """A driver for a fake board that needs no time to start."""
    board = board_called(name)
    quick = replace(board, serial=replace(board.serial, open_wait=0.0))
    return SerialBoard(quick, Words(fake.port, None, given))


def heard(driver, seconds):
    """Sample indexes and rows that come within a time."""
    blocks = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        block = driver.read()
        if block.rows:
            blocks.append(block)
    index = np.concatenate([np.arange(block.start, block.stop) for block in blocks])
    return index, np.concatenate([block["raw"] for block in blocks]), blocks


def placed(fake, index, rows, columns):
    """By how much the board's own numbers are ahead of ours, if every row is then what the board sampled."""
    truth = {one.index: one.values for one in fake.sent if len(one.values) > max(columns)}
    first = tuple(rows[0])
    for start, values in truth.items():
        if tuple(values[column] for column in columns) != first:
            continue
        shift = start - index[0]
        mine = [truth.get(at + shift) for at in index.tolist()]
        if all(
            one is not None and tuple(one[c] for c in columns) == tuple(row)
            for one, row in zip(mine, rows, strict=True)
        ):
            return shift
    return None


def wanted(given, count):
    return [int(given["channels"]) - 1] if "channels" in given else range(count)


@pytest.mark.parametrize(("name", "options", "given", "rate", "count"), CLEAN)
def test_a_clean_stream_arrives_whole(name, options, given, rate, count):
    with FakeBoard(name, signal="scattered", **options) as fake, opened(name, fake, given) as driver:
        index, rows, _ = heard(driver, 0.4)
        info = driver.info
    assert info.rate == pytest.approx(rate, abs=0.005)
    assert rows.shape[1] == count
    assert len(rows) == index[-1] - index[0] + 1, "samples are missing"
    assert len(rows) > 0.2 * rate
    assert placed(fake, index, rows, wanted(given, rows.shape[1])) is not None, "values or their order differ"


@pytest.mark.parametrize(("name", "options", "given"), DAMAGED)
def test_lost_samples_are_counted_exactly(name, options, given):
    first = 270 if name == "knight" else 20  # it streams while it is set up
    faults = [f"drop=1@{first}", f"drop=2@{first + 10}", f"drop=5@{first + 24}", f"drop_bytes=3@{first + 40}"]
    with FakeBoard(name, faults, signal="scattered", **options) as fake, opened(name, fake, given) as driver:
        frames = 1.2 * fake.firmware.rate / fake.firmware.rows_per_frame
        index, rows, _ = heard(driver, max(0.6, 110 / frames))
    lost = int(index[-1] - index[0] + 1 - len(rows))
    assert lost >= 8 * fake.firmware.rows_per_frame
    assert placed(fake, index, rows, wanted(given, rows.shape[1])) is not None, (
        "samples are not where they belong"
    )


@pytest.mark.parametrize(
    ("name", "options", "given"),
    [("chords", {"model": "NPG-LITE"}, {}), ("bitalino", {}, {}), ("hackeeg", {}, {"rate": "500"})],
)
def test_a_board_that_a_crash_left_streaming_is_taken_over(name, options, given):
    with FakeBoard(name, signal="scattered", **options) as fake:
        crashed = opened(name, fake, given)
        crashed.open()
        crashed._stream.port.close()
        with opened(name, fake, given) as driver:
            index, rows, _ = heard(driver, 0.4)
        assert placed(fake, index, rows, range(rows.shape[1])) is not None


def test_events_of_a_spikerbox_are_markers_at_their_sample():
    with (
        FakeBoard("spikerbox", signal="scattered", model="human", channels=2, event_every=700) as fake,
        opened("spikerbox", fake, {}) as driver,
    ):
        index, rows, blocks = heard(driver, 0.6)
    shift = placed(fake, index, rows, range(2))
    markers = [(event.index, event) for block in blocks for event in block.events if event.kind == "marker"]
    sent = {at - shift: number for at, number in fake.firmware.markers}
    assert len(markers) >= 2
    for at, event in markers:
        assert str(sent[at]) in str(event.data["text"])
