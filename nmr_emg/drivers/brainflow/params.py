"""What a user may say about a BrainFlow board, as KEY=VALUE words, and its checks."""

from collections.abc import Mapping
from math import isfinite
from types import ModuleType
from typing import Any

from nmr_emg.drivers.brainflow.boards import find_board
from nmr_emg.errors import ConfigError

OURS = ("rows", "aux", "command", "scale")
"""Settings that BrainFlow itself doesn't know."""

_HIGHEST_PORT = 65535
_PROTOCOLS = ("none", "udp", "tcp")


def input_params(shim: ModuleType, settings: Mapping[str, str | int]) -> Any:
    """BrainFlow's parameters from KEY=VALUE words.

    Raises:
        ConfigError: BrainFlow has no such parameter, or its value can't be.
    """
    params = shim.BrainFlowInputParams()
    for key, value in settings.items():
        if key not in vars(params):
            raise ConfigError(
                f"BrainFlow has no parameter {key!r}; it has {', '.join(vars(params))}; "
                f"beside them there are port, {', '.join(OURS)}"
            )
        setattr(params, key, _converted(shim, key, value, vars(params)[key]))
    return params


def _converted(shim: ModuleType, key: str, value: str | int, default: str | int) -> str | int:
    if key == "master_board":
        return find_board(shim, value)
    if isinstance(default, str):
        return str(value)
    if key == "ip_protocol" and str(value).lower() in _PROTOCOLS:
        return _PROTOCOLS.index(str(value).lower())
    try:
        number = int(value)
    except ValueError:
        raise ConfigError(f"BrainFlow's parameter {key} is {value!r}; it must be a whole number") from None
    return _within(key, number)


def _within(key: str, number: int) -> int:
    if key == "ip_protocol" and not 0 <= number < len(_PROTOCOLS):
        raise ConfigError(f"BrainFlow's parameter ip_protocol is {number}; it is udp or tcp")
    if key.startswith("ip_port") and not 0 <= number <= _HIGHEST_PORT:
        raise ConfigError(f"BrainFlow's parameter {key} is {number}; it lies between 1 and {_HIGHEST_PORT}")
    if key == "timeout" and not 0 <= number <= 600:
        raise ConfigError(f"BrainFlow's parameter timeout is {number}; it is in seconds, 0 to 600")
    return number


def scale_of(text: str) -> float:
    """Microvolts per value, from a word.

    Raises:
        ConfigError: it is no number above 0.
    """
    try:
        scale = float(text)
    except ValueError:
        scale = 0.0
    if not (isfinite(scale) and scale > 0):
        raise ConfigError(f"scale is {text!r}; it is how many µV one value stands for, a number above 0")
    return scale


def words_of(text: str, between: str) -> tuple[str, ...]:
    """The words between separators, without blanks round them.

    >>> words_of("x1060100X; x2060100X;", ";")
    ('x1060100X', 'x2060100X')
    """
    return tuple(filter(None, (word.strip() for word in text.split(between))))
