"""What the default chain costs: µs a block live, and times real time offline.

    python benchmarks/chain.py [--quick]

Prints, for 8 channels and blocks of 20 rows at 250 and 2000 Hz, at rest and active, the chain's cost up to and with each
stage (minimum and median over repeats), and then the offline throughput of ten minutes of 8 channels at 2000 Hz with its
peak memory.
"""

import statistics
import sys
import time
import tracemalloc
from collections.abc import Iterator

import numpy as np

from nmr_emg.block import Array, Block, Channel, StreamInfo
from nmr_emg.dsp.profile import profile_for
from nmr_emg.registry import stage_name
from nmr_emg.stage import Chain

CHANNELS = 8
ROWS = 20
PAIRS = (("ch1", "ch2"), ("ch3", "ch4"))
TARGET_US = 150.0


def stream(rate: float) -> StreamInfo:
    """Eight channels at a rate."""
    return StreamInfo(rate, tuple(Channel(f"ch{i + 1}") for i in range(CHANNELS)))


def signal(rate: float, seconds: float, *, active: bool) -> Array:
    """White rest of 2 µV on an electrode's offset; when active, bursts of half a second every second."""
    rng = np.random.default_rng(0)
    rows = round(seconds * rate)
    amplitude = np.full((rows, 1), 2.0)
    if active:
        second = np.arange(rows) / rate
        amplitude[(second > 2) & (second % 1 < 0.5)] = 60.0
    return 20_000.0 + amplitude * rng.standard_normal((rows, CHANNELS))


def blocks(raw: Array, rows: int) -> Iterator[Block]:
    """The signal in blocks."""
    for first in range(0, len(raw), rows):
        yield Block(first, {"raw": raw[first : first + rows]})


def cost(chain: Chain, info: StreamInfo, raw: Array) -> float:
    """Mean time of one block (µs), once the chain has settled."""
    process = chain.start(info)
    cut = list(blocks(raw, ROWS))
    settled = round(len(cut) * 0.2)
    for block in cut[:settled]:
        process(block)
    began = time.perf_counter()
    for block in cut[settled:]:
        process(block)
    return (time.perf_counter() - began) / (len(cut) - settled) * 1e6


def live(rate: float, *, active: bool, repeats: int) -> float:
    """Print the cumulative cost of the stages; give the whole chain's median (µs)."""
    info = stream(rate)
    chain = profile_for(info).chain(PAIRS)
    raw = signal(rate, max(10.0, 400 * ROWS / rate), active=active)
    print(f"\n{rate:g} Hz, {CHANNELS} channels, {ROWS} rows a block, {'active' if active else 'rest'}")
    print(f"  {'up to stage':<12}{'min µs':>9}{'median µs':>11}{'own µs':>9}")
    before = median = 0.0
    for count in range(1, len(chain.stages) + 1):
        part = Chain(chain.stages[:count])
        taken = [cost(part, info, raw) for _ in range(repeats)]
        median = statistics.median(taken)
        name = stage_name(chain.stages[count - 1])
        print(f"  {name:<12}{min(taken):>9.1f}{median:>11.1f}{median - before:>9.1f}")
        before = median
    return median


def offline(seconds: float) -> None:
    """Print how many times faster than real time a recording goes through, and the memory that takes."""
    info = stream(2000)
    raw = signal(2000, 20.0, active=True)
    chain = profile_for(info).chain(PAIRS)
    turns = round(seconds / 20)
    began = time.perf_counter()
    _play(chain, info, raw, turns)
    taken = time.perf_counter() - began
    tracemalloc.start()
    _play(chain, info, raw, max(1, turns // 10))
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"\noffline: {seconds:g} s of {CHANNELS} channels at 2000 Hz in blocks of 500 rows")
    print(f"  {taken:.2f} s = {seconds / taken:.0f} × real time; peak {peak:.1f} MiB beside the signal")


def _play(chain: Chain, info: StreamInfo, raw: Array, turns: int) -> None:
    process = chain.start(info)
    for turn in range(turns):
        for block in blocks(raw, 500):
            process(Block(block.start + turn * len(raw), block.tracks))


def main() -> None:
    """Run it all."""
    quick = "--quick" in sys.argv
    worst = max(
        live(rate, active=active, repeats=3 if quick else 7)
        for rate in (250.0, 2000.0)
        for active in (False, True)
    )
    print(f"\nslowest median {worst:.0f} µs a block; the target is {TARGET_US:g}")
    offline(60 if quick else 600)


if __name__ == "__main__":
    main()
