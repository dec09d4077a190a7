"""`nmr-emg fake`, as people and scripts use it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from nmr_emg.cli.app import main

serial = pytest.importorskip("serial")


def test_it_plays_on_the_port_that_it_prints(tmp_path):
    words = ["fake", "olimex", "--at", str(tmp_path / "board"), "--seconds", "20", "--set", "boot=0"]
    with subprocess.Popen(
        [sys.executable, "-m", "nmr_emg", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout.readline() == f"{tmp_path / 'board'}\n"
            with serial.Serial(str(tmp_path / "board"), timeout=5) as port:
                assert b"\xa5\x5a\x02" in port.read(40)
        finally:
            process.send_signal(2)
        _, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "6 channels at 250 Hz" in err
    assert "Traceback" not in err
    assert not Path(tmp_path / "board").exists()


def test_it_ends_by_itself(capsys):
    start = time.monotonic()
    assert main(["fake", "lines", "--link", "socket", "--seconds", "0.2", "--signal", "counting"]) == 0
    assert time.monotonic() - start < 5
    out, err = capsys.readouterr()
    assert out.startswith("socket://127.0.0.1:")
    assert "0 bytes lost" in err


def test_it_lists_what_there_is(capsys):
    assert main(["fake"]) == 0
    out = capsys.readouterr().out
    assert "cyton-daisy" in out
    assert "--fault unplug=inf: " in out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["cytn"], "there is no fake board 'cytn'"),
        (["cyton", "--fault", "stal"], "there is no fault 'stal'"),
        (["cyton", "--speed", "fast"], "--speed fast"),
        (["cyton", "--set", "daisy=perhaps"], "daisy is 'perhaps'"),
        (["cyton", "--link", "usb"], "there is no link 'usb'"),
        (["cyton", "--at", "/"], "name a file that isn't there yet"),
        (["cyton", "--signal", "emg:nothing"], "there is no 'nothing'"),
    ],
)
def test_a_slip_is_one_line_and_code_2(words, told, capsys):
    assert main(["fake", *words, "--seconds", "0.2"]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
