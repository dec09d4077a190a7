"""How a scene writes down what a muscle does: contractions, tremor, fatigue."""

from dataclasses import dataclass
from math import isfinite

from nmr_emg.allowed import above, at_least
from nmr_emg.errors import ConfigError

TOUCH = 1e-9
"""Times closer than this (s) are the same: a contraction that ends there goes over into the next."""


@dataclass(frozen=True, slots=True)
class Activation:
    """One contraction: it begins at `start` (s), is over at `stop`, and rises and falls in a straight line.

    Args:
        start: onset (s).
        stop: offset (s).
        level: amplitude while it lasts (% of the muscle's `mvc_uV`).
        rise: how long it takes from nothing to `level` (s); 0 is a step.
        fall: how long from `level` to nothing, ending at `stop` (s).
    """

    start: float
    stop: float
    level: float = 100.0
    rise: float = 0.1
    fall: float = 0.15

    def __post_init__(self) -> None:
        at_least(0, start=self.start, rise=self.rise, fall=self.fall)
        above(0, level=self.level)
        if not self.stop > self.start:
            raise ConfigError(f"stop is {self.stop:g} s; it must come after start, {self.start:g} s")
        if self.rise + self.fall > self.stop - self.start + TOUCH:
            raise ConfigError(
                f"rise {self.rise:g} s and fall {self.fall:g} s don't fit between start {self.start:g} s "
                f"and stop {self.stop:g} s"
            )

    @property
    def widest(self) -> tuple[float, float]:
        """The earliest onset and the latest offset (s)."""
        return self.start, self.stop


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same contraction again and again, one a repetition.

    Args:
        first: when the first repetition is due (s).
        every: from one to the next (s).
        count: how many.
        hold: from onset to offset (s).
        level: amplitude (% of `mvc_uV`); a list is gone through from its front, over and over, and 0 in it
            leaves a repetition out.
        rise: see `Activation`.
        fall: see `Activation`.
        delay: how long after the repetition is due this muscle begins (s).
        jitter: onsets scatter by at most this much to either side (s).
        level_jitter: standard deviation of the level, as a share of it.
    """

    first: float
    every: float
    count: int
    hold: float
    level: tuple[float, ...] = (100.0,)
    rise: float = 0.1
    fall: float = 0.15
    delay: float = 0.0
    jitter: float = 0.0
    level_jitter: float = 0.0

    def __post_init__(self) -> None:
        at_least(
            0,
            first=self.first,
            every=self.every,
            hold=self.hold,
            rise=self.rise,
            fall=self.fall,
            jitter=self.jitter,
            level_jitter=self.level_jitter,
        )
        if not 1 <= self.count <= 10_000:
            raise ConfigError(f"count is {self.count}; it must lie between 1 and 10000")
        if not isfinite(self.delay):
            raise ConfigError(f"delay is {self.delay}; it must be a number of seconds")
        if not self.level or not all(isfinite(one) and one >= 0 for one in self.level):
            raise ConfigError(f"level is {list(self.level)}; it takes numbers of 0 or more (% of mvc_uV)")
        if not any(self.level):
            raise ConfigError("level is 0 throughout; leave the contraction out instead")
        if self.hold <= 0 or self.rise + self.fall > self.hold + TOUCH:
            raise ConfigError(
                f"rise {self.rise:g} s and fall {self.fall:g} s don't fit in hold {self.hold:g} s"
            )

    def widest(self, number: int) -> tuple[float, float]:
        """The earliest onset and the latest offset (s) of repetition `number`, counted from 0."""
        start = self.first + number * self.every + self.delay
        return start - self.jitter, start + self.jitter + self.hold

    def activation(self, number: int, scatter: float, strength: float) -> Activation | None:
        """Repetition `number`, its onset `scatter` (−1…1) of the jitter off and its level `strength` SD off."""
        start = self.first + number * self.every + self.delay + scatter * self.jitter
        level = self.level[number % len(self.level)] * max(0.01, 1 + strength * self.level_jitter)
        if not level:
            return None
        return Activation(max(0.0, start), start + self.hold, level, self.rise, self.fall)


@dataclass(frozen=True, slots=True)
class Tremor:
    """Activity that swells `hz` times a second by a share `depth` (0–1), its power unchanged; `phase` in degrees."""

    hz: float = 5.0
    depth: float = 0.8
    phase: float = 0.0

    def __post_init__(self) -> None:
        at_least(0, hz=self.hz, depth=self.depth)
        if self.depth > 1:
            raise ConfigError(f"depth is {self.depth:g}; it must lie between 0 and 1")


@dataclass(frozen=True, slots=True)
class Fatigue:
    """Fatigue that grows in a straight line from `start` to `stop` (s) and stays.

    Args:
        start: when it begins (s).
        stop: when it is complete (s).
        velocity: conduction velocity at the end, as a share of that at the start; the spectrum shrinks with it.
        amplitude: amplitude at the end, as a multiple of that at the start.
    """

    start: float
    stop: float
    velocity: float = 0.8
    amplitude: float = 1.2

    def __post_init__(self) -> None:
        at_least(0, start=self.start, amplitude=self.amplitude)
        if not self.stop > self.start:
            raise ConfigError(f"stop is {self.stop:g} s; it must come after start, {self.start:g} s")
        if not 0.2 <= self.velocity <= 2:
            raise ConfigError(f"velocity is {self.velocity:g}; it must lie between 0.2 and 2")

    def share(self, moment: float) -> float:
        """How much of it has come about (0–1) at a moment of the scene (s)."""
        return min(1.0, max(0.0, (moment - self.start) / (self.stop - self.start)))
