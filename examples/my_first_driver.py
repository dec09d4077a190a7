"""A driver in thirty lines: a sine on one channel, run through the chain for its rate."""

import numpy as np

from nmr_emg import Block, Channel, Driver, StreamInfo, run
from nmr_emg.dsp.profile import profile_for
from nmr_emg.testing import Collected


class Sine(Driver):
    """Two seconds of an 80 Hz sine of 100 µV at 1000 samples a second, in blocks of 20."""

    def __init__(self) -> None:
        self._next = 0

    @property
    def info(self) -> StreamInfo:
        """One channel in µV."""
        return StreamInfo(1000, (Channel("sine"),), device="my first driver")

    def open(self) -> None:
        """Nothing to connect to."""

    def close(self) -> None:
        """Nothing to let go of."""

    def read(self) -> Block | None:
        """The next twenty samples."""
        if self._next >= 2000:
            return None
        index = np.arange(self._next, self._next + 20)
        self._next += 20
        return Block(int(index[0]), {"raw": 100 * np.sin(2 * np.pi * 80 * index / 1000)[:, np.newaxis]})


if __name__ == "__main__":
    kept = Collected()
    driver = Sine()
    print(run(driver, profile_for(driver.info).chain(), kept).as_json())
    print(f"the envelope ends at {kept.track('envelope')[-1, 0]:.2f} µV RMS")
