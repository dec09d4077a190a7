"""What hum, heart and stimulus stages cost when they are on, and what they leave.

    python benchmarks/disturbances.py

Prints µs a block of 20 rows and 8 channels (minimum over repeats), and how much of 30 µV RMS of mains and of a heart beat of
100 µV is left in the band (µV RMS), with rest of 2 µV on every channel.
"""

import time

import numpy as np
from scipy import signal

from nmr_emg.block import Array, Block, Channel, StreamInfo
from nmr_emg.drivers.simulation.artefacts import BEAT
from nmr_emg.dsp.bandpass import upper_edge
from nmr_emg.dsp.blanking import MASK, Blanking
from nmr_emg.dsp.heartbeat import Heartbeat, told_ahead
from nmr_emg.dsp.hum import Hum
from nmr_emg.stage import Chain, Stage
from nmr_emg.testing import through

CHANNELS, ROWS, SECONDS = 8, 20, 60
REPEATS = 7


def main() -> None:
    """Run it all."""
    for rate in (250, 1000, 2000):
        rest = resting(rate)
        print(f"\n{rate} Hz, {CHANNELS} channels")
        heart = beating(rate)
        for name, stage, disturbed in (
            ("hum", Hum(mains=(50.0, 60.0)), rest + humming(rate, 50.2)),
            ("heartbeat", Heartbeat("mark"), rest + heart),
            ("blanking", Blanking(), rest),
        ):
            print(f"  {name:<10}{cost(stage, rate, disturbed[: 20 * rate]):>7.1f} µs a block of {ROWS} rows")
        for hz in (50.0, 50.2, 60.0):
            left = cleaned(Hum(mains=(50.0, 60.0)), rate, rest + humming(rate, hz)) - rest
            print(f"  of mains at {hz:g} Hz {rms(left, rate):.2f} µV are left")
        print(
            f"  of beats {rms(twice(rate, rest + heart) - rest, rate):.2f} µV are left by two passes,",
            end=" ",
        )
        print(f"{rms(heart, rate, 30.0):.2f} by 30 Hz, {rms(heart, rate):.2f} by 20 Hz")


def resting(rate: int) -> Array:
    """Rest of 2 µV in the band."""
    noise = np.random.default_rng(0).standard_normal((SECONDS * rate, CHANNELS))
    filtered = in_band(noise, rate, 20.0)
    return np.asarray(2 * filtered / filtered.std())


def humming(rate: int, hz: float) -> Array:
    """30 µV RMS of mains with harmonics 2 and 3."""
    turn = 2 * np.pi * hz * np.arange(SECONDS * rate) / rate
    wave = sum(share * np.sin(order * turn + order) for order, share in ((1, 1.0), (2, 0.1), (3, 0.2)))
    return np.asarray(30 * np.sqrt(2) * wave)[:, np.newaxis]


def beating(rate: int) -> Array:
    """Beats of 100 µV, 70 a minute, intervals scattered by 8 %."""
    random = np.random.default_rng(1)
    moments = np.cumsum(60 / 70 * (1 + 0.08 * random.uniform(-1, 1, 2 * SECONDS)))
    second = np.arange(SECONDS * rate) / rate
    wave = np.zeros(len(second))
    for moment in moments[moments < SECONDS - 1]:
        for _, centre, width, height in BEAT:
            wave += 100 * height * np.exp(-0.5 * ((second - moment - centre) / width) ** 2)
    return wave[:, np.newaxis] * np.ones(CHANNELS)


def stream(rate: int) -> StreamInfo:
    """Eight channels."""
    return StreamInfo(rate, tuple(Channel(f"ch{i + 1}") for i in range(CHANNELS)))


def cost(stage: Stage, rate: int, emg: Array) -> float:
    """µs a block."""
    mask = (np.arange(len(emg)) % max(8, rate // 40) < 5)[:, np.newaxis]
    whole = Block(0, {"raw": emg, "emg": emg, **({MASK: mask} if isinstance(stage, Blanking) else {})})
    blocks = [whole.cut(first, first + ROWS) for first in range(0, len(emg), ROWS)]
    taken = []
    for _ in range(REPEATS):
        process = stage.start(stream(rate))
        began = time.perf_counter()
        for block in blocks:
            process(block)
        taken.append(time.perf_counter() - began)
    return min(taken) / len(blocks) * 1e6


def cleaned(stage: Stage, rate: int, emg: Array) -> Array:
    """What a stage makes of `emg`."""
    (done,) = through(Chain((stage,)), stream(rate), [Block(0, {"raw": emg, "emg": emg})])
    return done["emg"]


def twice(rate: int, emg: Array) -> Array:
    """What two passes make of heart beats."""
    (first,) = through(Heartbeat("mark"), stream(rate), [Block(0, {"raw": emg, "emg": emg})])
    told = tuple(told_ahead(first.events, rate))
    (second,) = through(
        Heartbeat("subtract"), stream(rate), [Block(0, {"raw": emg, "emg": emg}, events=told)]
    )
    return second["emg"]


def in_band(x: Array, rate: int, low: float) -> Array:
    """Through a band-pass."""
    return np.asarray(
        signal.sosfilt(
            signal.butter(4, [low, upper_edge(rate)], "bandpass", fs=rate, output="sos"), x, axis=0
        )
    )


def rms(x: Array, rate: int, low: float = 20.0) -> float:
    """µV RMS in the band, once everything has settled."""
    return float(np.sqrt(np.square(in_band(x, rate, low)[15 * rate :]).mean()))


if __name__ == "__main__":
    main()
