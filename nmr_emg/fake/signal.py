"""What a fake board measures: whole numbers that anybody can work out again, or simulated EMG."""

from collections.abc import Callable, Iterator, Sequence
from math import exp, pi, sin, sqrt
from random import Random
from typing import TypeAlias

from nmr_emg.drivers.simulator import Simulator
from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware

Signal: TypeAlias = Callable[[int, int], Sequence[int]]
"""From a sample's index and the number of channels to one count a channel. What exceeds a range goes round."""

WINDOW = 50
"""Simulated samples for each of an envelope."""
CORNER = 10.0
"""Hz, of the high-pass in front of converters that count around the middle of their range."""


def counting(index: int, channels: int) -> list[int]:
    """Channel c of sample i is i + 1000 c: every sample tells which one it is.

    >>> counting(5, 3)
    [5, 1005, 2005]
    """
    return [index + 1000 * channel for channel in range(channels)]


def scattered(low: int, high: int, seed: int = 0) -> Signal:
    """Any value as likely as any other, the extremes now and then: bytes that look like anything."""

    def signal(index: int, channels: int) -> list[int]:
        draw = Random(f"{seed} {index}")  # noqa: S311  # a signal is no secret
        values = [draw.randint(low, high) for _ in range(channels)]
        if index % 50 == 49:
            values[index // 50 % channels] = (low, high)[index // 50 % 2]
        return values

    return signal


def sine(rate: float, per_count: float, zero: int, hz: float = 10.0, microvolts: float = 100.0) -> Signal:
    """A sine on every channel, channel c with (c + 1) times the amplitude."""

    def signal(index: int, channels: int) -> list[int]:
        wave = microvolts / per_count * sin(2 * pi * hz * index / rate)
        return [zero + round(wave * (channel + 1)) for channel in range(channels)]

    return signal


def emg(scene: str, board: Firmware, seed: int = 0) -> Signal:
    """A scene of the simulator, its muscles repeated over the channels; asked for in order, it never goes back."""
    rows = _envelopes(scene, board.rate, seed) if board.envelope else _muscles(scene, board.rate, seed)
    if board.zero:
        rows = _coupled(rows, board.rate)
    low, high, scale, zero = board.low, board.high, board.microvolts, board.zero
    asked = -1
    row: Sequence[float] = ()

    def signal(index: int, channels: int) -> list[int]:
        nonlocal asked, row
        while asked < index:
            row = next(rows)
            asked += 1
        return [_count(row[c % len(row)] / scale + zero, low, high) for c in range(channels)]

    return signal


def _muscles(scene: str, rate: float, seed: int) -> Iterator[Sequence[float]]:
    return _microvolts(Simulator(scene, rate=max(20.0, rate), seed=seed, cyton=False))


def _microvolts(simulator: Simulator) -> Iterator[Sequence[float]]:
    with simulator:
        scales = [channel.scale for channel in simulator.info.channels]
        while block := simulator.read():
            yield from (block["raw"] * scales).tolist()


def _coupled(rows: Iterator[Sequence[float]], rate: float) -> Iterator[Sequence[float]]:
    """Without the electrodes' offset, as through a high-pass of first order: such boards see half their range only."""
    pole = exp(-2 * pi * CORNER / rate)
    before = next(rows)
    out: Sequence[float] = [0.0] * len(before)
    yield out
    for row in rows:
        out = [pole * (old + now - last) for old, now, last in zip(out, row, before, strict=True)]
        before = row
        yield out


def _envelopes(scene: str, rate: float, seed: int) -> Iterator[Sequence[float]]:
    rows = _coupled(_muscles(scene, rate * WINDOW, seed), rate * WINDOW)
    while True:
        squares = [[value**2 for value in next(rows)] for _ in range(WINDOW)]
        yield [sqrt(sum(column) / WINDOW) for column in zip(*squares, strict=True)]


def _count(value: float, low: int, high: int) -> int:
    return min(max(round(value), low), high)


def signal_of(wanted: Signal | str, firmware: Firmware, seed: int = 0) -> Signal:
    """A signal by name, fitted to a board: counting, scattered, sine, emg or emg:SCENE.

    Raises:
        ConfigError: there is no such signal.
    """
    if not isinstance(wanted, str):
        return wanted
    kind, _, scene = wanted.partition(":")
    board = firmware
    if kind == "counting":
        return counting
    if kind == "scattered":
        return scattered(board.low, board.high, seed)
    if kind == "sine":
        return sine(board.rate, board.microvolts, board.zero)
    if kind == "emg":
        return emg(scene or "bridge", board, seed)
    raise ConfigError(f"there is no signal {wanted!r}; there are counting, scattered, sine and emg:SCENE")
