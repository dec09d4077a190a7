"""What adds to the signal all the time: the mains, and the slow wandering of electrodes."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi, sqrt
from typing import ClassVar

import numpy as np

from nmr_emg.allowed import above, at_least
from nmr_emg.drivers.simulation.happening import Happening
from nmr_emg.drivers.simulation.streams import stream
from nmr_emg.drivers.simulation.window import Local, Signal, Wave, gated

SWELL_HZ = 0.1
"""How often a second the mains swell and fade."""

FADE = 0.5
"""How long a drift takes to come and to go (s)."""

WAVES = 4
"""Sines that make up a drift."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mains(Local):
    """Mains hum with harmonics 2, 3 and 5, swelling slowly; phases differ from channel to channel.

    Args:
        hz: frequency; 50.2 is as possible as 50 and 60.
        rms_uV: of the fundamental (µV).
        second: 2nd harmonic, as a share of the fundamental.
        third: 3rd harmonic.
        fifth: 5th harmonic.
        swell: share by which it swells and fades, ten seconds a turn.
    """

    kind: ClassVar[str] = "mains"
    each: ClassVar[bool] = False
    hz: float = 50.0
    rms_uV: float = 10.0  # noqa: N815  (µV, as scenes write it)
    second: float = 0.1
    third: float = 0.2
    fifth: float = 0.1
    swell: float = 0.1

    def __post_init__(self) -> None:
        Local.__post_init__(self)
        above(0, hz=self.hz)
        at_least(
            0, rms_uV=self.rms_uV, second=self.second, third=self.third, fifth=self.fifth, swell=self.swell
        )

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:  # noqa: ARG002  (nothing random)
        """When it is at work."""
        return self.whole(self.kind, length, hz=self.hz, rms_uV=self.rms_uV)

    def wave(self, seed: int, label: str, length: float) -> Wave:
        """Its part of one channel."""
        phases = stream(seed, self.kind, label).uniform(0, 2 * pi, 5)
        parts = ((1, 1.0), (2, self.second), (3, self.third), (5, self.fifth))

        def hum(moments: Signal) -> Signal:
            turn = 2 * pi * moments
            swell = 1 + self.swell * np.sin(SWELL_HZ * turn + phases[4])
            total = np.zeros(len(moments))
            for (order, share), phase in zip(parts, phases, strict=False):
                total += share * np.sin(order * self.hz * turn + phase)
            total *= sqrt(2) * self.rms_uV * swell
            return total

        return gated(self, length, hum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(Local):
    """A wandering baseline: sines between 0.05 Hz and `hz`, different on every channel.

    Args:
        rms_uV: of the wandering (µV).
        hz: fastest part of it.
    """

    kind: ClassVar[str] = "drift"
    each: ClassVar[bool] = False
    rms_uV: float = 500.0  # noqa: N815  (µV, as scenes write it)
    hz: float = 0.5

    def __post_init__(self) -> None:
        Local.__post_init__(self)
        at_least(0, rms_uV=self.rms_uV)
        above(0, hz=self.hz)

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:  # noqa: ARG002  (nothing random)
        """When it is at work."""
        return self.whole(self.kind, length, rms_uV=self.rms_uV)

    def wave(self, seed: int, label: str, length: float) -> Wave:
        """Its part of one channel."""
        random = stream(seed, self.kind, label)
        speeds = 2 * pi * random.uniform(min(0.05, self.hz / 2), self.hz, WAVES)
        phases = random.uniform(0, 2 * pi, WAVES)

        def wander(moments: Signal) -> Signal:
            total = np.zeros(len(moments))
            for speed, phase in zip(speeds, phases, strict=True):
                total += np.sin(speed * moments + phase)
            total *= self.rms_uV * sqrt(2 / WAVES) * self._fade(moments, length)
            return total

        return gated(self, length, wander)

    def _fade(self, moments: Signal, length: float) -> Signal:
        """0 at the window's edges, 1 from `FADE` seconds inside: a baseline does not jump."""
        if self.start <= 0 and self.stop >= length:
            return np.ones(len(moments))
        into = np.mod(moments, length)
        inside = np.minimum(into - self.start, min(self.stop, length) - into)
        faded: Signal = np.clip(inside / FADE, 0.0, 1.0)
        return faded
