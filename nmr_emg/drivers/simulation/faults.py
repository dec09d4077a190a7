"""What goes wrong in the board and on the air: rails, loose leads, lost packets, a clock that is off."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import ClassVar, Literal

from nmr_emg.allowed import above
from nmr_emg.drivers.simulation.happening import Happening, times
from nmr_emg.drivers.simulation.streams import stream
from nmr_emg.drivers.simulation.window import Local, Window
from nmr_emg.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping(Local):
    """A gain far too large: the signal is multiplied and runs into the converter's rails.

    Args:
        gain: factor before the converter.
    """

    kind: ClassVar[str] = "clipping"
    each: ClassVar[bool] = False
    gain: float = 2000.0

    def __post_init__(self) -> None:
        Local.__post_init__(self)
        above(0, gain=self.gain)

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:  # noqa: ARG002  (nothing random)
        """When it is at work."""
        return self.whole(self.kind, length, gain=self.gain)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadOff(Local):
    """An electrode that came off: the converter sends the same count over and over.

    Args:
        mode: "rail" for the upper rail, "flat" for zero.
    """

    kind: ClassVar[str] = "lead_off"
    each: ClassVar[bool] = True
    start: float = 5.0
    stop: float = 7.0
    mode: Literal["rail", "flat"] = "rail"

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:  # noqa: ARG002  (nothing random)
        """When it is off."""
        return self.whole(self.kind, length, mode=self.mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPackets(Window):
    """Packets that never arrive: the sample index jumps over them and nothing stands in for them.

    Args:
        every: seconds from one loss to the next, give or take half.
        samples: most samples that one loss takes; the fewest is 1.
    """

    kind: ClassVar[str] = "lost_packets"
    each: ClassVar[bool] = False
    every: float = 5.0
    samples: int = 5

    def __post_init__(self) -> None:
        Window.__post_init__(self)
        above(0, every=self.every, samples=self.samples)

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:  # noqa: ARG002  (one radio)
        """The losses."""
        random = stream(seed, self.kind)
        for moment in times(random, self.every, 0.5, self.spans(length)):
            yield Happening("loss", moment, moment, {"samples": int(random.integers(1, self.samples + 1))})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockDrift:
    """A board whose clock is off: `ppm` parts in a million more samples a second than it says.

    Sample n is then taken at n / (rate · (1 + ppm·10⁻⁶)) seconds of the scene.
    """

    kind: ClassVar[str] = "clock_drift"
    each: ClassVar[bool] = False
    enabled: bool = True
    ppm: float = 40.0

    def __post_init__(self) -> None:
        if not (isfinite(self.ppm) and abs(self.ppm) <= 100_000):
            raise ConfigError(f"ppm is {self.ppm:g}; it must lie between -100000 and 100000")

    def happenings(self, seed: int, label: str, length: float) -> Iterator[Happening]:  # noqa: ARG002  (nothing random)
        """It is at work from the first sample."""
        yield Happening(self.kind, 0.0, data={"ppm": self.ppm})
