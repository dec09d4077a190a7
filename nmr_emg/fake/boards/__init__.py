"""The boards that can be played, by name."""

from collections.abc import Mapping
from importlib import import_module
from inspect import Parameter, signature
from types import MappingProxyType
from typing import Any

from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware

BOARDS = MappingProxyType(
    {
        "cyton": ("cyton:Cyton", {}),
        "cyton-daisy": ("cyton:Cyton", {"daisy": True}),
        "lines": ("lines:Lines", {}),
        "myoware": ("lines:MyoWare", {}),
        "chords": ("chords:Chords", {}),
        "spikerbox": ("spikerbox:SpikerBox", {}),
        "olimex": ("olimex:Olimex", {}),
        "bitalino": ("bitalino:Bitalino", {}),
        "knight": ("knight:Knight", {}),
        "freeeeg32": ("freeeeg32:FreeEEG32", {}),
        "umyo": ("umyo:UMyo", {}),
        "hackeeg": ("hackeeg:HackEEG", {}),
    }
)
"""Name: module and class, and its options."""


def board(name: str, options: Mapping[str, Any]) -> Firmware:
    """The firmware of a board.

    Raises:
        ConfigError: there is no such board, or it has no such option.
    """
    if name not in BOARDS:
        raise ConfigError(f"there is no fake board {name!r}; there are {', '.join(BOARDS)}")
    where, usual = BOARDS[name]
    module, _, kind = where.partition(":")
    make = getattr(import_module(f"{__name__}.{module}"), kind)
    made: Firmware = make(**{**usual, **_fitted(name, signature(make).parameters, options)})
    _check(name, made)
    return made


def _check(name: str, made: Firmware) -> None:
    for what, value, low, high in (
        ("rate", made.rate, 0.1, 50_000),
        ("channels", made.channels, 1, 64),
        ("highest value", made.high, 1, 2**31),
        ("boot", made.boot, 0, 60),
    ):
        if not low <= value <= high:
            raise ConfigError(f"fake board {name}: {what} is {value:g}; it must be from {low:g} to {high:g}")


def _fitted(name: str, known: Mapping[str, Parameter], options: Mapping[str, Any]) -> dict[str, Any]:
    """Options of the kind that the board takes; words are read as the kind of what they replace."""
    fitted = {}
    for key, value in options.items():
        if key not in known:
            raise ConfigError(f"fake board {name} has no option {key!r}; it has {', '.join(known) or 'none'}")
        usual = known[key].default
        kind = float if usual is None else type(usual)
        try:
            fitted[key] = _read(value, kind)
        except (TypeError, ValueError) as error:
            raise ConfigError(
                f"fake board {name}: {key} is {value!r}, and should be like {usual!r}"
            ) from error
    return fitted


def _read(value: Any, kind: type) -> Any:
    if kind is tuple:
        return tuple(value.split(",")) if isinstance(value, str) else tuple(value)
    if kind is bool:
        return ("false", "true").index(str(value).lower()) == 1
    if kind is str and not isinstance(value, str):
        raise TypeError(value)
    return kind(value)
