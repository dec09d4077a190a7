"""What a scene says: muscles and what they do, cues, and what disturbs the signal."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite
from typing import Any, Literal, get_args

from nmr_emg.allowed import above, at_least
from nmr_emg.drivers.simulation.contraction import TOUCH, Activation, Fatigue, Repeat, Tremor
from nmr_emg.drivers.simulation.disturbances import Disturbance
from nmr_emg.errors import ConfigError
from nmr_emg.event import INPUT

Model = Literal["gaussian", "motor-units"]

MODELS = get_args(Model)
RATES = (20.0, 16_000.0)
"""Lowest and highest rate that the simulator runs at (Hz)."""

CUES = tuple(sorted(INPUT - {"gap", "heartbeat", "truth"}))
"""Kinds of event that a scene may script."""


@dataclass(frozen=True, slots=True)
class Muscle:
    """One channel: a muscle, how strong its signal is, and what it does.

    Args:
        label: short unique name of the channel.
        muscle: the muscle in words.
        side: "left", "right" or empty.
        role: "target", "monitor", "agonist", "antagonist" or empty.
        mvc_uV: amplitude at 100 % (µV RMS at the electrodes, 20–450 Hz).
        noise_uV: noise of amplifier and electrodes (µV RMS, white up to half the rate).
        offset_uV: constant voltage between the electrodes (µV).
        tone: activity that never ceases (% of `mvc_uV`).
        activations: contractions one by one; key `activation`.
        repeats: contractions by rule; key `repeat`.
        tremor: whether and how its activity swells.
        fatigue: whether and how it tires.
    """

    label: str
    muscle: str = ""
    side: Literal["left", "right", ""] = ""
    role: str = ""
    mvc_uV: float = 200.0  # noqa: N815  (µV, as scenes write it)
    noise_uV: float = 2.0  # noqa: N815  (µV, as scenes write it)
    offset_uV: float = 0.0  # noqa: N815  (µV, as scenes write it)
    tone: float = 0.0
    activations: tuple[Activation, ...] = field(default=(), metadata={"key": "activation"})
    repeats: tuple[Repeat, ...] = field(default=(), metadata={"key": "repeat"})
    tremor: Tremor | None = None
    fatigue: Fatigue | None = None

    def __post_init__(self) -> None:
        at_least(0, mvc_uV=self.mvc_uV, noise_uV=self.noise_uV, tone=self.tone)
        if not self.label:
            raise ConfigError("label is empty; every channel needs a short name")
        if not isfinite(self.offset_uV):
            raise ConfigError(f"offset_uV is {self.offset_uV}; it must be a number")
        levels = [one.level for one in self.activations]
        levels += [level for rule in self.repeats for level in rule.level if level > 0]
        if levels and min(levels) <= self.tone:
            raise ConfigError(
                f"tone of {self.label} is {self.tone:g} % but a contraction's level only {min(levels):g} %; "
                "contractions must rise above the tone"
            )
        for (_, stop), (start, _) in pairwise(sorted(self.spans())):
            if start < stop - TOUCH:
                raise ConfigError(
                    f"contractions of {self.label} overlap at {start:g} s, jitter included; end one before the next"
                )

    def spans(self) -> Iterator[tuple[float, float]]:
        """The earliest onset and latest offset (s) of every contraction."""
        yield from (one.widest for one in self.activations)
        for rule in self.repeats:
            yield from (rule.widest(number) for number in range(rule.count))


@dataclass(frozen=True, slots=True)
class Cue:
    """An input event at `at` (s): the start of a trial, a goal, a marker.

    Args:
        at: when (s).
        kind: of the event; "trial", "goal", "marker" and so on.
        data: of the event, such as `{ name = "rest", edge = "start" }`.
        channel: label of the channel that it concerns, or empty.
    """

    at: float
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""

    def __post_init__(self) -> None:
        at_least(0, at=self.at)
        if self.kind not in CUES:
            raise ConfigError(f"kind is {self.kind!r}; a cue is one of {', '.join(CUES)}")
        whole = self.data.get("name") and self.data.get("edge") in {"start", "stop"}
        if self.kind == "trial" and not whole:
            raise ConfigError('a trial needs data = { name = "…", edge = "start" } or edge = "stop"')
        try:
            json.dumps(self.data)
        except TypeError as error:
            raise ConfigError(f"data holds what can't be recorded: {error}; use text and numbers") from None


@dataclass(frozen=True, slots=True)
class Scene:
    """What happens in `seconds` of signal; then it begins again.

    Args:
        title: what it shows, in a few words.
        seconds: natural length (s).
        muscles: one a channel; key `muscle`.
        description: what it is good for.
        rate: samples a second, unless the simulator is told another (Hz).
        model: "gaussian" or "motor-units".
        cyton: whether samples come through the sinc³ decimator of an ADS1299.
        seed: of its random numbers, unless the simulator is told another.
        cues: events that the scene scripts; key `cue`.
        disturbances: what disturbs the signal, enabled or not; key `disturbance`.
    """

    title: str
    seconds: float
    muscles: tuple[Muscle, ...] = field(metadata={"key": "muscle"})
    description: str = ""
    rate: float = 250.0
    model: Model = "gaussian"
    cyton: bool = False
    seed: int = 0
    cues: tuple[Cue, ...] = field(default=(), metadata={"key": "cue"})
    disturbances: tuple[Disturbance, ...] = field(default=(), metadata={"key": "disturbance"})

    def __post_init__(self) -> None:
        above(0, seconds=self.seconds, rate=self.rate)
        self._check_choices()
        self._check_times()
        for cue in self.cues:
            if cue.channel and cue.channel not in self.labels:
                raise ConfigError(f"cue at {cue.at:g} s: {_no_channel(cue.channel, self.labels)}")
        for disturbance in self.disturbances:
            self.check(disturbance)

    @property
    def labels(self) -> tuple[str, ...]:
        """The channels' labels, in order."""
        return tuple(muscle.label for muscle in self.muscles)

    def check(self, disturbance: Disturbance) -> None:
        """Refuse a disturbance of channels or times that this scene hasn't.

        Raises:
            ConfigError: the text names the disturbance and its key.
        """
        for label in getattr(disturbance, "channels", ()):
            if label not in self.labels:
                raise ConfigError(f"disturbance {disturbance.kind}: {_no_channel(label, self.labels)}")
        start = getattr(disturbance, "start", 0.0)
        if start >= self.seconds:
            raise ConfigError(
                f"disturbance {disturbance.kind}: start is {start:g} s; the scene lasts {self.seconds:g} s"
            )

    def _check_choices(self) -> None:
        if not RATES[0] <= self.rate <= RATES[1]:
            raise ConfigError(
                f"rate is {self.rate:g} Hz; it must lie between {RATES[0]:g} and {RATES[1]:g} Hz"
            )
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; it must be 0 or more")
        if self.model not in MODELS:
            raise ConfigError(f"model is {self.model!r}; it must be one of {', '.join(MODELS)}")
        if not self.muscles:
            raise ConfigError("there is no [[muscle]]; a scene needs at least one")
        twice = sorted({label for label in self.labels if self.labels.count(label) > 1})
        if twice:
            raise ConfigError(f"label {twice[0]!r} stands more than once; labels must differ")

    def _check_times(self) -> None:
        for muscle in self.muscles:
            for start, stop in muscle.spans():
                if start < -TOUCH or stop > self.seconds + TOUCH:
                    raise ConfigError(
                        f"{muscle.label} contracts from {start:g} to {stop:g} s, jitter included; "
                        f"the scene lasts from 0 to {self.seconds:g} s"
                    )
        for cue in self.cues:
            if cue.at >= self.seconds:
                raise ConfigError(f"a cue comes at {cue.at:g} s; the scene lasts {self.seconds:g} s")


def _no_channel(label: str, labels: tuple[str, ...]) -> str:
    return f"no channel is called {label!r}; there are {', '.join(labels)}"
