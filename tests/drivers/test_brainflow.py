import subprocess
import sys
import time

import numpy as np
import pytest

from nmr_emg.buffered import Buffered
from nmr_emg.drivers.brainflow.driver import BrainFlow, open_brainflow
from nmr_emg.errors import ConfigError, DriverError

shim = pytest.importorskip("brainflow.board_shim", reason="brainflow is not installed")


def heard(driver, seconds):
    """Blocks with rows that come in within `seconds`."""
    stop = time.monotonic() + seconds
    blocks = []
    while time.monotonic() < stop:
        block = driver.read()
        if block.rows:
            blocks.append(block)
    return blocks


def test_the_synthetic_board_streams_without_loss():
    with open_brainflow("synthetic", {}) as driver:
        assert driver.info.rate == 250
        assert driver.info.device == "BrainFlow: Synthetic"
        assert driver.info.labels == tuple(f"ch{i}" for i in range(1, 17))
        began = time.monotonic()
        blocks = heard(driver, 1.2)
        took = time.monotonic() - began
    assert blocks[0].start == 0
    assert [b.start for b in blocks[1:]] == [a.stop for a in blocks[:-1]]
    assert blocks[-1].stop == pytest.approx(250 * took, rel=0.1)
    assert all(began < block.arrived <= began + took for block in blocks)
    raw = np.concatenate([block.tracks["raw"] for block in blocks])
    assert raw.dtype == np.float64
    assert 1 < np.std(raw[:, 0]) < 1000


def test_reading_waits_no_longer_than_20_ms():
    waits = []
    with BrainFlow(-1, rows=[3]) as driver:
        for _ in range(30):
            began = time.monotonic()
            driver.read()
            waits.append(time.monotonic() - began)
    assert np.median(waits) < 0.025


def test_what_its_buffer_loses_is_counted():
    with BrainFlow("SYNTHETIC_BOARD", buffer_seconds=0.4) as driver:
        first = heard(driver, 0.5)[-1]
        time.sleep(1.6)
        block = next(b for b in iter(driver.read, None) if b.rows)
    assert block.rows == 100
    lost = 250 * (block.arrived - first.arrived) - 100
    (gap,) = block.events
    assert gap.data["reason"] == "overflow"
    assert gap.data["samples"] == block.start - first.stop == pytest.approx(lost, abs=10)


def test_it_runs_in_a_thread_of_its_own_and_can_be_opened_again():
    driver = BrainFlow()
    for _ in range(2):
        with Buffered(driver) as buffered:
            assert heard(buffered, 0.4)[0].start == 0


def test_rows_can_be_chosen_and_must_be_there():
    with open_brainflow("-1", {"rows": "4,1-2"}) as driver:
        assert driver.info.labels == ("ch1", "ch2", "ch3")
    for rows, what in (
        ("30-40", "between 0 and 31"),
        ("1,1", "differ"),
        ("", "like 1-4,7"),
        ("1-x", "like 1-4"),
    ):
        with pytest.raises(ConfigError, match=what):
            open_brainflow("synthetic", {"rows": rows}).open()


@pytest.mark.parametrize(
    ("board", "settings", "what"),
    [
        ("cytn", {}, "no board 'cytn'; it has, for instance, cyton"),
        ("77", {}, "no board '77'"),
        ("cyton", {"baud": "9600"}, "no parameter 'baud'"),
        ("cyton", {"ip_port": "high"}, "whole number"),
        ("cyton", {"aux": "gyro"}, "it has accel, analog, other"),
        ("playback-file", {}, "master_board=NAME"),
        ("emotibit", {}, "rows=1-8"),
    ],
)
def test_wrong_words_are_said_to_be_wrong(board, settings, what):
    with pytest.raises(ConfigError, match=what):
        open_brainflow(board, settings).open()


@pytest.mark.parametrize(
    ("board", "settings", "what"),
    [
        ("cyton", {}, "an argument is missing"),
        ("cyton-daisy", {"serial_port": "/dev/no_such_port"}, "the port can't be opened"),
        ("streaming", {"master_board": "cyton"}, "an argument is missing"),
    ],
)
def test_a_board_that_is_not_there_is_said_in_words(board, settings, what):
    driver = open_brainflow(board, settings)
    with pytest.raises(DriverError, match=what) as caught:
        driver.open()
    assert "\n" not in str(caught.value)
    driver.close()


def test_a_board_is_open_only_once():
    with BrainFlow(), pytest.raises(DriverError, match="has the board open already"):
        BrainFlow().open()
    with BrainFlow() as again:
        assert heard(again, 0.4)


def test_a_closed_board_says_so():
    driver = BrainFlow()
    with pytest.raises(DriverError, match="not open"):
        driver.read()
    with pytest.raises(DriverError, match="not open"):
        _ = driver.info
    driver.open()
    driver.close()
    driver.close()
    with pytest.raises(DriverError, match="not open"):
        driver.read()


def test_the_option_port_names_the_serial_port():
    with pytest.raises(DriverError, match="port can't be opened"):
        open_brainflow("cyton", {"port": "/dev/no-such-port"}).open()


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "brainflow", None)
    monkeypatch.setitem(sys.modules, "brainflow.board_shim", None)
    with pytest.raises(ConfigError, match=r'pip install "nmr-emg\[brainflow\]"'):
        BrainFlow().open()


def test_a_program_that_forgets_to_close_ends_without_a_traceback():
    code = "from nmr_emg.drivers.brainflow.driver import BrainFlow; d = BrainFlow(); d.open(); d.read()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
