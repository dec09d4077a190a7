"""From a device's name to an open driver, and from there to a session."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nmr_emg import content
from nmr_emg.block import StreamInfo
from nmr_emg.buffered import Buffered
from nmr_emg.cli.words import value
from nmr_emg.driver import Driver
from nmr_emg.drivers.serial.board import SERIAL
from nmr_emg.drivers.serial.discovery import follow
from nmr_emg.dsp.profile import Profile, profile_for
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.montage import Montage, Mounted, Pair, pairs_of
from nmr_emg.paced import Paced
from nmr_emg.reconnecting import Reconnecting
from nmr_emg.registry import as_json
from nmr_emg.stage import Chain

Opener = Callable[[str, Mapping[str, str]], Driver]

GROUP = "nmr_emg.drivers"
"""Entry points under which other packages offer drivers: callables of (what follows the colon, settings)."""


def _simulator(_: str, settings: Mapping[str, str]) -> Driver:
    from nmr_emg.drivers.simulator import open_simulator  # noqa: PLC0415  (only who uses it pays for it)

    return Paced(open_simulator(settings))


def _brainflow(rest: str, settings: Mapping[str, str]) -> Driver:
    from nmr_emg.drivers.brainflow.driver import open_brainflow  # noqa: PLC0415

    return open_brainflow(rest, settings)


def _lsl(rest: str, settings: Mapping[str, str]) -> Driver:
    from nmr_emg.drivers.lsl.driver import open_lsl  # noqa: PLC0415

    return open_lsl(rest, settings)


def _replay(rest: str, settings: Mapping[str, str]) -> Driver:
    from nmr_emg.recordings.openings import open_recording  # noqa: PLC0415

    if settings:
        raise ConfigError(f"replay: has no setting {next(iter(settings))!r}")
    try:
        return Paced(open_recording(rest))
    except RecordingError as error:
        raise ConfigError(str(error)) from error


def _described(path: Path, settings: Mapping[str, str]) -> Driver:
    """The driver of a board that a file describes."""
    word = driver_of(path)
    if word != SERIAL:
        return open_driver(f"{word}:", settings)
    from nmr_emg.drivers.serial.driver import open_board  # noqa: PLC0415

    return open_board(path, settings)


DRIVERS: Mapping[str, Opener] = MappingProxyType(
    {"simulator": _simulator, "brainflow": _brainflow, "lsl": _lsl, "replay": _replay}
)
"""Drivers of this package by the word before the colon."""


PATIENCE = 120.0
"""How long a lost device is waited for (s)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a user wants to stream.

    Args:
        device: "simulator", "brainflow:NAME-OR-ID", "replay:FILE", ...
        profile: name of the acquisition profile; `None` goes by the rate.
        montage: names of channels, and pairs.
        settings: KEY=VALUE words; "stage.setting" changes the chain, the rest goes to the driver.
        patience: how long it is waited for when it was lost (s); 0 for not at all.
    """

    device: str
    profile: str | None = None
    montage: Montage = field(default_factory=lambda: Montage({}))
    settings: Mapping[str, str] = field(default_factory=dict)
    patience: float = PATIENCE

    @property
    def own(self) -> dict[str, str]:
        """Settings of the device itself."""
        return {key: value for key, value in self.settings.items() if "." not in key}


@dataclass(frozen=True, slots=True)
class Connection:
    """An open driver and the chain that suits it."""

    driver: Driver
    info: StreamInfo
    profile: Profile
    chain: Chain
    pairs: tuple[Pair, ...]

    def settings(self, command: str) -> dict[str, Any]:
        """What a recording stores of how it was made."""
        chain = as_json(self.chain)
        return {
            "command": command,
            "profile": self.profile.name,
            "chain": chain,
            "pairs": [list(p) for p in self.pairs],
        }


def driver_of(path: Path) -> str:
    """The driver that a board's file names.

    Raises:
        ConfigError: it names none, or one that is not there; the text names the file.
    """
    word = content.table(path).get("driver")
    there = dict.fromkeys([SERIAL, *DRIVERS, *(point.name for point in entry_points(group=GROUP))])
    if word not in there:
        raise ConfigError(f"{path}: driver is {word!r}; it must be one of {', '.join(there)}")
    return str(word)


def open_driver(device: str, settings: Mapping[str, str]) -> Driver:
    """The driver for a device's name; not opened yet.

    Raises:
        ConfigError: nothing is called so; the text lists what there is.
    """
    word, colon, rest = device.partition(":")
    if word in DRIVERS:
        return DRIVERS[word](rest, settings)
    if not colon and word in (described := content.files("drivers")):
        return _described(described[word], settings)
    foreign = {point.name: point for point in entry_points(group=GROUP)}
    if word not in foreign:
        known = ", ".join(dict.fromkeys([*DRIVERS, *content.files("drivers"), *foreign]))
        raise ConfigError(
            f"there is no device {device!r}; there are {known} (brainflow:NAME-OR-ID, lsl:NAME, replay:FILE)"
        )
    driver: Driver = foreign[word].load()(rest, settings)
    return driver


def connect(wish: Wish) -> Connection:
    """Open what is wished for, in an acquisition thread of its own.

    Raises:
        ConfigError: a word of the wish is wrong.
        DriverError: the device does not open.
    """
    driver = Reconnecting(_making(wish), wish.patience)
    driver.open()
    try:
        return fitted(driver, wish)
    except BaseException:
        driver.close()
        raise


def _making(wish: Wish) -> Callable[[], Driver]:
    """What makes the driver, each time with the port under the name that it has by then."""
    port = wish.own.get("port")
    where = None if port is None else follow(port)

    def make() -> Driver:
        own = wish.own if where is None else {**wish.own, "port": where()}
        return Buffered(Mounted(open_driver(wish.device, own), wish.montage))

    return make


def fitted(driver: Driver, wish: Wish) -> Connection:
    """The chain for an open driver."""
    info = driver.info
    profile = profile_for(info, wish.profile)
    pairs = wish.montage.pairs or pairs_of(info)
    changes = {key: value(text) for key, text in wish.settings.items() if "." in key}
    chain = profile.chain_for(info, pairs, changes)
    return Connection(driver, info, profile, chain, pairs)
