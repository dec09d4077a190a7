"""Finding ports: by USB id, by asking, and again after they were renamed."""

from types import SimpleNamespace

import pytest

from nmr_emg import ConfigError
from nmr_emg.drivers.serial.discovery import SerialPort, asked, candidates, find_port, follow, match, ports

DONGLE = SerialPort("/dev/ttyUSB0", "FT231X USB UART", 0x0403, 0x6015, "DQ007SUS")
HUMAN = SerialPort("/dev/ttyACM0", "Human SpikerBox", 0x2E73, 0x0004, "1")
UNO = SerialPort("/dev/ttyACM1", "Arduino Uno", 0x2341, 0x0043, "85735313")
PLAIN = SerialPort("/dev/ttyS0", "ttyS0")
BOARDS = {
    "cyton": ["0403:6015"],
    "spikerbox": ["2E73:0004", "0403:6015", "2341:0043"],
    "lines": [],
}


def test_a_usb_id_of_several_boards_names_them_all():
    found = match([DONGLE, HUMAN, UNO, PLAIN], BOARDS)
    assert found == {
        "/dev/ttyUSB0": ["cyton", "spikerbox"],
        "/dev/ttyACM0": ["spikerbox"],
        "/dev/ttyACM1": ["spikerbox"],
        "/dev/ttyS0": [],
    }


def test_asking_tells_which_of_them_it_is_and_asks_no_one_else():
    heard = []

    def probe(name, answer):
        def ask(port):
            heard.append((name, port))
            return answer

        return ask

    probes = {
        "cyton": probe("cyton", None),
        "spikerbox": probe("spikerbox", "HWT:HUMANSB"),
        "lines": probe("lines", "1"),
    }
    found = asked(match([DONGLE, PLAIN], BOARDS), probes)
    assert found == {"/dev/ttyUSB0": {"spikerbox": "HWT:HUMANSB"}, "/dev/ttyS0": {}}
    assert heard == [("cyton", "/dev/ttyUSB0"), ("spikerbox", "/dev/ttyUSB0")]


def test_the_only_port_that_fits_is_taken():
    assert find_port("cyton", BOARDS["cyton"], [DONGLE, HUMAN, PLAIN]) == "/dev/ttyUSB0"
    assert find_port("lines", [], [UNO]) == "/dev/ttyACM1"
    assert candidates("spikerbox", BOARDS["spikerbox"], [DONGLE, HUMAN, PLAIN]) == [
        "/dev/ttyUSB0",
        "/dev/ttyACM0",
    ]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "no port looks like cyton: this computer has no serial ports now; plug it in, or .* --port"),
        ([PLAIN, UNO], r"there is /dev/ttyS0 \(ttyS0\), /dev/ttyACM1 \(Arduino Uno\)"),
        (
            [DONGLE, SerialPort("B", "x", 0x0403, 0x6015)],
            "may be on /dev/ttyUSB0 or B; say which with --port",
        ),
    ],
)
def test_none_or_several_are_told(found, words):
    with pytest.raises(ConfigError, match=words):
        find_port("cyton", BOARDS["cyton"], found)


def renamed(port, name):
    return SerialPort(name, port.description, port.vid, port.pid, port.serial_number)


@pytest.mark.parametrize(
    ("later", "name"),
    [
        ([DONGLE, UNO], "/dev/ttyUSB0"),
        ([UNO], "/dev/ttyUSB0"),  # gone: the error of opening says so
        ([renamed(DONGLE, "/dev/ttyUSB1"), UNO], "/dev/ttyUSB1"),
        # Another dongle took its name.
        (
            [SerialPort("/dev/ttyUSB0", "FT231X", 0x0403, 0x6015, "other"), renamed(DONGLE, "/dev/ttyUSB3")],
            "/dev/ttyUSB3",
        ),
        (
            [renamed(DONGLE, "/dev/ttyUSB1"), renamed(DONGLE, "/dev/ttyUSB2")],
            "/dev/ttyUSB0",
        ),  # clones: which?
    ],
)
def test_a_board_that_was_plugged_in_again_is_found_under_its_new_name(later, name):
    there = [DONGLE, UNO]
    where = follow("/dev/ttyUSB0", lambda: there)
    assert where() == "/dev/ttyUSB0"
    there = later
    assert where() == name
    there = [DONGLE]
    assert where() == "/dev/ttyUSB0"


@pytest.mark.parametrize("name", ["socket://localhost:3000", "/dev/serial/by-id/usb-FTDI", "/dev/ttyS0"])
def test_what_has_no_usb_id_keeps_its_name(name):
    where = follow(name, lambda: [PLAIN, DONGLE])
    assert where() == where() == name


def test_the_computers_ports_are_read_even_while_one_is_being_unplugged(monkeypatch):
    listing = pytest.importorskip("serial.tools.list_ports")

    def port(device, description, vid=None, pid=None, serial_number=None):
        return SimpleNamespace(
            device=device, description=description, vid=vid, pid=pid, serial_number=serial_number
        )

    turns = [
        # pyserial reads the ids of a device that is just gone.
        TypeError("int() can't convert non-string with explicit base"),
        [
            port("/dev/ttyUSB0", "FT231X USB UART", 0x0403, 0x6015, "DQ007SUS"),
            port("/dev/ttyS4", "n/a"),
            port("/dev/rfcomm0", "n/a"),
            port("COM1", None),
        ],
    ]

    def comports():
        turn = turns.pop(0)
        if isinstance(turn, Exception):
            raise turn
        return turn

    monkeypatch.setattr(listing, "comports", comports)
    assert ports() == [SerialPort("/dev/rfcomm0", "Bluetooth"), DONGLE]
