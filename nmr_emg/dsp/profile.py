"""Acquisition profiles: for each kind of instrument its band, its chain, and what it cannot carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nmr_emg import content
from nmr_emg.block import StreamInfo
from nmr_emg.errors import ConfigError
from nmr_emg.registry import from_json
from nmr_emg.stage import Chain

KEYS = MappingProxyType(
    {"title": str, "rates": list, "lost": str, "refused": dict, "cautions": dict, "chain": list}
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One file of `dsp/`: numbers from different profiles are never compared.

    Args:
        name: the file's name.
        title: in words.
        rates: lowest and highest rate (Hz) for which it is chosen by itself; empty if it never is.
        lost: what of the EMG this instrument does not record, in words.
        refused: metrics it cannot carry, and why.
        cautions: metrics it carries with a caution, and which.
        stages: the chain's settings, as the file has them.
    """

    name: str
    title: str
    rates: tuple[float, ...]
    lost: str
    refused: Mapping[str, str]
    cautions: Mapping[str, str]
    stages: tuple[Mapping[str, Any], ...]

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
        return from_json(stages)


def load_profile(name: str) -> Profile:
    """A profile by name.

    Raises:
        ConfigError: there is none, or its file is wrong.
    """
    return _read(content.file("dsp", name))


def profiles() -> dict[str, Profile]:
    """All profiles by name."""
    return {name: _read(path) for name, path in content.files("dsp").items()}


def profile_for(info: StreamInfo) -> Profile:
    """The profile that fits a stream: the envelope one if no channel is raw, else the narrowest that holds its rate.

    >>> from nmr_emg.block import Channel
    >>> profile_for(StreamInfo(250, (Channel("a"),))).name
    'cyton250'
    >>> profile_for(StreamInfo(740, (Channel("a"),))).name
    'generic'
    """
    if info.profile:
        return load_profile(info.profile)
    if not any(info.channels[i].kind == "raw" for i in info.emg):
        return load_profile("envelope")
    fitting = [p for p in profiles().values() if p.rates and p.rates[0] <= info.rate <= p.rates[1]]
    if not fitting:
        raise ConfigError(
            f"no profile in dsp/ is for {info.rate:g} samples a second; name one with --profile"
        )
    return min(fitting, key=lambda p: p.rates[1] - p.rates[0])


def _read(path: Path) -> Profile:
    data = content.table(path)
    for key, value in data.items():
        if key not in KEYS:
            raise ConfigError(f"{path}: unknown key {key!r}; a profile has {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]):
            raise ConfigError(f"{path}: {key!r} must be a {KEYS[key].__name__}, not {value!r}")
    if missing := [key for key in KEYS if key not in data]:
        raise ConfigError(f"{path}: {', '.join(missing)} missing")
    rates = tuple(float(rate) for rate in data["rates"] if type(rate) in (int, float))
    if len(rates) not in (0, 2) or len(rates) != len(data["rates"]):
        raise ConfigError(
            f"{path}: rates must be the lowest and the highest rate, or empty, not {data['rates']!r}"
        )
    if not all(isinstance(one, dict) for one in data["chain"]):
        raise ConfigError(f"{path}: chain must be [[chain]] tables, not {data['chain']!r}")
    try:
        from_json(data["chain"])
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    words = data["title"], rates, data["lost"], data["refused"], data["cautions"]
    return Profile(path.stem, *words, tuple(data["chain"]))
