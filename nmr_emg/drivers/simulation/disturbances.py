"""Everything that can disturb the signal, by name."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from nmr_emg.drivers.simulation.artefacts import Ecg, Motion, Pop
from nmr_emg.drivers.simulation.faults import Clipping, ClockDrift, LeadOff, LostPackets
from nmr_emg.drivers.simulation.interference import Drift, Mains
from nmr_emg.errors import ConfigError

Added: TypeAlias = Mains | Drift | Ecg | Motion | Pop
"""Disturbances that add to the voltage between the electrodes."""

Disturbance: TypeAlias = Added | Clipping | LeadOff | LostPackets | ClockDrift

DISTURBANCES: Mapping[str, type[Disturbance]] = MappingProxyType(
    {one.kind: one for one in (Mains, Drift, Ecg, Motion, Pop, LeadOff, Clipping, LostPackets, ClockDrift)}
)
"""The classes by the names that scenes and options use."""


def chosen(
    written: Iterable[Disturbance], wanted: Iterable[str | Disturbance] | None
) -> tuple[Disturbance, ...]:
    """The disturbances to simulate.

    Args:
        written: what the scene has.
        wanted: `None` for those that the scene enables; else exactly these, a name standing for what the
            scene has under it, or for the defaults.

    Raises:
        ConfigError: no disturbance has that name.

    >>> chosen([Mains(rms_uV=3, enabled=False)], ["mains"])[0].rms_uV
    3
    >>> chosen([Mains()], ())
    ()
    """
    scene = {one.kind: one for one in written}
    if wanted is None:
        return tuple(one for one in scene.values() if one.enabled)
    picked = [_named(one, scene) if isinstance(one, str) else one for one in wanted]
    return tuple(replace(one, enabled=True) for one in {one.kind: one for one in picked}.values())


def _named(name: str, scene: Mapping[str, Disturbance]) -> Disturbance:
    if name not in DISTURBANCES:
        raise ConfigError(f"there is no disturbance {name!r}; there are {', '.join(DISTURBANCES)}")
    return scene.get(name) or DISTURBANCES[name]()
