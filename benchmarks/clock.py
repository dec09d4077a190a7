"""How well times of sampling are told from times of arrival, and what placing samples costs.

    python benchmarks/clock.py [--quick]

Simulates boards whose crystal is 80 ppm slow, sent on by a timer (16 ms: a USB serial converter) through a scheduler
that is late by 0.1 ms on average and, every 7 s, stalls for up to 150 ms, after which the chunks come one by one. Prints, for each way of telling the time, the worst of some
seeds: jitter (standard deviation after 60 s) and its 99.9 % quantile in ms, error of the rate after 60 s and at the end
in ppm. Then the cost of `Clock.add` and of `Timeline.place`.
"""

import sys
import time
from collections.abc import Callable, Iterator
from math import pi

import numpy as np
from numpy.typing import NDArray

from nmr_emg.timing.clock import Clock
from nmr_emg.timing.counter import BYTE, Counting
from nmr_emg.timing.timeline import Timeline

Floats = NDArray[np.float64]
Follow = Callable[[int, float], tuple[float, float]]
"""Takes a chunk's last sample and its arrival; gives that sample's time and the rate."""

PPM = 80e-6
BEGAN = 5e5
CASES = (
    ("250 Hz, 15.7 ms", 250, 0.0157),
    ("250 Hz, 16 ms (= 4 samples)", 250, 0.016),
    ("250 Hz, 1 ms", 250, 0.001),
    ("1 kHz, 16 ms", 1000, 0.016),
    ("1 kHz, 1 ms", 1000, 0.001),
)


def arrivals(rate: float, seconds: float, every: float, seed: int) -> tuple[list[tuple[int, float]], Floats]:
    """Chunk ends as they come in, and when each sample was really taken."""
    rng = np.random.default_rng(seed)
    taken = BEGAN + np.arange(round(rate * seconds)) / rate * (1 + PPM)
    ticks = np.arange(BEGAN + rng.uniform(0, every), taken[-1] + every, every)
    ends = np.searchsorted(taken, ticks, side="right") - 1
    came = ticks + rng.exponential(1e-4, len(ticks))
    for begin in BEGAN + np.cumsum(rng.exponential(7, round(seconds / 7))):
        end = begin + rng.uniform(0, 0.15)
        came = np.where((came > begin) & (came < end), end, came)
    came = np.maximum.accumulate(came)
    fresh = np.flatnonzero(np.diff(ends, prepend=-1) > 0)
    return list(zip(ends[fresh].tolist(), came[fresh].tolist(), strict=True)), taken


def by_arrival(rate: float) -> Follow:
    """The time of arrival itself."""
    return lambda _, arrived: (arrived, rate)


def by_count(rate: float) -> Follow:
    """The first arrival and the nominal rate."""
    origin: list[tuple[int, float]] = []

    def follow(index: int, arrived: float) -> tuple[float, float]:
        origin.append((index, arrived)) if not origin else None
        return origin[0][1] + (index - origin[0][0]) / rate, rate

    return follow


def by_forgetting(rate: float, half_life: float = 90.0) -> Follow:
    """Recursive least squares on chunk ends, which forgets with a half-life, as liblsl dejitters."""
    origin: list[tuple[int, float]] = []
    weights = np.zeros(2)
    covariance = np.eye(2) * 1e10
    last = 0

    def follow(index: int, arrived: float) -> tuple[float, float]:
        nonlocal weights, covariance, last
        if not origin:
            origin.append((index, arrived))
            weights = np.array([0.0, 1 / rate])
        first, began = origin[0]
        kept = 2.0 ** (-(index - last) / rate / half_life)
        last = index
        at = np.array([1.0, index - first])
        gain = covariance @ at / (kept + at @ covariance @ at)
        weights = weights + gain * (arrived - began - at @ weights)
        covariance = (covariance - np.outer(gain, at @ covariance)) / kept
        return began + float(at @ weights), 1 / float(weights[1])

    return follow


def by_loop(rate: float, bandwidth: float = 0.05, most: float = 0.004) -> Follow:
    """A delay-locked loop of second order (Adriaensen 2005) whose error is clipped."""
    state = [0.0, 1 / rate, 0.0]
    begun: list[int] = []

    def follow(index: int, arrived: float) -> tuple[float, float]:
        if not begun:
            begun.append(index)
            state[0] = arrived
            return arrived, rate
        rows = index - begun[0]
        begun[0] = index
        omega = 2 * pi * bandwidth * rows / rate
        state[0] += rows * state[1]
        error = min(max(arrived - state[0], -most), most)
        state[0] += 2**0.5 * omega * error
        state[1] += omega * omega * error / rows
        return state[0], 1 / state[1]

    return follow


def by_clock(rate: float) -> Follow:
    """`nmr_emg.timing.clock.Clock`."""
    clock = Clock(rate)

    def follow(index: int, arrived: float) -> tuple[float, float]:
        clock.add(index, arrived)
        return clock.time(index), clock.rate

    return follow


WAYS = {
    "arrival": by_arrival,
    "nominal rate": by_count,
    "forgetting LSQ": by_forgetting,
    "clipped DLL": by_loop,
    "Clock": by_clock,
}


def figures(way: Callable[[float], Follow], rate: float, every: float, seconds: float, seed: int) -> Floats:
    """Jitter, its 99.9 % quantile (ms), error of the rate after 60 s and at the end (ppm)."""
    chunks, taken = arrivals(rate, seconds, every, seed)
    follow = way(rate)
    rows = np.array([(taken[i] - BEGAN, *follow(i, t)) for i, t in chunks])
    error = (rows[:, 1] - taken[[i for i, _ in chunks]])[rows[:, 0] > 60] * 1e3
    off = abs(rows[:, 2] / rate * (1 + PPM) - 1) * 1e6
    after = int(np.searchsorted(rows[:, 0], 60)) - 1
    return np.array([error.std(), np.quantile(abs(error - np.median(error)), 0.999), off[after], off[-1]])


def accuracy(seconds: float, seeds: int) -> None:
    print(f"{'':29}{'way':16}{'jitter':>9}{'99.9 %':>9}  ms {'60 s':>9}{f'{seconds:.0f} s':>9}  ppm")
    for name, rate, every in CASES:
        for label, way in WAYS.items():
            worst = np.max([figures(way, rate, every, seconds, seed) for seed in range(seeds)], axis=0)
            print(f"{name:29}{label:16}{worst[0]:9.3f}{worst[1]:9.3f}     {worst[2]:9.2f}{worst[3]:9.3f}")


def cost_of_add(count: int) -> float:
    clock = Clock(250)
    began = time.perf_counter()
    for chunk in range(count):
        clock.add(4 * chunk, 7 + 0.016 * chunk)
    return (time.perf_counter() - began) / count * 1e6


def frames(counting: Counting | None, count: int) -> Iterator[NDArray[np.int64] | None]:
    cycle = np.array(counting.cycle) if counting else np.empty(0, np.int64)
    for at in range(count):
        yield cycle[at % len(cycle) : at % len(cycle) + 1] if counting else None


def cost_of_place(counting: Counting | None, count: int) -> float:
    timeline, row, ids = Timeline(250, counting), np.zeros((1, 8)), list(frames(counting, count))
    began = time.perf_counter()
    for at in range(count):
        timeline.place(row, ids[at], 7 + at / 250)
    return (time.perf_counter() - began) / count * 1e6


def speed_of_place(lost: float, rows: int = 100_000, calls: int = 20) -> float:
    kept = np.random.default_rng(0).random(rows * calls) >= lost
    ids = np.arange(rows * calls)[kept] % 256
    values = np.zeros((len(ids), 8), np.int32)
    timeline = Timeline(1e6, BYTE)
    pieces = [(values[at : at + rows], ids[at : at + rows], 7 + at * 1e-6) for at in range(0, len(ids), rows)]
    began = time.perf_counter()
    placed = sum(block.rows for piece in pieces for block in timeline.place(*piece))
    return placed / (time.perf_counter() - began) / 1e6


def main() -> None:
    quick = "--quick" in sys.argv
    accuracy(120 if quick else 600, 1 if quick else 5)
    count = 5_000 if quick else 50_000
    print(f"\nClock.add: {cost_of_add(count):.1f} µs a chunk")
    print(
        f"Timeline.place, one row: {cost_of_place(BYTE, count):.1f} µs a call, {cost_of_place(None, count):.1f} µs without a counter"
    )
    for lost in (0.0, 0.01, 0.1):
        print(
            f"Timeline.place, 100 000 rows, {lost:.0%} lost: {speed_of_place(lost):.1f} million rows a second"
        )


if __name__ == "__main__":
    main()
