"""All checks of signal quality. A new one is a function, a line here and a sentence in `words`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from nmr_emg.dsp.quality.contact import flat, lost
from nmr_emg.dsp.quality.disguise import envelope
from nmr_emg.dsp.quality.heart import heartbeat
from nmr_emg.dsp.quality.hum import mains
from nmr_emg.dsp.quality.hysteresis import Levels
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.motion import motion
from nmr_emg.dsp.quality.noise import noise
from nmr_emg.dsp.quality.rails import clipped, rail
from nmr_emg.dsp.quality.seen import Seen
from nmr_emg.dsp.quality.shift import shift

Look: TypeAlias = Callable[[Seen, Limits], Levels]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Args:
        look: gives one verdict a channel: 0, 1, 2, or `UNKNOWN` where it could not look.
        at_once: whether one verdict is enough: what happens once, or was gathered over seconds, would else be missed.
        unless: checks whose findings, now or still standing, explain a warning of this one.
    """

    look: Look
    at_once: bool = False
    unless: tuple[str, ...] = ()


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "flat": Check(flat, at_once=True),
        "clipped": Check(clipped, at_once=True),
        "rail": Check(rail),
        "lost": Check(lost, at_once=True),
        "envelope": Check(envelope),
        "mains": Check(mains),
        "motion": Check(motion, unless=("heartbeat", "envelope", "flat")),
        "shift": Check(shift, at_once=True),
        "heartbeat": Check(heartbeat, at_once=True),
        "noise": Check(noise),
    }
)
"""By name; reasons are told in this order, the worst first."""
