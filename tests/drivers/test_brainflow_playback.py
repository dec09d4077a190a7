"""BrainFlow's playback and streaming boards."""

import time

import numpy as np
import pytest

from nmr_emg.drivers.brainflow.boards import Sent
from nmr_emg.drivers.brainflow.driver import open_brainflow
from nmr_emg.drivers.brainflow.playback import samples_in
from nmr_emg.errors import ConfigError, DeviceLost, DriverError

shim = pytest.importorskip("brainflow.board_shim", reason="brainflow is not installed")

SENT = Sent(-1, "Made up", 250.0, 4, (1,), 0, 3)


def rows_of_a_cyton(samples, pause_at=None, pause=0.0):
    """As BrainFlow writes them: counter, 8 values, ..., time, marker."""
    index = np.arange(samples)
    rows = np.zeros((samples, 24))
    rows[:, 0] = index % 256
    rows[:, 1] = index + 0.25
    rows[:, 22] = 1.6e9 + index / 250 + (0 if pause_at is None else pause * (index >= pause_at))
    return rows


def written(path, rows, separator="\t"):
    np.savetxt(path, rows, delimiter=separator, fmt="%.6f")
    return str(path)


def blocks_until_the_end(driver, patience=5.0):
    stop = time.monotonic() + patience
    blocks = []
    while time.monotonic() < stop:
        block = driver.read()
        if block is None:
            return blocks
        if block.rows:
            blocks.append(block)
    raise AssertionError("it does not end")


@pytest.mark.parametrize("separator", ["\t", ","])
def test_a_file_is_played_to_its_end_and_no_further(tmp_path, separator):
    file = written(tmp_path / "played.csv", rows_of_a_cyton(150), separator)
    with open_brainflow("playback-file", {"file": file, "master_board": "cyton", "rows": "1"}) as driver:
        assert driver.info.rate == 250
        began = time.monotonic()
        blocks = blocks_until_the_end(driver)
        assert time.monotonic() - began < 3
        assert driver.read() is None
    raw = np.concatenate([block["raw"] for block in blocks])
    np.testing.assert_array_equal(raw[:, 0], np.arange(150) + 0.25)
    assert blocks[-1].stop == 150


def test_a_file_shorter_than_what_is_gathered_first_comes_whole(tmp_path):
    file = written(tmp_path / "short.csv", rows_of_a_cyton(5))
    with open_brainflow("-3", {"file": file, "master_board": "cyton", "rows": "1"}) as driver:
        assert sum(block.rows for block in blocks_until_the_end(driver)) == 5


def test_a_file_that_pauses_for_long_is_said_to(tmp_path):
    file = written(tmp_path / "pause.csv", rows_of_a_cyton(100, pause_at=50, pause=1.8))
    with open_brainflow("-3", {"file": file, "master_board": "cyton", "rows": "1"}) as driver:
        began = time.monotonic()
        with pytest.raises(DriverError, match=r"played nothing for .* replay:FILE") as caught:
            blocks_until_the_end(driver)
        assert not isinstance(caught.value, DeviceLost)
        assert time.monotonic() - began < 3


def test_what_must_be_said_of_a_board_comes_with_its_first_sample(tmp_path):
    # A Shimmer3's rows as BrainFlow lays them out: counter, ..., four of ECG in counts from row 10, ..., time, marker.
    rows = np.zeros((60, 20))
    rows[:, 10:14] = 1000
    rows[:, 18] = 1.6e9 + np.arange(60) / 512
    file = written(tmp_path / "shimmer.csv", rows)
    settings = {"file": file, "master_board": "shimmer3"}
    with open_brainflow("-3", settings) as driver:
        assert driver.info.device == "BrainFlow: Shimmer3, not in µV"
        events = [event for block in blocks_until_the_end(driver) for event in block.events]
    assert [(event.kind, event.index) for event in events] == [("device", 0), ("device", 0)]
    assert "converter's counts" in events[0].data["text"]
    assert "no count of the samples" in events[1].data["text"]
    with open_brainflow("-3", {**settings, "scale": "0.048"}) as driver:
        assert driver.info.device == "BrainFlow: Shimmer3"
        assert {channel.scale for channel in driver.info.channels} == {0.048}


def test_played_again_and_again_if_told_to(tmp_path):
    file = written(tmp_path / "loop.csv", rows_of_a_cyton(48))
    settings = {"file": file, "master_board": "cyton", "rows": "1", "command": "loopback_true"}
    with open_brainflow("-3", settings) as driver:
        stop = time.monotonic() + 5
        rows = 0
        while rows < 120 and time.monotonic() < stop:
            rows += driver.read().rows
    assert rows >= 120


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"file": "/no/such/file"}, "/no/such/file can't be played: No such file"),
        ({}, "no file.* can't be played"),
        ({"file": "narrow"}, "no line has 24 columns, as Cyton sends them .the first has 15.; check"),
        ({"file": "empty"}, "no line has 24 columns"),
    ],
)
def test_a_file_that_can_not_be_played_is_refused_before_it_is(tmp_path, monkeypatch, settings, what):
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "narrow", rows_of_a_cyton(10)[:, :15])
    (tmp_path / "empty").touch()
    with pytest.raises(ConfigError, match=what):
        open_brainflow("playback-file", {"master_board": "cyton", **settings}).open()


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("1\t2\t3\t4\n" * 3, 3),
        ("1,2,3,4\r\n" * 3, 3),
        ("1\t2\t3\t4\t\n1\t2\t3\t4", 2),
        ("%OpenBCI Raw EXG Data\n\n1,2,3,4\n1,2,3\n1,2,3,4,5\n1,2,3,4\n", 2),
        ("1\t2\t3\t" + "4" * 9000 + "\n1\t2\t3\t4\n", 1),
    ],
)
def test_lines_are_counted_as_brainflow_takes_them(tmp_path, text, samples):
    file = tmp_path / "lines"
    file.write_text(text, newline="")
    assert samples_in(str(file), SENT) == samples


def test_commands_change_how_much_is_played(tmp_path):
    file = tmp_path / "lines"
    file.write_text("1\t2\t3\t4\n" * 99)
    assert samples_in(str(file), SENT, ("old_timestamps", "set_index_percentage:40")) == 59
    assert samples_in(str(file), SENT, ("loopback_true",)) is None
    with pytest.raises(ConfigError, match="a number from 0 to 99"):
        samples_in(str(file), SENT, ("set_index_percentage:half",))


def test_a_board_of_another_program_is_read_over_the_network():
    there = {"ip_address": "225.1.1.1", "ip_port": 6689}
    sender = shim.BoardShim(-1, shim.BrainFlowInputParams())
    sender.prepare_session()
    try:
        sender.start_stream(1000, f"streaming_board://{there['ip_address']}:{there['ip_port']}")
        with open_brainflow("streaming", {**there, "master_board": "synthetic"}) as driver:
            stop = time.monotonic() + 5
            while (block := driver.read()).stop < 100 and time.monotonic() < stop:
                pass
            assert block.stop >= 100
            assert driver.info.labels == tuple(f"ch{i}" for i in range(1, 17))
    finally:
        sender.release_session()
