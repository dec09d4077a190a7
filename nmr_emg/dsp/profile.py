"""Acquisition profiles: for each kind of instrument its band, its chain, and what it cannot carry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nmr_emg import content
from nmr_emg.allowed import above, between
from nmr_emg.block import StreamInfo
from nmr_emg.dsp.bandpass import SHARE, Bandpass
from nmr_emg.dsp.measure import measured
from nmr_emg.dsp.normalise import Normalise
from nmr_emg.errors import ConfigError
from nmr_emg.registry import from_json
from nmr_emg.stage import Chain, Stage
from nmr_emg.strict import read

METRICS = MappingProxyType(
    {
        "amplitude": "µV, and what is compared with other devices",
        "spectrum": "mean and median frequency",
        "fatigue": "their trend, and what follows from it",
        "timing": "which muscle came first, and by how much",
    }
)
"""What a profile may refuse or carry with a caution."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How much of the EMG of a 20–450 Hz amplifier an instrument carries in its band; `None` where nobody knows.

    Args:
        hardware_3db: where its own low-pass is 3 dB down (Hz).
        lost_power: share of the power that it does not carry.
        amplitude: RMS, as a share.
    """

    hardware_3db: float | None = None
    lost_power: float | None = None
    amplitude: float | None = None

    def __post_init__(self) -> None:
        if self.hardware_3db is not None:
            above(0, hardware_3db=self.hardware_3db)
        shares = {"lost_power": self.lost_power, "amplitude": self.amplitude}
        between(0, 1, **{name: share for name, share in shares.items() if share is not None})


@dataclass(frozen=True, slots=True)
class Profile:
    """One file of `dsp/`: numbers from different profiles are never compared.

    Args:
        title: in words.
        rates: lowest and highest rate (Hz) for which it is chosen by itself; empty if it never is.
        lost: what of the EMG this instrument does not record, in words.
        refused: metrics it cannot carry, and why.
        cautions: metrics it carries with a caution, and which.
        stages: the chain's settings, as the file has them.
        band: how much of the EMG it carries.
        name: the file's name.
    """

    title: str
    rates: tuple[float, ...]
    lost: str
    refused: Mapping[str, str]
    cautions: Mapping[str, str]
    stages: tuple[Mapping[str, Any], ...] = field(metadata={"key": "chain"})
    band: Carried = field(default_factory=Carried)
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.rates) not in (0, 2) or (self.rates and not 0 <= self.rates[0] <= self.rates[1] < inf):
            raise ConfigError(f"rates must be the lowest and the highest rate, or empty, not {[*self.rates]}")
        for key in ("refused", "cautions"):
            _check_metrics(key, getattr(self, key))
        made = from_json([dict(one) for one in self.stages]).stages
        high = next((one.high for one in made if isinstance(one, Bandpass)), None)
        if high is not None and self.rates and high > SHARE * self.rates[1]:
            raise ConfigError(
                f"chain: the band ends at {high:g} Hz; at {self.rates[1]:g} samples a second it may go up to "
                f"{SHARE * self.rates[1]:.4g} Hz ({SHARE} of the rate)"
            )

    def chain(
        self, pairs: tuple[tuple[str, str], ...] = (), settings: Mapping[str, Any] | None = None
    ) -> Chain:
        """The profile's chain, with pairs for the balance (its own if none are given) and settings by "stage.setting".

        Raises:
            ConfigError: a setting names a stage or a key that is not there.
        """
        stages = [dict(one) for one in self.stages]
        told = {"balance.pairs": pairs} if pairs else {}
        for key, value in {**told, **(settings or {})}.items():
            name, _, setting = key.partition(".")
            hit = next((one for one in stages if one.get("stage") == name), None)
            if hit is None:
                have = ", ".join(str(one.get("stage")) for one in stages)
                raise ConfigError(f"profile {self.name!r} has no stage {name!r} for {key!r}; it has {have}")
            hit[setting] = value
        made = from_json(stages).stages
        how = measured(self.name, made)
        return Chain(tuple(_measuring(one, how) for one in made))

    def chain_for(
        self,
        info: StreamInfo,
        pairs: tuple[tuple[str, str], ...] = (),
        settings: Mapping[str, Any] | None = None,
    ) -> Chain:
        """As `chain`, proved to fit a stream: a band that its rate can't carry is refused even where no channel is raw.

        Raises:
            ConfigError: a setting, a pair or the band does not fit.
        """
        chain = self.chain(pairs, settings)
        try:
            for one in chain.stages:
                if isinstance(one, Bandpass) and one.high is not None:
                    one.sections(info.rate)
            chain.start(info)
        except ConfigError as error:
            raise ConfigError(f"profile {self.name!r}: {error}") from error
        return chain


def load_profile(name: str) -> Profile:
    """A profile by name.

    Raises:
        ConfigError: there is none, or its file is wrong.
    """
    return _read(content.file("dsp", name))


def profiles() -> dict[str, Profile]:
    """All profiles by name, but for those whose file is wrong; `broken` has these."""
    return _all()[0]


def broken() -> dict[str, ConfigError]:
    """What is wrong with the files that hold no profile, by name."""
    return _all()[1]


def profile_for(info: StreamInfo, name: str | None = None) -> Profile:
    """The profile that fits a stream, if none is named: the envelope one where no channel is raw, else the narrowest that holds its rate.

    Raises:
        ConfigError: there is none, or its file is wrong.

    >>> from nmr_emg.block import Channel
    >>> profile_for(StreamInfo(250, (Channel("a"),))).name
    'cyton250'
    >>> profile_for(StreamInfo(740, (Channel("a"),))).name
    'generic'
    """
    if name or info.profile:
        return load_profile(name or info.profile)
    if not any(info.channels[i].kind == "raw" for i in info.emg):
        return load_profile("envelope")
    found, wrong = _all()
    # A shipped profile stands for the user's file of its name that can't be read: another one must not slip in for it.
    shipped = {
        one.stem: _read(one) for one in (content.roots()[-1] / "dsp").glob("*.toml") if one.stem in wrong
    }
    fitting = [p for p in {**found, **shipped}.values() if p.rates and p.rates[0] <= info.rate <= p.rates[1]]
    if not fitting:
        raise ConfigError(
            f"no profile in dsp/ is for {info.rate:g} samples a second; name one with --profile"
        )
    best = min(fitting, key=lambda p: p.rates[1] - p.rates[0])
    if best.name in wrong:
        raise wrong[best.name]
    return best


def _all() -> tuple[dict[str, Profile], dict[str, ConfigError]]:
    found, wrong = {}, {}
    for name, path in content.files("dsp").items():
        try:
            found[name] = _read(path)
        except ConfigError as error:
            wrong[name] = error
    return found, wrong


def _read(path: Path) -> Profile:
    table = content.table(path)
    if "name" in table:
        raise ConfigError(f"{path}: name: a profile is called as its file is; leave this key away")
    return replace(read(Profile, table, str(path)), name=path.stem)


def _measuring(one: Stage, how: str) -> Stage:
    return replace(one, measured=how) if isinstance(one, Normalise) and not one.measured else one


def _check_metrics(key: str, told: Mapping[str, str]) -> None:
    for metric, why in told.items():
        if metric not in METRICS:
            raise ConfigError(f"{key}: there is no metric {metric!r}; there are {', '.join(METRICS)}")
        if not isinstance(why, str) or not why:
            raise ConfigError(f"{key}: {metric} is {why!r}; it must say why, in quotes")
