"""LSL: what a program that listens to a session pays, and what the session pays for being listened to.

A session's outlet and the driver that reads it, both in this process: milliseconds from a sample's time to its block,
how far the times that arrive are from those that were sent, microseconds that sending one block takes, and the share
of one processor that both take together.
"""

import argparse
import time
from threading import Event, Thread

import numpy as np

from nmr_emg import Block, Channel, StreamInfo
from nmr_emg.drivers.lsl.driver import open_lsl
from nmr_emg.drivers.lsl.outlet import LslOutlet

TICK = 0.01


class Source(Thread):
    """A session that sends a block every 10 ms; the first channel is the sample index."""

    def __init__(self, rate: float, channels: int, name: str) -> None:
        super().__init__(daemon=True)
        self.outlet = LslOutlet(StreamInfo(rate, tuple(Channel(f"c{i}") for i in range(channels))), name)
        self.began = time.monotonic()
        self.done = Event()
        self.writes: list[float] = []
        self._rate, self._columns = rate, np.arange(1, channels + 1) / 16

    def run(self) -> None:
        sent = 0
        while not self.done.wait(TICK):
            due = int((time.monotonic() - self.began) * self._rate)
            raw = np.arange(sent, due)[:, np.newaxis] * self._columns
            before = time.perf_counter()
            self.outlet.write(Block(sent, {"raw": raw}, time=self.began + (due - 1) / self._rate))
            self.writes.append(time.perf_counter() - before)
            sent = due
        self.outlet.close()


def measure(rate: float, channels: int, seconds: float) -> str:
    source = Source(rate, channels, f"bench {rate:g}")
    source.start()
    with open_lsl(f"bench {rate:g}", {}) as driver:
        delays, errors, lost = [], [], 0
        used, until = time.process_time(), time.monotonic() + seconds
        while time.monotonic() < until:
            block = driver.read()
            if block is not None and block.rows:
                taken = source.began + float(block["raw"][-1, 0]) * 16 / rate
                delays.append(time.monotonic() - taken)
                errors.append(abs(block.time - taken))
                lost += block.lost
        used = time.process_time() - used
    source.done.set()
    source.join()
    (p50, p99), (w50, w99) = (
        np.quantile(delays[10:], [0.5, 0.99]),
        np.quantile(source.writes[10:], [0.5, 0.99]),
    )
    return (
        f"{rate:>7g} Hz  {channels:>3} ch   delay {p50 * 1e3:6.2f}  {p99 * 1e3:6.2f} ms   "
        f"time off by at most {max(errors[10:]) * 1e3:.3f} ms   write {w50 * 1e6:5.0f}  {w99 * 1e6:5.0f} µs   "
        f"lost {lost}   processor {used / seconds:.1%}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0)
    chosen = parser.parse_args()
    print("delay and write: quantiles 0.5 and 0.99; a block is sent every 10 ms")
    for rate, channels in ((250.0, 8), (1000.0, 8), (2000.0, 16), (4000.0, 64)):
        print(measure(rate, channels, chosen.seconds))
