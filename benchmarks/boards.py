"""How long a sample takes from a board to a block, for every board, played on a pseudo-terminal.

Milliseconds from the moment a sample was taken to the moment `read` gives it, the fake board's own lateness included,
and the share of one processor that driver and fake board take together.
"""

import argparse
import time

import numpy as np

from nmr_emg.cli.devices import open_driver
from nmr_emg.fake import BOARDS, FakeBoard


def measure(name: str, seconds: float) -> tuple[float, float, float, float, int]:
    """Rate, quantiles 0.5 and 0.99 of the delay (ms), share of a processor, samples that did not come as sent."""
    with FakeBoard(name, signal="scattered") as fake, open_driver(name, {"port": fake.port}) as driver:
        came: list[tuple[int, float]] = []
        rows = []
        until = time.monotonic() + seconds
        used = time.process_time()
        while (now := time.monotonic()) < until:
            block = driver.read()
            if block is not None and block.rows:
                came.append((block.stop - 1, time.monotonic()))
                rows.append(block["raw"])
        used = time.process_time() - used
        sent = fake.sent.having("sent")
        columns = list(driver.info.emg)
        values = np.concatenate(rows)[:, columns]
        whole = np.array([one.values for one in sent])[:, : len(columns)]
        first = next(i for i in range(len(whole)) if np.array_equal(whole[i : i + 9], values[:9]))
        delays = [at - sent[first + index].time for index, at in came if first + index < len(sent)]
        truth = whole[first : first + len(values)]
        wrong = int((truth != values[: len(truth)]).any(axis=1).sum())
        p50, p99 = np.quantile(delays[len(delays) // 10 :], [0.5, 0.99]) * 1e3
        return driver.info.rate, float(p50), float(p99), used / (seconds + now - until), wrong


def main() -> None:
    """Print a line a board."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("boards", nargs="*", default=sorted(BOARDS))
    words = parser.parse_args()
    print(f"{'board':<12} {'Hz':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU':>6} {'wrong':>6}")
    for name in words.boards:
        rate, p50, p99, share, wrong = measure(name, words.seconds)
        print(f"{name:<12} {rate:8.1f} {p50:8.2f} {p99:8.2f} {share:6.1%} {wrong:6d}")


if __name__ == "__main__":
    main()
