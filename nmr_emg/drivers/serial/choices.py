"""What a user chose with --set, checked against a board's settings, as names that its file can use."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from nmr_emg.drivers.serial.board import Board, Setting
from nmr_emg.errors import ConfigError

Names = Mapping[str, Any]
"""Values by name; a list holds one value a channel."""
WARNINGS = "warnings"
"""The name of sentences for the user: no value a channel."""
NUMBER = "n"
"""The name that stands for a channel's number, from 1."""


def names_of(board: Board, given: Mapping[str, str], said: Names) -> dict[str, Any]:
    """All names of a board: its defaults, then what its answers decide, then what the user chose.

    Args:
        board: the board.
        given: KEY=VALUE words of the user.
        said: names that the board's answers decided.

    Raises:
        ConfigError: an unknown setting or an impossible value; the text lists what there is.
    """
    settings = board.choosable
    for key in given:
        if key not in settings:
            raise ConfigError(
                f"there is no setting {key!r}; there are {', '.join(dict.fromkeys([*settings, 'channels', 'port', 'baud']))}"
            )
    names: dict[str, Any] = {}
    for key, setting in settings.items():
        names |= chosen(key, setting, str(setting.default))
    for key, value in said.items():
        choice = key in settings and isinstance(value, str) and value in settings[key].choices
        names |= chosen(key, settings[key], value) if choice else {key: value}
    # In the order of the file: what a model brings can be overruled by a setting below it.
    for key in filter(given.__contains__, settings):
        names |= chosen(key, settings[key], given[key])
    return names


def chosen(key: str, setting: Setting, text: str) -> dict[str, Any]:
    """The names that one setting brings.

    Raises:
        ConfigError: the value is impossible.
    """
    if setting.each and "," in text:
        parts = [_one(key, setting, part.strip()) for part in text.split(",")]
        return {name: [part[name] for part in parts] for name in parts[0]}
    return _one(key, setting, text)


def _one(key: str, setting: Setting, text: str) -> dict[str, Any]:
    if setting.choices:
        if text not in setting.choices:
            raise ConfigError(f"{key} is {text!r}; it must be one of {', '.join(setting.choices)}")
        return {key: _plain(text), **setting.choices[text]}
    if setting.text:
        return {key: text}
    value = _plain(text)
    if isinstance(value, str) or not isfinite(value):
        raise ConfigError(f"{key} is {text!r}; it must be a number")
    least, most = setting.least, setting.most
    if (least is not None and value < least) or (most is not None and value > most):
        limits = f"from {least:g}" * (least is not None) + f" to {most:g}" * (most is not None)
        raise ConfigError(f"{key} is {text}; it must be a number {limits.strip()}")
    return {key: value}


def _plain(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def for_channel(names: Names, number: int) -> dict[str, Any]:
    """The names as channel `number`, from 1, sees them: of every list its own value.

    Raises:
        ConfigError: a list is shorter than the channels are many.

    >>> for_channel({"gain": [24, 12], "vref": 5}, 2)
    {'gain': 12, 'vref': 5, 'n': 2}
    """
    own: dict[str, Any] = {}
    for name, value in names.items():
        if isinstance(value, list) and name != WARNINGS:
            if number > len(value):
                raise ConfigError(
                    f"{name} has {len(value)} values, but there is a channel {number}; give one each"
                )
            own[name] = value[number - 1]
        else:
            own[name] = value
    return {**own, NUMBER: number}


def holds(only: Mapping[str, object], names: Names) -> bool:
    """Whether all conditions on settings hold; a condition names one value, or a list of them."""
    return all(str(names.get(key)) in _texts(value) for key, value in only.items())


def _texts(value: object) -> Iterable[str]:
    return {str(one) for one in value} if isinstance(value, list | tuple) else {str(value)}
