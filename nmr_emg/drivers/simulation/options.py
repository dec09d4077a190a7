"""The simulator's options as text, the way a command line gives them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from nmr_emg.errors import ConfigError


def arguments(options: Mapping[str, str]) -> dict[str, Any]:
    """Arguments of `Simulator` from options as text.

    Raises:
        ConfigError: a key or a value is wrong; the text lists what there is.

    >>> arguments({"rate": "500", "disturb": "mains, ecg"})
    {'rate': 500.0, 'disturbances': ('mains', 'ecg')}
    """
    for key in options:
        if key not in OPTIONS:
            raise ConfigError(f"the simulator has no option {key!r}; there are {', '.join(OPTIONS)}")
    return {OPTIONS[key][0]: OPTIONS[key][1](key, text.strip()) for key, text in options.items()}


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ConfigError(f"{key}={text}: this must be a number") from None


def _whole(key: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"{key}={text}: this must be a whole number") from None


def _switch(key: str, text: str) -> bool:
    words = {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "off": False,
        "0": False,
    }
    if text.lower() not in words:
        raise ConfigError(f"{key}={text}: this must be true or false")
    return words[text.lower()]


def _word(key: str, text: str) -> str:
    if not text:
        raise ConfigError(f"{key}= needs a value")
    return text


def _names(key: str, text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in _word(key, text).split(",") if name.strip())
    return () if names == ("none",) else names


OPTIONS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = MappingProxyType(
    {
        "scene": ("scene", _word),
        "seed": ("seed", _whole),
        "seconds": ("seconds", _number),
        "rate": ("rate", _number),
        "model": ("model", _word),
        "cyton": ("cyton", _switch),
        "disturb": ("disturbances", _names),
    }
)
"""Options by key: the argument of `Simulator` that each sets, and how its text is read."""
