"""The cable between a fake board and the program that reads it: a pseudo-terminal or a TCP port."""

import contextlib
import os
import socket
import sys
from pathlib import Path

from nmr_emg.errors import ConfigError
from nmr_emg.fake.cable import Cable


class Socket(Cable):
    """A TCP port of this machine, one client at a time: `socket://127.0.0.1:N` for pyserial. On every system."""

    def __init__(self) -> None:
        self._server: socket.socket | None = None
        self._client: socket.socket | None = None
        self._number = 0
        self.plug()
        self.port = f"socket://127.0.0.1:{self._number}"

    def plug(self) -> None:
        """Listen, at the same number as before."""
        if self._server is None:
            self._server = socket.create_server(("127.0.0.1", self._number))
            self._server.setblocking(False)
            self._number = self._server.getsockname()[1]

    def unplug(self) -> None:
        """Hang up."""
        for one in (self._client, self._server):
            if one is not None:
                one.close()
        self._client = self._server = None

    close = unplug

    def heard(self) -> bool:
        """Whether a client is there; the next one is let in when the last has gone."""
        if self._client is None and self._server is not None:
            with contextlib.suppress(BlockingIOError):
                self._client, _ = self._server.accept()
                self._client.setblocking(False)
                self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._client is not None

    def baud(self) -> int | None:
        """A socket has none."""
        return None

    def filenos(self) -> list[int]:
        """Client and server."""
        return [one.fileno() for one in (self._client, self._server) if one is not None]

    def read(self) -> bytes:
        """What the client sent."""
        if self._client is None:
            return b""
        try:
            data = self._client.recv(65536)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._client.close()
            self._client = None
        return data

    def write(self, data: bytes) -> int:
        """Send to the client."""
        if self._client is None:
            return 0
        try:
            return self._client.send(data)
        except OSError:
            return 0

    def forget(self) -> None:
        """They went with the connection."""


def link(kind: str, name: str, at: Path | None = None) -> Cable:
    """A new link of a kind, "pty" or "socket"; a pseudo-terminal has the name `at` if one is given.

    Raises:
        ConfigError: there is no such kind, or not on this system, or something else has that name.
    """
    if kind == "socket":
        return Socket()
    if kind != "pty":
        raise ConfigError(f"there is no link {kind!r}; there are pty and socket")
    if os.name != "posix" or sys.platform == "win32":
        raise ConfigError('this system has no pseudo-terminals; say link="socket" (--link socket) instead')
    from nmr_emg.fake.pty import Pty  # noqa: PLC0415  # its imports exist on POSIX systems only

    return Pty(name, at)
