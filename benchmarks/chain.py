"""What the signal chain costs: µs a block live, times real time offline, and the memory of an hour.

    python benchmarks/chain.py [--quick]

Prints, for blocks of 20 rows at 250 and 2000 Hz, at rest and active, the chain's cost up to and with each stage
(minimum and median over repeats); what 64 channels cost beside 8; filter and envelope of a long recording beside a
careful SciPy program that does the same work; the whole chain offline; and how much memory an hour leaves behind.
"""

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator

import numpy as np
from scipy import signal

from nmr_emg.block import Array, Block, Channel, StreamInfo
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.compiled import compiled
from nmr_emg.dsp.envelope import Envelope
from nmr_emg.dsp.profile import profile_for
from nmr_emg.dsp.sections import CASCADE, pairs
from nmr_emg.registry import stage_name
from nmr_emg.stage import Chain

CHANNELS = 8
ROWS = 20
PAIRS = (("ch1", "ch2"), ("ch3", "ch4"))
FRONT_US, WHOLE_US = 40.0, 100.0
"""Targets for a block up to the envelope, and through the whole chain."""
RATIO = 2.5
"""Target for 64 channels beside 8."""


def stream(rate: float, channels: int = CHANNELS) -> StreamInfo:
    """So many channels at a rate."""
    return StreamInfo(rate, tuple(Channel(f"ch{i + 1}") for i in range(channels)))


def emg(rate: float, seconds: float, channels: int = CHANNELS, *, active: bool) -> Array:
    """White rest of 2 µV on an electrode's offset; when active, bursts of half a second every second."""
    rng = np.random.default_rng(0)
    rows = round(seconds * rate)
    amplitude = np.full((rows, 1), 2.0)
    if active:
        second = np.arange(rows) / rate
        amplitude[(second > 2) & (second % 1 < 0.5)] = 60.0
    return 20_000.0 + amplitude * rng.standard_normal((rows, channels))


def blocks(raw: Array, rows: int, track: str = "raw") -> Iterator[Block]:
    """The signal in blocks."""
    for first in range(0, len(raw), rows):
        part = raw[first : first + rows]
        yield Block(first, {"raw": part, track: part})


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


def live(
    rate: float, repeats: int, channels: int = CHANNELS, *, active: bool, show: bool = True
) -> dict[str, float]:
    """The cumulative cost of the chain with each stage: minima over the repeats (µs), by stage."""
    info = stream(rate, channels)
    chain = profile_for(info).chain(PAIRS)
    raw = emg(rate, max(10.0, 400 * ROWS / rate), channels, active=active)
    if show:
        print(
            f"\n{rate:g} Hz, {channels} channels, {ROWS} rows a block, {'active' if active else 'rest'}",
            f"  {'up to stage':<12}{'min µs':>9}{'median µs':>11}{'own µs':>9}",
            sep="\n",
        )
    least: dict[str, float] = {}
    before = 0.0
    for count in range(1, len(chain.stages) + 1):
        taken = [cost(Chain(chain.stages[:count]), info, raw) for _ in range(repeats)]
        name = stage_name(chain.stages[count - 1])
        least[name] = min(taken)
        if show:
            print(
                f"  {name:<12}{min(taken):>9.1f}{statistics.median(taken):>11.1f}{min(taken) - before:>9.1f}"
            )
        before = min(taken)
    return least


def targets(slowest: dict[str, float], many: dict[str, float], few: dict[str, float]) -> None:
    """Print how the costs compare with the targets."""
    whole = list(slowest)[-1]
    print(f"\nslowest of {CHANNELS} channels, µs a block:")
    print(f"  up to the envelope {slowest['envelope']:.0f}, target {FRONT_US:g}")
    print(f"  whole chain {slowest[whole]:.0f}, target {WHOLE_US:g}")
    print(f"64 channels beside {CHANNELS} (2000 Hz, active), target {RATIO:g}:")
    for name, words in (("envelope", "up to the envelope"), (whole, "whole chain")):
        print(f"  {words}: {few[name]:.0f} → {many[name]:.0f} µs, {many[name] / few[name]:.2f} ×")


def careful(sos: Array, window: int, rows: Array) -> Array:
    """Filter and moving RMS as one writes them with SciPy who minds the speed: channel by channel, in place."""
    levels = np.empty_like(rows)
    for row, level in zip(rows, levels, strict=True):
        filtered = signal.sosfilt(sos, row - row[0])
        np.square(filtered, out=filtered)
        np.add.accumulate(filtered, out=filtered)
        level[:window] = filtered[:window]
        np.subtract(filtered[window:], filtered[:-window], out=level[window:])
        np.maximum(level, 0.0, out=level)
        np.divide(level, window, out=level)
        np.sqrt(level, out=level)
    return levels


def same_work(seconds: float, repeats: int) -> None:
    """Print filter and envelope of a recording beside SciPy: DC off, 20–450 Hz, one notch at 50 Hz, RMS of 250 ms."""
    rate, rows = 2000, 4096
    raw = emg(rate, seconds, active=True)
    columns = np.ascontiguousarray(raw.T)
    band, level = Bandpass(mains=(50.0,), harmonics=1), Envelope(window=0.25)
    sos, window = band.sections(rate), level.length(rate)

    def ours() -> Array:
        process = Chain((band, level)).start(stream(rate))
        levels = np.empty_like(raw)
        for block in blocks(raw, rows, "emg"):
            levels[block.start : block.stop] = process(block)["envelope"]
        return levels

    def theirs() -> Array:
        return careful(sos, window, columns)

    np.testing.assert_allclose(ours()[window:], theirs().T[window:], rtol=1e-6)
    fast, slow = _least(ours, theirs, repeats=repeats)
    print(f"\nfilter and envelope of {seconds:g} s, {CHANNELS} channels, {rate} Hz, blocks of {rows} rows")
    for name, taken in (("ours", fast), ("careful SciPy", slow)):
        print(f"  {name:<14}{taken:>7.3f} s{raw.size / taken / 1e6:>8.1f} million samples a second")
    print(f"  {slow / fast:.2f} × SciPy's speed, target 1")


def _least(*runs: Callable[[], Array], repeats: int) -> list[float]:
    """The shortest time of each (s); they take turns, so that what else the machine does meets all of them."""
    taken: list[list[float]] = [[] for _ in runs]
    for _ in range(repeats):
        for run, times in zip(runs, taken, strict=True):
            began = time.perf_counter()
            run()
            times.append(time.perf_counter() - began)
    return [min(times) for times in taken]


def offline(seconds: float) -> None:
    """Print how many times faster than real time a recording goes through, and the memory that takes."""
    info = stream(2000)
    raw = emg(2000, 20.0, active=True)
    process = profile_for(info).chain(PAIRS).start(info)
    turns = round(seconds / 20)
    began = time.perf_counter()
    _play(process, raw, range(turns), 500)
    taken = time.perf_counter() - began
    tracemalloc.start()
    _play(process, raw, range(turns, turns + max(1, turns // 10)), 500)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"\noffline: {seconds:g} s of {CHANNELS} channels at 2000 Hz in blocks of 500 rows")
    print(f"  {taken:.2f} s = {seconds / taken:.0f} × real time; peak {peak:.1f} MiB beside the signal")


def memory(minutes: int) -> None:
    """Print how much more memory a chain holds after so many minutes than after a twelfth of them."""
    info = stream(250)
    raw = emg(250, 20.0, active=True)
    process = profile_for(info).chain(PAIRS).start(info)
    first, last = minutes * 3 // 12, minutes * 3
    tracemalloc.start()
    _play(process, raw, range(first), 125)
    before = tracemalloc.get_traced_memory()[0]
    _play(process, raw, range(first, last), 125)
    grown = (tracemalloc.get_traced_memory()[0] - before) / 1024
    tracemalloc.stop()
    print(f"\nmemory at 250 Hz, after {minutes} minutes {grown:+.0f} KiB beside after {minutes / 12:g}")


def _play(process: Callable[[Block], Block], raw: Array, turns: range, rows: int) -> None:
    for turn in turns:
        for block in blocks(raw, rows):
            process(Block(block.start + turn * len(raw), block.tracks))


def main() -> None:
    """Run it all."""
    quick = "--quick" in sys.argv
    repeats = 3 if quick else 7
    print("with Numba" if compiled(pairs, CASCADE) else "without Numba")
    runs = [live(rate, repeats, active=active) for rate in (250.0, 2000.0) for active in (False, True)]
    slowest = {name: max(run[name] for run in runs) for name in runs[0]}
    many = live(2000.0, repeats, 64, active=True, show=False)
    targets(slowest, many, runs[-1])
    same_work(60 if quick else 600, repeats)
    offline(60 if quick else 600)
    memory(5 if quick else 60)


if __name__ == "__main__":
    main()
