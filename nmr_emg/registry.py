"""Names of stages, for settings files and recordings. A new stage is one file and one line here."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from nmr_emg.errors import ConfigError
from nmr_emg.named import settings_class
from nmr_emg.stage import Chain, Stage

STAGES = MappingProxyType(
    {
        "microvolts": "nmr_emg.dsp.microvolts:Microvolts",
        "settling": "nmr_emg.dsp.settling:Settling",
        "hum": "nmr_emg.dsp.hum:Hum",
        "blanking": "nmr_emg.dsp.blanking:Blanking",
        "heartbeat": "nmr_emg.dsp.heartbeat:Heartbeat",
        "bandpass": "nmr_emg.dsp.bandpass:Bandpass",
        "tkeo": "nmr_emg.dsp.tkeo:Tkeo",
        "envelope": "nmr_emg.dsp.envelope:Envelope",
        "baseline": "nmr_emg.dsp.baseline:Baseline",
        "activation": "nmr_emg.dsp.activation:Activation",
        "quality": "nmr_emg.dsp.quality.stage:Quality",
        "normalise": "nmr_emg.dsp.normalise:Normalise",
        "balance": "nmr_emg.scoring.balance:Balance",
        "spectral": "nmr_emg.dsp.spectral.live:Spectral",
    }
)
"""Stages of this package, in the order of the usual chain."""

GROUP = "nmr_emg.stages"
"""Entry points under which other packages offer stages."""


@cache
def stage_class(name: str) -> type[Any]:
    """The class of a stage by its name.

    Raises:
        ConfigError: no stage is called so, or it does not load.
    """
    return settings_class("stage", name, STAGES, GROUP)


def stage(name: str, settings: Mapping[str, Any]) -> Stage:
    """A stage from its name and its settings, as a file holds them.

    Raises:
        ConfigError: a setting is unknown, or has an impossible value.

    >>> stage("envelope", {"window": 0.25})
    Envelope(window=0.25, kind='rms', corner=6.0)
    >>> stage("envelope", {"windw": 0.25})
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: stage 'envelope' has no setting 'windw'; it has window, kind, corner
    """
    found = stage_class(name)
    known = [f.name for f in fields(found)]
    for key in settings:
        if key not in known:
            raise ConfigError(f"stage {name!r} has no setting {key!r}; it has {', '.join(known) or 'none'}")
    try:
        made: Stage = found(**{key: _frozen(value) for key, value in settings.items()})
    except ConfigError as error:
        raise ConfigError(f"stage {name!r}: {error}") from error
    return made


def stage_name(one: Stage) -> str:
    """The name under which a stage is known."""
    kind = f"{type(one).__module__}:{type(one).__qualname__}"
    for name, where in STAGES.items():
        if where == kind:
            return name
    return next((point.name for point in entry_points(group=GROUP) if point.value == kind), kind)


def as_json(chain: Chain) -> list[dict[str, Any]]:
    """A chain's settings as JSON; `from_json` makes the same chain of it."""
    return [{"stage": stage_name(one), **asdict(one)} for one in chain.stages]  # type: ignore[call-overload]


def from_json(stages: list[dict[str, Any]]) -> Chain:
    """The chain that a settings file or a recording names.

    Raises:
        ConfigError: it names an unknown stage or setting.
    """
    made = []
    for settings in stages:
        rest = dict(settings)
        name = rest.pop("stage", None)
        if not isinstance(name, str):
            raise ConfigError(f"a stage of the chain has no name: {settings}")
        made.append(stage(name, rest))
    return Chain(tuple(made))


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value
