"""Which muscle lies under which channel, and which pairs are compared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nmr_emg import content
from nmr_emg.block import Channel, StreamInfo
from nmr_emg.driver import Driver, Wrapped
from nmr_emg.errors import ConfigError

KEYS = ("index", "label", "muscle", "side", "role", "unit", "kind")

WATCHED = frozenset({"monitor", "antagonist"})
"""Roles of muscles that are watched and not trained: they have no goal."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Montage:
    """Changes to a stream's channels, and the pairs that are compared.

    Args:
        channels: what to change, by channel index (0-based): any of label, muscle, side, role, unit, kind.
        pairs: labels of A and B.
    """

    channels: Mapping[int, Mapping[str, Any]]
    pairs: tuple[Pair, ...] = ()

    def apply(self, info: StreamInfo) -> StreamInfo:
        """The stream's info with the montage's names.

        Raises:
            ConfigError: it names a channel that the stream does not have.

        >>> info = StreamInfo(250, (Channel("ch1"), Channel("ch2")))
        >>> Montage({1: {"label": "vm"}}).apply(info).labels
        ('ch1', 'vm')
        """
        channels = list(info.channels)
        for index, changes in self.channels.items():
            if not 0 <= index < len(channels):
                raise ConfigError(
                    f"there is no channel {index}; the device has channels 0 to {len(channels) - 1}"
                )
            channels[index] = _changed(channels[index], changes)
        return replace(info, channels=tuple(channels))


def load_montage(path: Path) -> Montage:
    """A montage from a TOML file of `[[channel]]` tables and `pairs = [["a", "b"]]`.

    Raises:
        ConfigError: the file is missing or wrong; the text names the key.
    """
    data = content.table(path, f"montage {path}")
    if unknown := sorted(set(data) - {"channel", "pairs"}):
        raise ConfigError(f"montage {path}: unknown key {unknown[0]!r}; there are channel and pairs")
    channels: dict[int, Mapping[str, Any]] = {}
    for number, one in enumerate(_tables(path, data.get("channel", [])), 1):
        if unknown := sorted(set(one) - set(KEYS)):
            raise ConfigError(
                f"montage {path}: channel {number}: unknown key {unknown[0]!r}; there are {', '.join(KEYS)}"
            )
        if type(one.get("index")) is not int:
            raise ConfigError(
                f"montage {path}: channel {number}: index must be a whole number, counted from 0"
            )
        channels[one["index"]] = {key: value for key, value in one.items() if key != "index"}
    pairs = data.get("pairs", [])
    return Montage(
        channels, tuple(_pair(path, one) for one in (pairs if isinstance(pairs, list) else [pairs]))
    )


def merged(*montages: Montage) -> Montage:
    """One montage from several; later ones win."""
    channels: dict[int, dict[str, Any]] = {}
    for montage in montages:
        for index, changes in montage.channels.items():
            channels.setdefault(index, {}).update(changes)
    return Montage(channels, tuple(pair for montage in montages for pair in montage.pairs))


def pairs_of(info: StreamInfo) -> tuple[Pair, ...]:
    """The pairs that the channels' roles suggest: agonist with antagonist, target with monitor, on the same side.

    >>> a, b = Channel("vm", role="agonist"), Channel("bf", role="antagonist")
    >>> pairs_of(StreamInfo(250, (a, b)))
    (('vm', 'bf'),)
    """
    found = []
    for first, second in (("agonist", "antagonist"), ("target", "monitor")):
        others = [c for c in info.channels if c.role == second]
        for channel in info.channels:
            near = [c for c in others if c.side == channel.side]
            if channel.role == first and near:
                found.append((channel.label, near[0].label))
    return tuple(found)


class Mounted(Wrapped):
    """A driver whose channels carry a montage's names."""

    def __init__(self, driver: Driver, montage: Montage) -> None:
        super().__init__(driver)
        self._montage = montage

    @property
    def info(self) -> StreamInfo:
        """What it sends, under the montage's names."""
        return self._montage.apply(self._driver.info)


def _changed(channel: Channel, changes: Mapping[str, Any]) -> Channel:
    if not all(isinstance(value, str) for value in changes.values()):
        raise ConfigError(f"channel {channel.label!r}: {', '.join(changes)} must be text")
    return replace(channel, **changes)


def _tables(path: Path, channels: object) -> list[dict[str, Any]]:
    if isinstance(channels, list) and all(isinstance(one, dict) for one in channels):
        return channels
    raise ConfigError(f"montage {path}: channel must be [[channel]] tables, not {channels!r}")


def _pair(path: Path, pair: object) -> Pair:
    if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, str) for one in pair)):
        raise ConfigError(f"montage {path}: pairs must be a list of two labels each, not {pair!r}")
    return str(pair[0]), str(pair[1])
