"""`doctor` about ports, on computers that exist only here."""

import pytest

from nmr_emg.cli.port_checks import Computer, check_ports
from nmr_emg.drivers.serial.access import Group
from nmr_emg.drivers.serial.discovery import SerialPort

PORT = SerialPort("/dev/ttyUSB0", "FT231X USB UART", 0x0403, 0x6015)


@pytest.fixture
def root(tmp_path):
    """The file system of a computer on which all is well."""
    _write(tmp_path / "sys/bus/usb-serial/devices/ttyUSB0/latency_timer", "1\n")
    _write(tmp_path / "sys/bus/usb/devices/1-2/idVendor", "0403\n")
    _write(tmp_path / "sys/bus/usb/devices/1-2/idProduct", "6015\n")
    (tmp_path / "sys/bus/usb/devices/1-2/1-2:1.0/ttyUSB0").mkdir(parents=True)
    _write(tmp_path / "proc/1/comm", "systemd\n")
    return tmp_path


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def checks(root, *, found=(PORT,), may_open=True, group=None):
    return check_ports(Computer(found, root, lambda _: may_open, lambda _: group))


def test_a_port_without_troubles(root):
    (only,) = checks(root)
    assert (only.name, only.ok, only.detail, only.fix) == ("/dev/ttyUSB0", True, "FT231X USB UART", None)


def test_no_port(root):
    (only,) = checks(root, found=())
    assert (only.name, only.ok) == ("ports", None)


def test_no_permission_names_the_real_group(root):
    group = Group("uucp", "anna", opens=True, listed=False, active=False)
    (only,) = checks(root, may_open=False, group=group)
    assert only.ok is False
    assert only.fix == "sudo usermod -a -G uucp anna, then log out and in again"
    (only,) = checks(root, may_open=False)
    assert only.ok is False
    assert only.fix


def test_a_program_that_has_the_port_is_named(root):
    _write(root / "proc/4711/comm", "picocom\n")
    (root / "proc/4711/fd").mkdir()
    (root / "proc/4711/fd/3").symlink_to("/dev/ttyUSB0")
    (only,) = checks(root)
    assert only.ok is False
    assert "in use by picocom (process 4711)" in only.detail
    assert only.fix == "close picocom (process 4711)"


def test_a_slow_latency_timer(root):
    _write(root / "sys/bus/usb-serial/devices/ttyUSB0/latency_timer", "16\n")
    _, timer = checks(root)
    assert timer.ok is None
    assert "16 ms" in timer.detail
    assert "echo 1 | sudo tee /sys/bus/usb-serial/devices/ttyUSB0/latency_timer" in timer.fix


def test_modem_manager(root):
    _write(root / "proc/99/comm", "ModemManager\n")
    _, modem = checks(root)
    assert (modem.name, modem.ok) == ("ModemManager", None)
    assert "systemctl disable --now ModemManager" in modem.fix
    assert len(checks(root, found=(SerialPort("/dev/ttyS0", "ttyS0"),))) == 1


@pytest.mark.parametrize(("rules", "words"), [(True, "sudo apt remove brltty"), (False, "dmesg")])
def test_a_converter_without_a_port(root, rules, words):
    """brltty takes the CH340 of many Arduino clones for a Braille display, and their port is gone."""
    _write(root / "sys/bus/usb/devices/1-3/idVendor", "1a86\n")
    _write(root / "sys/bus/usb/devices/1-3/idProduct", "7523\n")
    (root / "sys/bus/usb/devices/1-3/1-3:1.0").mkdir()
    if rules:
        _write(root / "usr/lib/udev/rules.d/85-brltty.rules", "")
    first, mute = checks(root)
    assert first.ok
    assert mute.ok is False
    assert "CH340" in mute.detail
    assert words in mute.fix
    (root / "sys/bus/usb/devices/1-3/1-3:1.0/tty/ttyACM0").mkdir(parents=True)
    assert len(checks(root)) == 1
