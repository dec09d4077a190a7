"""The chain's own onsets and those of the published detectors, on one simulated exercise whose truth is known.

The published ones see the whole recording and are told where rest is; the chain decides as the samples come.
"""

from itertools import pairwise

import numpy as np

from nmr_emg.drivers.simulator import Simulator
from nmr_emg.dsp.profile import profile_for
from nmr_emg.dsp.published import METHODS, detector
from nmr_emg.testing import Collected, collect

REST = (1.0, 3.0)


def told(true: list[float], found: list[float], seconds: float) -> str:
    """How many bursts were found, how late their first onset is (ms), and how many onsets are none."""
    late = []
    for burst, following in pairwise([*true, seconds]):
        near = [onset for onset in found if -0.15 <= onset - burst < min(0.35, following - burst)]
        late += [1000 * (near[0] - burst)] if near else []
    wrong = sum(all(abs(onset - burst - 0.1) > 0.25 for burst in true) for onset in found)
    middle = f"{np.median(late):+9.0f}" if late else "        –"
    return f"{len(late):4} of {len(true)} {middle} {wrong:8}"


def onsets(kept: Collected, kind: str, channel: int, rate: float) -> list[float]:
    """Times (s) of the chain's onsets, or of the true ones, of one channel."""
    events = [event for event in kept.events if event.kind == kind and event.channel == channel]
    if kind == "truth":
        return [event.index / rate for event in events if event.data["what"] == "onset"]
    return [event.data["onset"] / rate for event in events]


if __name__ == "__main__":
    driver = Simulator("bridge", seconds=20)
    rate, seconds = driver.info.rate, 20.0
    kept = collect(driver, profile_for(driver.info).chain())
    filtered = np.where(kept.track("settling"), np.nan, kept.track("filtered"))
    true = onsets(kept, "truth", 0, rate)
    print(f"{driver.info.labels[0]}, {rate:g} Hz    found  late (ms)    wrong")
    print(f"{'the chain':22} {told(true, onsets(kept, 'onset', 0, rate), seconds)}")
    for name in METHODS:
        found = [one.onset for one in detector(name).find(filtered[:, 0], rate, REST)]
        print(f"{name:22} {told(true, found, seconds)}")
