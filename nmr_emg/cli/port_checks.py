"""What may keep a board from being heard on its port: permissions, other programs, drivers, latency timers."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nmr_emg.cli.check import Check
from nmr_emg.drivers.serial.access import PROC, Group, group_of, holders
from nmr_emg.drivers.serial.discovery import SerialPort, ports

CONVERTERS = {
    "0403:6001": "an FTDI converter",
    "0403:6015": "an FTDI converter",
    "067b:2303": "a Prolific converter",
    "10c4:ea60": "a CP210x converter",
    "1a86:55d4": "a CH9102 converter",
    "1a86:7523": "a CH340 converter",
    "2341:0043": "an Arduino Uno",
}
"""USB ids that should bring a serial port with them."""

BRLTTY = "udev/rules.d/*brltty*.rules"


@dataclass(frozen=True, slots=True)
class Computer:
    """Where to look; tests build one of their own.

    Args:
        found: its serial ports.
        root: of its file system.
        may_open: whether this user may read and write a port.
        group: the group of a port.
    """

    found: Sequence[SerialPort]
    root: Path = Path("/")
    may_open: Callable[[str], bool] = lambda port: os.access(port, os.R_OK | os.W_OK)
    group: Callable[[str], Group | None] = group_of

    @property
    def proc(self) -> Path:
        """Where it tells of its processes."""
        return self.root / PROC.relative_to("/")


def check_ports(computer: Computer | None = None) -> list[Check]:
    """All that can be said of the serial ports of a computer; this one unless another is given."""
    computer = computer or Computer(ports())
    checks = [check for port in computer.found for check in _port(port, computer)]
    if not checks:
        checks = [Check("ports", None, "no serial port is there; plug the board in and look again")]
    return [*checks, *_mute(computer), *_modem_manager(computer)]


def _port(port: SerialPort, computer: Computer) -> Iterator[Check]:
    by = " and ".join(holders(port.device, computer.proc))
    if not _may_open(port, computer):
        group = computer.group(port.device)
        fix = group.fix if group else "ask whoever looks after this computer"
        yield Check(port.device, False, f"{port.description}: you may not open it", fix)
    elif by:
        yield Check(port.device, False, f"{port.description}: in use by {by}", f"close {by}")
    else:
        yield Check(port.device, True, port.description)
    yield from _latency(port, computer.root)


def _may_open(port: SerialPort, computer: Computer) -> bool:
    return sys.platform == "win32" or computer.may_open(port.device)


def _latency(port: SerialPort, root: Path) -> Iterator[Check]:
    """How long an FTDI converter gathers bytes before it hands them on."""
    timer = Path("sys/bus/usb-serial/devices") / Path(port.device).name / "latency_timer"
    milliseconds = _text(root / timer)
    if milliseconds.isdecimal() and int(milliseconds) > 1:
        detail = (
            f"{milliseconds} ms: bytes may come in bunches; nmr-emg asks for less whenever it opens the port"
        )
        yield Check(
            f"{port.device} latency", None, detail, f"to set it for every program: echo 1 | sudo tee /{timer}"
        )


def _mute(computer: Computer) -> Iterator[Check]:
    """What is plugged in and should have a port, but has none: often brltty took it, which drives Braille displays."""
    for device in sorted((computer.root / "sys/bus/usb/devices").glob("*")):
        usb = f"{_text(device / 'idVendor')}:{_text(device / 'idProduct')}".lower()
        if usb not in CONVERTERS or any(device.glob("*:*/tty*")):
            continue
        detail = f"{CONVERTERS[usb]} ({usb}) is plugged in but has no port"
        if any(any((computer.root / folder).glob(BRLTTY)) for folder in ("usr/lib", "lib", "etc")):
            fix = "brltty takes it for a Braille display; if nobody needs that: sudo apt remove brltty, then plug it in again"
        else:
            fix = "plug it in again; if that does not help, sudo dmesg | tail tells which driver is missing"
        yield Check("USB", False, detail, fix)


def _modem_manager(computer: Computer) -> Iterator[Check]:
    on_usb = [port for port in computer.found if port.usb]
    if on_usb and "ModemManager" in _running(computer.proc):
        yield Check(
            "ModemManager",
            None,
            "it runs; for some seconds after a board is plugged in it may talk to it as if it were a modem",
            "wait 15 s after plugging in, or, without a modem: sudo systemctl disable --now ModemManager",
        )


def _running(proc: Path) -> Iterable[str]:
    return {_text(file) for file in proc.glob("[0-9]*/comm")}


def _text(file: Path) -> str:
    """What a file of the system says; nothing if it can't be read."""
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
