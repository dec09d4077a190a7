"""`devices`: the boards that files describe, the ports there are, and which board answers on which."""

import json

import pytest

from nmr_emg import content
from nmr_emg.cli import boards
from nmr_emg.cli.app import main
from nmr_emg.cli.devices import open_driver
from nmr_emg.drivers.serial.discovery import SerialPort
from nmr_emg.errors import ConfigError
from nmr_emg.fake import FakeBoard

pytest.importorskip("serial")
pytest.importorskip("termios")


@pytest.fixture
def listed(monkeypatch, capsys):
    """Run `devices` on a computer with these ports."""

    def run(*words, found):
        monkeypatch.setattr(boards, "ports", lambda: list(found))
        assert main(["devices", *words]) == 0
        out, err = capsys.readouterr()
        return (json.loads(out) if "--json" in words else out), err

    return run


def dongle(name):
    return SerialPort(name, "FT231X USB UART", 0x0403, 0x6015, "DQ007SUS")


def test_the_boards_tell_rate_and_channels_where_they_are_known(listed):
    found, _ = listed("--json", found=[])
    known = {board["name"]: board for board in found["boards"]}
    assert (known["cyton"]["rate"], known["cyton"]["channels"]) == (250, 8)
    assert (known["cyton-daisy"]["rate"], known["cyton-daisy"]["channels"]) == (125, 16)
    assert all(
        set(board) == {"name", "driver", "description", "rate", "channels"} for board in found["boards"]
    )
    assert found["ports"] == []


def test_a_file_that_names_no_driver_there_is_is_told_and_passed_over(listed, tmp_path):
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "mine.toml").write_text('driver = "seriell"\n')
    content.choose(tmp_path)
    try:
        found, err = listed("--json", found=[])
        assert "mine.toml: driver is 'seriell'; it must be one of serial, simulator, brainflow" in err
        assert "mine" not in {board["name"] for board in found["boards"]}
        with pytest.raises(ConfigError, match=r"mine\.toml: driver is 'seriell'"):
            open_driver("mine", {})
    finally:
        content._chosen.clear()


def test_a_usb_id_names_every_board_that_has_it(listed):
    uart = SerialPort("/dev/ttyS0", "ttyS0")
    found, _ = listed("--json", found=[dongle("/dev/ttyUSB0"), uart])
    first, second = found["ports"]
    assert first["board"] is None
    assert {"cyton", "cyton-daisy"} <= set(first["candidates"])
    assert (first["usb"], first["answer"]) == ("0403:6015", None)
    assert (second["board"], second["candidates"], second["usb"]) == (None, [], None)
    text, _ = listed(found=[dongle("/dev/ttyUSB0"), uart])
    assert "may be " in text
    assert "nmr-emg devices --probe asks it" in text
    assert text.rstrip().endswith("/dev/ttyS0: ttyS0")


@pytest.mark.parametrize("name", ["cyton", "cyton-daisy"])
def test_probe_asks_and_says_who_answers(listed, name):
    with FakeBoard(name) as fake:
        found, err = listed("--probe", "--json", found=[dongle(fake.port)])
    (port,) = found["ports"]
    assert port["board"] == name
    assert "OpenBCI" in port["answer"]
    assert f"asking {fake.port} whether it is {name} …" in err


def test_probe_says_so_when_nobody_answers(listed):
    found, _ = listed("--probe", "--json", found=[dongle("/dev/tty-nowhere")])
    (port,) = found["ports"]
    assert (port["board"], port["answer"]) == (None, None)
