"""What a serial port costs, and how soon an unplugged board is known: on a pseudo-terminal, without USB."""

import os
import statistics
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from nmr_emg import Block, Buffered, Channel, DeviceLost, Driver, StreamInfo
from nmr_emg.block import empty_block
from nmr_emg.drivers.serial.port import Port
from nmr_emg.reconnecting import Reconnecting


@contextmanager
def cable() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: the board's end, and the port's name."""
    master, slave = os.openpty()
    tty.setraw(master)
    try:
        yield master, os.ttyname(slave)
    finally:
        os.close(slave)


def paced(send: Callable[[], None], every: float, times: int) -> threading.Thread:
    """Send at a steady pace in a thread."""

    def work() -> None:
        due = time.monotonic()
        for _ in range(times):
            send()
            due += every
            time.sleep(max(0.0, due - time.monotonic()))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def latency(size: int, rate: float, seconds: float = 5.0) -> None:
    """From a frame's write to its read, the reads it takes, and the processor's time."""
    with cable() as (master, name):
        port = Port(name, 115200)
        port.open()
        frames, written, took = round(rate * seconds), [], []
        read = reads = 0

        def send() -> None:
            written.append(time.perf_counter())
            os.write(master, bytes(size))

        used = time.process_time()
        thread = paced(send, 1 / rate, frames)
        while read < frames * size:
            data = port.read(0.02)
            reads += bool(data)
            whole = read // size
            read += len(data)
            took += [time.perf_counter() - written[i] for i in range(whole, read // size)]
        used = time.process_time() - used
        thread.join()
        port.close()
        os.close(master)
    p50, p99 = statistics.median(took) * 1e3, float(np.quantile(took, 0.99)) * 1e3
    print(
        f"{size:3} B at {rate:6.0f}/s: p50 {p50:.3f} ms, p99 {p99:.3f} ms, {reads / seconds:5.0f} reads/s, "
        f"{100 * used / seconds:.1f} % of a core with its writer"
    )


INFO = StreamInfo(250, (Channel("a"),), "uint8")


class Bytes(Driver):
    """Every byte is a sample."""

    def __init__(self, name: str) -> None:
        self._port = Port(name, 115200)
        self._next = 0

    @property
    def info(self) -> StreamInfo:
        """One channel."""
        return INFO

    def open(self) -> None:
        """Open the port."""
        self._port.open()

    def read(self) -> Block | None:
        """What came."""
        raw = np.frombuffer(self._port.read(0.02), "uint8")[:, None]
        self._next += len(raw)
        block = Block(self._next - len(raw), {"raw": raw}, time.monotonic())
        return block if len(raw) else empty_block(self._next, INFO)

    def close(self) -> None:
        """Close the port."""
        self._port.close()


def unplug(turns: int = 20) -> None:
    """From pulling the cable to the trouble that a session shows."""
    took = sorted(pulled() for _ in range(turns))
    print(f"unplug told after {1e3 * took[turns // 2]:.1f} ms, at most {1e3 * took[-1]:.1f} ms")


def pulled() -> float:
    """One pull (s)."""
    with cable() as (master, name):
        driver = Reconnecting(lambda: Buffered(Bytes(name)))
        driver.open()

        def send() -> None:
            os.write(master, b"x")

        paced(send, 0.004, 50).join()
        os.close(master)
        began = time.monotonic()
        while driver.trouble is None:
            driver.read()
        took = time.monotonic() - began
        driver.close()
    return took


def lost(seconds: float = 10.0) -> None:
    """The processor's time while a board is sought."""
    with cable() as (master, name):
        driver = Reconnecting(lambda: Buffered(Bytes(name)))
        driver.open()
        os.close(master)
        used, until = time.process_time(), time.monotonic() + seconds
        try:
            while time.monotonic() < until:
                driver.read()
        except DeviceLost as error:
            print(error)
        print(f"while lost: {100 * (time.process_time() - used) / seconds:.2f} % of a core")
        driver.close()


if __name__ == "__main__":
    latency(33, 250)
    latency(33, 1000)
    latency(4, 10_000)
    latency(8, 5_000)
    unplug()
    lost()
