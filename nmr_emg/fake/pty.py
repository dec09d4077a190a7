"""A pseudo-terminal as the cable of a fake board; on Linux and macOS."""

import contextlib
import fcntl
import os
import select
import struct
import sys
import tempfile
import termios
import tty
from pathlib import Path

from nmr_emg.errors import ConfigError
from nmr_emg.fake.cable import Cable

TCGETS2 = 0x802C542A
"""Linux's request for settings with the speed as a number (asm-generic/ioctls.h)."""


class Pty(Cable):
    """A pseudo-terminal, under a name that stays the same when it is unplugged and plugged in again.

    On Linux it tells whether somebody has the port open; elsewhere it takes that for granted.
    """

    def __init__(self, name: str, at: Path | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="nmr-emg-fake-")) if at is None else None
        self._name = self._folder / name if self._folder else Path(at or name).absolute()
        self.port = str(self._name)
        self._master = -1
        self._slave = -1
        self._poll = select.poll()
        self.plug()

    def plug(self) -> None:
        """A new pair, raw, and the name that points to it."""
        if self._master >= 0:
            return
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        tty.setraw(slave)
        try:
            if self._name.is_symlink() and not self._name.exists():
                self._name.unlink()  # left behind by a process that was killed
            self._name.symlink_to(os.ttyname(slave))
        except OSError as error:
            os.close(slave)
            os.close(self._master)
            self._master = -1
            raise ConfigError(f"{self._name}: {error.strerror}; name a file that isn't there yet") from error
        self._poll = select.poll()
        self._poll.register(self._master, select.POLLIN)
        if sys.platform == "linux":
            os.close(slave)
        else:
            self._slave = slave

    def unplug(self) -> None:
        """Take the name away and close the pair."""
        self._name.unlink(missing_ok=True)
        for one in (self._master, self._slave):
            if one >= 0:
                os.close(one)
        self._master = self._slave = -1

    def close(self) -> None:
        """Unplug it and take its folder away."""
        self.unplug()
        if self._folder:
            with contextlib.suppress(FileNotFoundError):
                self._folder.rmdir()

    def heard(self) -> bool:
        """Whether somebody has the port open."""
        if self._master < 0:
            return False
        return not any(events & select.POLLHUP for _, events in self._poll.poll(0))

    def baud(self) -> int | None:
        """The speed that was set last; `None` where the system does not tell."""
        if sys.platform != "linux" or self._master < 0:
            return None
        settings = bytearray(44)
        try:
            fcntl.ioctl(self._master, TCGETS2, settings)
        except OSError:
            return None
        return int(struct.unpack_from("I", settings, 40)[0])

    def filenos(self) -> list[int]:
        """The board's end."""
        return [self._master] if self._master >= 0 else []

    def read(self) -> bytes:
        """What was written to the port."""
        if self._master < 0:
            return b""
        try:
            return os.read(self._master, 65536)
        except OSError:  # nothing there (EAGAIN), or nobody (EIO)
            return b""

    def write(self, data: bytes) -> int:
        """Write what fits."""
        if self._master < 0:
            return 0
        try:
            return os.write(self._master, data)
        except OSError:
            return 0

    def forget(self) -> None:
        """Flush the port's end; its buffer outlives whoever had it open."""
        if self._master < 0:
            return
        with contextlib.suppress(OSError, termios.error):
            end = os.open(self._name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                termios.tcflush(end, termios.TCIOFLUSH)
            finally:
                os.close(end)
