"""A serial port that fails in one way only."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event as Flag
from threading import Lock
from typing import Any

from nmr_emg.drivers.serial.words import lost, not_opened
from nmr_emg.errors import DriverError
from nmr_emg.extras import need

FAILURES: tuple[type[Exception], ...] = (OSError, TypeError, AttributeError)
"""What pyserial raises when a board is unplugged, or a port closed under it; `SerialException` is an `OSError`."""
if sys.platform != "win32":
    import termios

    FAILURES = (*FAILURES, termios.error)

REFUSALS: tuple[type[Exception], ...] = (*FAILURES, ValueError, NotImplementedError)
"""What it raises at opening."""

FAST = 20_000
"""From so many bytes a second on, a read rests before it drains: a wakeup a byte would only cost time."""
REST = 0.002
"""How long it rests (s)."""
SLICE = 0.1
"""Longest wait inside pyserial (s): some kinds of port can't be interrupted."""
FIRST_SLICE = 0.02
"""The wait it is opened with (s)."""
MOST = 65_536
"""Bytes after which a read returns even if more is there."""
WRITE_WITHIN = 1.0
"""How long a write may take (s)."""
MACOS_LATENCY = 0x80085400
"""`IOSSDATALAT` of macOS' IOKit/serial/ioss.h: microseconds until received bytes are handed on."""


class Port:
    """A serial port: everything that an unplug raises becomes `DeviceLost`.

    It is opened for this program alone where the system can do that, and in low-latency mode where that exists. One
    thread reads; another may write or close meanwhile.

    Args:
        name: "/dev/ttyUSB0", "COM3", or a URL that pyserial knows ("socket://HOST:PORT", "rfc2217://HOST:PORT").
        baud: bits a second.
        dtr: level of the line DTR at opening, which resets most Arduinos; `None` as the system does it.
    """

    def __init__(self, name: str, baud: int, *, dtr: bool | None = None) -> None:
        self.name = name
        self._baud = baud
        self._dtr = dtr
        self._device: Any = None
        self._closing = Flag()
        self._reading = Lock()
        self._writing = Lock()
        self._flow = _Flow()

    def open(self) -> None:
        """Open it; an open one is closed first.

        Raises:
            ConfigError: pyserial is not installed, the speed is impossible, or a URL is wrong.
            DriverError: it isn't there, may not be opened by this user, or is in use; the text says what to do.
        """
        self.close()
        serial = need("serial", "serial")
        device = None
        try:
            device = serial.serial_for_url(
                self.name, do_not_open=True, baudrate=self._baud, timeout=FIRST_SLICE
            )
            self._set_up(device)
            device.open()
        except REFUSALS as error:
            raise not_opened(self.name, self._baud, error) from error
        _hasten(device)
        self._closing.clear()
        self._flow = _Flow()
        self._device = device

    def _set_up(self, device: Any) -> None:
        if self._dtr is not None:
            device.dtr = self._dtr
        if "://" not in self.name:
            device.exclusive = True
            device.write_timeout = WRITE_WITHIN

    def read(self, wait: float) -> bytes:
        """What comes within `wait` seconds: at once when something is there, all of it; `b""` if nothing.

        Raises:
            DeviceLost: the board was unplugged.
            DriverError: the port is not open.
        """
        with self._reading:
            device = self._opened()
            with self._in_words("reading"):
                data = self._first(device, wait)
                if not data:
                    return b""
                if self._flow.fast:
                    time.sleep(REST)
                data += self._rest(device)
        self._flow.add(len(data))
        return data

    def write(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            DeviceLost: the board was unplugged, or takes nothing within 1 s.
            DriverError: the port is not open.
        """
        with self._writing:
            device = self._opened()
            with self._in_words("writing"):
                device.write(data)

    def close(self) -> None:
        """Let go of it; twice is fine, and so is another thread than the one that reads."""
        self._closing.set()
        device = self._device
        if device is None:
            return
        with suppress(*FAILURES):
            device.cancel_read()
        with self._reading, self._writing:
            self._device = None
            with suppress(*FAILURES):
                device.close()
            # pyserial forgets to close a socket whose other end went first.
            if (socket := getattr(device, "_socket", None)) is not None:
                socket.close()

    def _opened(self) -> Any:
        if self._device is None:
            raise DriverError(f"the port {self.name} is not open")
        return self._device

    def _first(self, device: Any, wait: float) -> bytes:
        """The first byte."""
        until = time.monotonic() + wait
        left = wait
        while not self._closing.is_set():
            self._set_timeout(device, min(left, SLICE))
            if found := device.read(1):
                return bytes(found)
            left = until - time.monotonic()
            if left <= 0:
                break
        return b""

    def _rest(self, device: Any) -> bytes:
        """What else is there already."""
        if self.name.startswith("socket:"):
            self._set_timeout(device, 0)  # pyserial can't tell how much waits in a socket
            return bytes(device.read(MOST))
        data = b""
        while len(data) < MOST and (more := device.in_waiting):
            data += device.read(more)
        return data

    def _set_timeout(self, device: Any, seconds: float) -> None:
        # Setting it makes pyserial set up the whole port anew, which takes an rfc2217 server seconds.
        if device.timeout != seconds and not self.name.startswith("rfc2217:"):
            device.timeout = seconds

    @contextmanager
    def _in_words(self, doing: str) -> Iterator[None]:
        try:
            yield
        except FAILURES as error:
            raise lost(self.name, doing, error) from error


class _Flow:
    """Whether bytes come so fast that reading each as it comes would be a waste."""

    def __init__(self) -> None:
        self.fast = False
        self._count = 0
        self._since = time.monotonic()

    def add(self, count: int) -> None:
        """Count bytes."""
        self._count += count
        took = time.monotonic() - self._since
        if took >= SLICE:
            self.fast = self._count >= FAST * took
            self._count, self._since = 0, self._since + took


def _hasten(device: Any) -> None:
    """Ask for bytes as they come: most USB converters hold them for up to 16 ms otherwise. A refusal is fine."""
    with suppress(*REFUSALS):
        if sys.platform == "darwin":
            import fcntl  # noqa: PLC0415  (not there on Windows)

            fcntl.ioctl(device.fileno(), MACOS_LATENCY, (1).to_bytes(8, sys.byteorder))
        else:
            device.set_low_latency_mode(True)
