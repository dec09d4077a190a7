"""A scene together with the disturbances that are on: everything that decides the samples."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from nmr_emg.block import Channel, StreamInfo
from nmr_emg.drivers.simulation.contraction import TOUCH
from nmr_emg.drivers.simulation.converter import FULL_SCALE, LSB
from nmr_emg.drivers.simulation.disturbances import Disturbance, chosen
from nmr_emg.drivers.simulation.faults import ClockDrift
from nmr_emg.drivers.simulation.scene import Scene

INSIDE_HZ = 8000.0
"""Lowest rate at which muscles and disturbances are computed, so that the bilinear transform bends little."""

LEAST_FACTOR = 8
FRAME_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated. Samples are computed in frames of fixed size, so that reading in other sizes changes nothing.

    Args:
        scene: what happens, with the rate, seed, model and converter that are used.
        disturbances: those that are on.
    """

    scene: Scene
    disturbances: tuple[Disturbance, ...]

    @property
    def factor(self) -> int:
        """Internal samples a sample."""
        return max(LEAST_FACTOR, ceil(INSIDE_HZ / self.scene.rate))

    @property
    def frame(self) -> int:
        """Samples a frame."""
        return max(1, round(FRAME_SECONDS * self.scene.rate))

    @property
    def true_rate(self) -> float:
        """Samples a second of simulated time: the nominal rate and the error of the clock."""
        ppm = sum(one.ppm for one in self.disturbances if isinstance(one, ClockDrift))
        return self.scene.rate * (1 + ppm * 1e-6)

    @property
    def info(self) -> StreamInfo:
        """The stream as a Cyton at gain 24 would send it."""
        channels = tuple(
            Channel(one.label, one.muscle, one.side, one.role, scale=LSB, full_scale=FULL_SCALE)
            for one in self.scene.muscles
        )
        return StreamInfo(self.scene.rate, channels, "int32", f"simulator: {self.scene.title}")

    def index(self, moment: float) -> int:
        """The first sample at or after a moment (s)."""
        return ceil((moment - TOUCH) * self.true_rate)


def plan(scene: Scene, disturbances: Iterable[str | Disturbance] | None, **changes: Any) -> Plan:
    """The plan of a scene.

    Args:
        scene: what happens.
        disturbances: exactly these, by name or as settings; `None` for those that the scene enables.
        changes: settings of the scene to put in place of its own; `None` leaves one as it is.

    Raises:
        ConfigError: a setting is impossible.
    """
    changed = replace(scene, **{key: value for key, value in changes.items() if value is not None})
    on = chosen(scene.disturbances, disturbances)
    for one in on:
        changed.check(one)
    return Plan(changed, on)
