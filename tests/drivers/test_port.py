"""A port on pseudo-terminals and sockets: nothing is lost, and every way of dying is one `DeviceLost`."""

import os
import socket
import subprocess
import sys
import termios
import threading
import time

import pytest

from nmr_emg import ConfigError, DeviceLost, DriverError
from nmr_emg.drivers.serial.port import Port
from nmr_emg.drivers.serial.words import not_opened

serial = pytest.importorskip("serial")
tty = pytest.importorskip("tty")


class Pty:
    """A serial cable: `master` is the board's end."""

    def __init__(self):
        self.master, slave = os.openpty()
        tty.setraw(self.master)
        self.name = os.ttyname(slave)
        self._slave = slave

    def opened(self, baud=115200, **more):
        port = Port(self.name, baud, **more)
        port.open()
        os.close(self._slave)
        return port

    def unplug(self):
        os.close(self.master)


@pytest.fixture
def pty():
    return Pty()


def read_all(port, count, patience=5.0):
    data, until = b"", time.monotonic() + patience
    while len(data) < count and time.monotonic() < until:
        data += port.read(0.02)
    return data


def test_every_byte_arrives_in_order_at_once_and_nothing_is_waited_for(pty):
    sent = bytes(range(256)) * 100
    port = pty.opened()
    writer = threading.Thread(
        target=lambda: [os.write(pty.master, sent[i : i + 7]) for i in range(0, len(sent), 7)]
    )
    writer.start()
    assert read_all(port, len(sent)) == sent
    writer.join()
    began = time.monotonic()
    assert port.read(0.0) == b""
    assert port.read(0.05) == b""
    assert 0.04 < time.monotonic() - began < 0.5
    os.write(pty.master, b"two bursts")
    time.sleep(0.01)
    assert port.read(5) == b"two bursts", "all of it, without waiting the 5 s"
    port.write(b"b")
    assert os.read(pty.master, 10) == b"b"
    port.close()
    port.close()
    pty.unplug()
    with pytest.raises(DriverError, match="is not open"):
        port.read(0)


def test_an_unplug_is_told_within_a_second_and_the_port_can_be_closed_and_opened_anew(pty):
    port = pty.opened()
    began = time.monotonic()
    threading.Timer(0.2, pty.unplug).start()
    with pytest.raises(DeviceLost, match=f"lost the board on {pty.name}.*unplugged.*cable"):
        port.read(10)
    assert time.monotonic() - began < 1.2
    for _ in range(2):
        with pytest.raises(DeviceLost):
            port.write(b"s")
        with pytest.raises(DeviceLost):
            port.read(0.02)
    port.close()
    with pytest.raises(DriverError, match="there is no port"):
        port.open()
    port.close()


def test_a_thread_that_reads_is_let_go_when_another_closes(pty):
    port = pty.opened()
    said = []
    reader = threading.Thread(target=lambda: said.append(port.read(30)))
    reader.start()
    time.sleep(0.05)
    port.close()
    reader.join(1)
    assert said == [b""]
    pty.unplug()


def test_only_one_program_has_it(pty):
    port = pty.opened()
    with pytest.raises(DriverError, match=f"the port {pty.name} is in use"):
        Port(pty.name, 115200).open()
    port.close()
    holding = "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", holding, pty.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    other.stdout.readline()
    try:
        with pytest.raises(DriverError, match=rf"in use by python\S* \(process {other.pid}\); close that"):
            Port(pty.name, 115200).open()
    finally:
        other.communicate(b"\n", 5)
    Port(pty.name, 115200).open()
    pty.unplug()


@pytest.mark.parametrize("baud", [9600, 57600, 222222, 921600, 1_500_000])
def test_every_speed_of_the_boards_opens(pty, baud):
    pty.opened(baud).close()
    pty.unplug()


@pytest.mark.parametrize(
    ("name", "baud", "kind", "words"),
    [
        (
            "/dev/tty-nowhere",
            115200,
            DriverError,
            "there is no port /dev/tty-nowhere; check that .* plugged in",
        ),
        ("", 115200, DriverError, "there is no port"),
        ("/dev/null", 115200, DriverError, "/dev/null is no serial port"),
        ("/", 115200, DriverError, "/ is no serial port"),
        ("teapot://here", 115200, ConfigError, "teapot"),
        ("socket://localhost", 115200, DriverError, "can't be opened.*check the address"),
        ("/dev/null", -1, ConfigError, "-1 baud"),
    ],
)
def test_what_is_no_port_is_refused_in_words(name, baud, kind, words):
    with pytest.raises(kind, match=words):
        Port(name, baud).open()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        # pyserial on Linux and macOS gives the number; on Windows only the text of a Windows error.
        (
            serial.SerialException(13, "could not open port P: [Errno 13] Permission denied: 'P'"),
            "you may not open",
        ),
        (
            serial.SerialException(2, "could not open port P: [Errno 2] No such file or directory: 'P'"),
            "is no port",
        ),
        (serial.SerialException(11, "Could not exclusively lock port P: [Errno 11] …"), "is in use"),
        (serial.SerialException(16, "could not open port P: [Errno 16] Resource busy: 'P'"), "is in use"),
        (
            serial.SerialException(
                "could not open port 'P': FileNotFoundError(2, 'The system cannot find the file specified.', None, 2)"
            ),
            "is no port",
        ),
        (
            serial.SerialException(
                "could not open port 'P': PermissionError(13, 'Access is denied.', None, 5)"
            ),
            "is in use",
        ),
        (
            serial.SerialException(
                "could not open port 'P': OSError(22, 'The semaphore timeout period has expired.', None, 121)"
            ),
            "can't be opened.*semaphore",
        ),
    ],
)
def test_refusals_of_every_system_are_told_apart(error, words):
    told = not_opened("P", 115200, error)
    assert isinstance(told, DriverError)
    with pytest.raises(DriverError, match=words):
        raise told


class Broken:
    """What pyserial gives, with one failure."""

    def __init__(self, error, at):
        self.error, self.at, self.timeout, self.opened = error, at, 1, False

    def open(self):
        self.opened = True

    def _maybe(self, where):
        if where == self.at:
            raise self.error

    def read(self, _):
        self._maybe("read")
        return b"x"

    def write(self, _):
        self._maybe("write")

    @property
    def in_waiting(self):
        self._maybe("in_waiting")
        return 0

    def close(self):
        self._maybe("close")

    def cancel_read(self):
        self._maybe("close")


@pytest.mark.parametrize("at", ["read", "in_waiting", "write", "close"])
@pytest.mark.parametrize(
    "error",
    [
        serial.SerialException("device reports readiness to read but returned no data"),
        OSError(5, "Input/output error"),
        termios.error(5, "Input/output error"),
        TypeError("'NoneType' object cannot be interpreted as an integer"),
        serial.SerialException("ClearCommError failed (PermissionError(13, 'Access is denied.', None, 5))"),
        serial.SerialTimeoutException("Write timeout"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_an_unplug_raises_is_one_error(monkeypatch, error, at):
    monkeypatch.setattr(serial, "serial_for_url", lambda *_, **__: Broken(error, at))
    port = Port("P", 115200)
    port.open()
    if at == "close":
        assert port.read(0.1) == b"x"
    else:
        with pytest.raises(DeviceLost, match="lost the board on P"):
            port.write(b"b") if at == "write" else port.read(0.1)
    port.close()
    port.close()


@pytest.mark.parametrize("dtr", [None, False, True])
def test_dtr_is_set_before_opening_or_left_alone(monkeypatch, dtr):
    made = Broken(OSError(), "never")
    monkeypatch.setattr(serial, "serial_for_url", lambda *_, **__: made)
    Port("P", 115200, dtr=dtr).open()
    assert vars(made).get("dtr") is dtr
    assert made.exclusive
    assert made.write_timeout == 1


def test_a_board_that_takes_nothing_is_lost_after_a_second(pty):
    port = pty.opened()
    with pytest.raises(DeviceLost, match="while writing"):
        port.write(bytes(1_000_000))
    port.close()
    pty.unplug()


def test_a_board_on_the_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = Port(f"socket://127.0.0.1:{server.getsockname()[1]}", 115200)
        port.open()
        board, _ = server.accept()
        sent = os.urandom(50_000)
        threading.Thread(target=board.sendall, args=(sent,)).start()
        assert read_all(port, len(sent)) == sent
        assert port.read(0.01) == b""
        board.close()
        with pytest.raises(DeviceLost, match="socket disconnected"):
            port.read(1)
        port.close()
