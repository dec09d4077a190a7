"""Which serial ports there are, and which board may be on each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from nmr_emg.errors import ConfigError
from nmr_emg.extras import need

Boards = Mapping[str, Sequence[str]]
"""USB ids ("0403:6015", or "0403" for all of a maker) that boards come with, by the board's name."""
Probe = Callable[[str], str | None]
"""Asks what is on a port: the answer in words, or `None` if it is not this board."""


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port of this computer.

    Args:
        device: the name to open it by ("/dev/ttyUSB0", "COM3").
        description: what the system calls it.
        vid: USB vendor id, or `None` if it is not on USB.
        pid: USB product id.
        serial_number: of the USB device; empty if it has none.
    """

    device: str
    description: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str = ""

    @property
    def usb(self) -> str | None:
        """Vendor and product, as board files write them.

        >>> SerialPort("COM3", "FT231X USB UART", 0x403, 0x6015).usb
        '0403:6015'
        """
        return None if self.vid is None or self.pid is None else f"{self.vid:04x}:{self.pid:04x}"

    def answers_to(self, ids: Sequence[str]) -> bool:
        """Whether its USB id is one of these."""
        mine = self.usb
        return mine is not None and any(mine == one.lower() or mine[:4] == one.lower() for one in ids)


def ports() -> list[SerialPort]:
    """Serial ports of this computer that something is plugged into; none where pyserial is not installed."""
    if find_spec("serial") is None:
        return []
    list_ports = need("serial.tools.list_ports", "serial")
    try:
        listed = list(list_ports.comports())
    except (TypeError, ValueError, OSError):  # a board was unplugged while it was looked at
        listed = list(list_ports.comports())
    found = [
        SerialPort(port.device, _described(port), port.vid, port.pid, port.serial_number or "")
        for port in listed
    ]
    return sorted((port for port in found if port.description), key=lambda port: port.device)


def _described(port: object) -> str:
    """What the system calls a port; empty for a socket on the mainboard that nothing is known of."""
    text = getattr(port, "description", None)
    if "rfcomm" in str(getattr(port, "device", "")):
        return "Bluetooth"
    return "" if text in (None, "n/a") else str(text)


def match(found: Sequence[SerialPort], boards: Boards) -> dict[str, list[str]]:
    """Which boards may be on each port, by device; a USB id says little where it is a converter's own.

    >>> dongle = SerialPort("COM3", "FT231X USB UART", 0x403, 0x6015)
    >>> match([dongle], {"cyton": ["0403:6015"], "spikerbox": ["0403:6015", "2e73:0004"], "olimex": []})
    {'COM3': ['cyton', 'spikerbox']}
    """
    return {port.device: [name for name, ids in boards.items() if port.answers_to(ids)] for port in found}


def candidates(board: str, ids: Sequence[str], found: Sequence[SerialPort] | None = None) -> list[str]:
    """The ports that a board may be on, by its USB ids; every port for a board that has none.

    Args:
        board: its name, for the error.
        ids: its USB ids.
        found: the ports there are; the computer is asked unless given.

    Raises:
        ConfigError: there is none; the text lists what is there.
    """
    found = ports() if found is None else found
    fitting = [port.device for port in found if not ids or port.answers_to(ids)]
    if not fitting:
        raise ConfigError(
            f"no port looks like {board}: {listed(found)}; plug it in, or name its port with --port"
        )
    return fitting


def find_port(board: str, ids: Sequence[str], found: Sequence[SerialPort] | None = None) -> str:
    """The one port that a board may be on.

    Raises:
        ConfigError: there is none or more than one; the text lists what is there.

    >>> find_port("cyton", ["0403:6015"], [SerialPort("COM3", "FT231X USB UART", 0x403, 0x6015)])
    'COM3'
    >>> find_port("cyton", ["0403:6015"], [SerialPort("COM1", "Serial port")])
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: no port looks like cyton: there is COM1 (Serial port); plug it in, or name its port with --port
    """
    fitting = candidates(board, ids, found)
    if len(fitting) > 1:
        raise ConfigError(f"{board} may be on {' or '.join(fitting)}; say which with --port")
    return fitting[0]


def listed(found: Sequence[SerialPort]) -> str:
    """Ports as a part of a sentence."""
    if not found:
        return "this computer has no serial ports now"
    return "there is " + ", ".join(f"{port.device} ({port.description})" for port in found)


def follow(device: str, look: Callable[[], Sequence[SerialPort]] = ports) -> Callable[[], str]:
    """Remember what is on a port, and say under which name it is there: plugged in again it may get another one.

    The function returned gives `device` at first, and later the port of the same USB id and serial number, if there is
    exactly one.
    """
    known: SerialPort | None = None

    def where() -> str:
        nonlocal known
        found = look()
        if known is None:
            known = next((port for port in found if port.device == device), None)
        if known is None or known.usb is None:
            return device
        same = [port for port in found if (port.usb, port.serial_number) == (known.usb, known.serial_number)]
        if len(same) == 1:
            known = same[0]
        return known.device

    return where


def asked(fitting: Mapping[str, Sequence[str]], probes: Mapping[str, Probe]) -> dict[str, dict[str, str]]:
    """Ask what is on each port: what it says to each board's question that it answers, by device and board.

    Args:
        fitting: which boards may be on each port, as `match` gives it.
        probes: how each board is asked, by its name.
    """
    said = {
        device: {name: probes[name](device) for name in names if name in probes}
        for device, names in fitting.items()
    }
    return {
        device: {name: answer for name, answer in answers.items() if answer is not None}
        for device, answers in said.items()
    }
