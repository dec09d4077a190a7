"""What adds to the signal now and then: heart beats, movement, popping electrodes."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import pi
from typing import ClassVar

import numpy as np

from nmr_emg.allowed import above, at_least
from nmr_emg.drivers.simulation.happening import Happening, overlapping, times
from nmr_emg.drivers.simulation.streams import stream
from nmr_emg.drivers.simulation.window import Local, Signal, Wave, summed
from nmr_emg.errors import ConfigError

BEAT = (
    ("P", -0.17, 0.025, 0.12),
    ("Q", -0.035, 0.010, -0.10),
    ("R", 0.0, 0.010, 1.0),
    ("S", 0.035, 0.010, -0.20),
    ("T", 0.26, 0.050, 0.25),
)
"""Waves of a heart beat: centre (s after R), standard deviation (s), height as a share of R."""

BEFORE, AFTER = 0.30, 0.50
"""How much of a beat lies before and after its R wave (s)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ecg(Local):
    """Heart beats on every channel at once; each is a sum of Gaussian waves P, Q, R, S and T.

    The shape follows McSharry, Clifford, Tarassenko & Smith 2003, IEEE Trans Biomed Eng 50:289–294, with
    widths chosen so that of a beat of 100 µV, 70 times a minute, 1 µV RMS is left above 30 Hz.

    Args:
        peak_uV: height of the R wave (µV).
        bpm: beats a minute.
        variation: share by which intervals scatter to either side.
    """

    kind: ClassVar[str] = "ecg"
    each: ClassVar[bool] = False
    peak_uV: float = 100.0  # noqa: N815  (µV, as scenes write it)
    bpm: float = 70.0
    variation: float = 0.08

    def __post_init__(self) -> None:
        Local.__post_init__(self)
        at_least(0, peak_uV=self.peak_uV, variation=self.variation)
        if not 20 <= self.bpm <= 250:
            raise ConfigError(f"bpm is {self.bpm:g}; it must lie between 20 and 250")
        if self.variation >= 1:
            raise ConfigError(f"variation is {self.variation:g}; it must lie below 1")

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:  # noqa: ARG002  (one heart)
        """The beats, each dated by its R wave."""
        random = stream(seed, self.kind)
        for moment in times(random, 60 / self.bpm, self.variation, self.spans(length)):
            yield Happening(self.kind, moment, moment + AFTER, {"peak_uV": self.peak_uV})

    def wave(self, seed: int, label: str, length: float) -> Wave:
        """Its part of one channel."""
        return summed(overlapping(self.happenings(seed, label, length)), _beat, BEFORE)


def _beat(one: Happening, moments: Signal) -> Signal:
    total = np.zeros(len(moments))
    for _, centre, width, height in BEAT:
        total += height * np.exp(-0.5 * ((moments - one.start - centre) / width) ** 2)
    return float(one.data["peak_uV"]) * total


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion(Local):
    """Cable and skin movement: swings of 1–6 Hz that come and go, on each channel by itself.

    Args:
        peak_uV: largest swing (µV).
        every: seconds from one to the next, give or take half.
        hold: how long each lasts (s).
    """

    kind: ClassVar[str] = "motion"
    each: ClassVar[bool] = True
    peak_uV: float = 500.0  # noqa: N815  (µV, as scenes write it)
    every: float = 4.0
    hold: float = 0.8

    def __post_init__(self) -> None:
        Local.__post_init__(self)
        at_least(0, peak_uV=self.peak_uV)
        above(0, every=self.every, hold=self.hold)

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:
        """The movements of one channel."""
        random = stream(seed, self.kind, label)
        for moment in times(random, self.every, 0.5, self.spans(length)):
            hz, phase = random.uniform(1, 6), random.uniform(0, 2 * pi)
            data = {"peak_uV": self.peak_uV, "hz": float(hz), "phase": float(phase)}
            yield Happening(self.kind, moment, moment + self.hold, data)

    def wave(self, seed: int, label: str, length: float) -> Wave:
        """Its part of one channel."""
        return summed(overlapping(self.happenings(seed, label, length)), _swing)


def _swing(one: Happening, moments: Signal) -> Signal:
    since = moments - one.start
    bell = np.sin(pi * since / (one.stop - one.start)) ** 2
    swing: Signal = one.data["peak_uV"] * bell * np.sin(2 * pi * one.data["hz"] * since + one.data["phase"])
    return swing


@dataclass(frozen=True, slots=True, kw_only=True)
class Pop(Local):
    """Electrode pops: a jump to either side that decays, on each channel by itself.

    Args:
        peak_uV: height of the jump (µV).
        every: seconds from one to the next, give or take half.
        decay: time constant (s).
    """

    kind: ClassVar[str] = "pop"
    each: ClassVar[bool] = True
    peak_uV: float = 2000.0  # noqa: N815  (µV, as scenes write it)
    every: float = 5.0
    decay: float = 0.2

    def __post_init__(self) -> None:
        Local.__post_init__(self)
        at_least(0, peak_uV=self.peak_uV)
        above(0, every=self.every, decay=self.decay)

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:
        """The pops of one channel."""
        random = stream(seed, self.kind, label)
        for moment in times(random, self.every, 0.5, self.spans(length)):
            side = 1.0 if random.random() < 0.5 else -1.0
            data = {"peak_uV": side * self.peak_uV, "decay": self.decay}
            yield Happening(self.kind, moment, moment + 10 * self.decay, data)

    def wave(self, seed: int, label: str, length: float) -> Wave:
        """Its part of one channel."""
        return summed(overlapping(self.happenings(seed, label, length)), _jump)


def _jump(one: Happening, moments: Signal) -> Signal:
    jump: Signal = one.data["peak_uV"] * np.exp((one.start - moments) / one.data["decay"])
    return jump
