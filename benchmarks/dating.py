"""What it costs to date an onset: one call when it is declared, one when it is refined, one for its end."""

import time
from collections.abc import Callable

import numpy as np
from scipy import signal

from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.dating import date_end, date_onset
from nmr_emg.dsp.rising import rising

REPEATS = 60


def burst(rate: float) -> Floats:
    """A second of rest and half a second of activity, filtered."""
    count = round(1.5 * rate)
    x = np.random.default_rng(1).standard_normal(count) * np.where(np.arange(count) < rate, 1.0, 4.0)
    return np.asarray(signal.sosfilt(Bandpass(mains=()).sections(rate), x))


def best(call: Callable[..., object], *arguments: object) -> float:
    """Shortest time of a call (ms)."""
    times = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        call(*arguments)
        times.append(time.perf_counter() - begun)
    return 1e3 * min(times)


def main() -> None:
    print("rate Hz | first call ms | at declaration ms | refined ms | end ms")
    for rate in (125.0, 250.0, 1000.0, 2000.0):
        begun = time.perf_counter()
        rising(rate)
        first = 1e3 * (time.perf_counter() - begun)
        x = burst(rate)
        declared, refined = round(1.05 * rate), round(1.2 * rate)
        figures = (
            best(date_onset, x[:declared], 0.8, rate),
            best(date_onset, x[:refined], 0.8, rate, refined - declared),
            best(date_end, x[::-1].copy(), 0.8, rate),
        )
        print(f"{rate:7g} | {first:13.0f} | {figures[0]:17.2f} | {figures[1]:10.2f} | {figures[2]:6.2f}")


if __name__ == "__main__":
    main()
