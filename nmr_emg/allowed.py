"""Checks of settings: a slip in a file is told when the file is read, in words."""

import re
from collections.abc import Iterable
from math import inf, isfinite

from nmr_emg.errors import ConfigError

LONGEST = 60.0
"""No window is longer (s)."""
MANY = 1024
"""No board has more channels."""


def above(low: float, /, **settings: object) -> None:
    """Check that settings are numbers above `low`.

    Raises:
        ConfigError: one is not; the text names it.

    >>> above(0, window=0.1, order=4)
    >>> above(0, window="0.1")
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: window is '0.1'; it must be a number above 0
    """
    for name, value in settings.items():
        if not _number(value) > low:
            raise ConfigError(f"{name} is {_shown(value)}; it must be a number above {low:g}")


def at_least(low: float, /, **settings: object) -> None:
    """Check that settings are numbers of `low` or more.

    Raises:
        ConfigError: one is not; the text names it.

    >>> at_least(0, rise=0)
    >>> at_least(0, rise=-1)
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: rise is -1; it must be a number of 0 or more
    """
    for name, value in settings.items():
        if not _number(value) >= low:
            raise ConfigError(f"{name} is {_shown(value)}; it must be a number of {low:g} or more")


def between(low: float, high: float, /, **settings: object) -> None:
    """Check that settings are numbers from `low` to `high`.

    Raises:
        ConfigError: one is not; the text names it.

    >>> between(0, 1, quantile=1.5)
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: quantile is 1.5; it must be a number from 0 to 1
    """
    for name, value in settings.items():
        if not low <= _number(value) <= high:
            raise ConfigError(f"{name} is {_shown(value)}; it must be a number from {low:g} to {high:g}")


def frequencies(**settings: object) -> None:
    """Check that settings are lists of frequencies above 0.

    Raises:
        ConfigError: one is not; the text names it.

    >>> frequencies(mains=50)
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: mains is 50; it must be a list of frequencies (Hz)
    """
    for name, value in settings.items():
        if not isinstance(value, Iterable) or not all(_number(one) > 0 for one in value):
            raise ConfigError(f"{name} is {value!r}; it must be a list of frequencies (Hz)")


def listed(name: str, text: str) -> list[int]:
    """Whole numbers from a list such as "1-4,7", in its order.

    Raises:
        ConfigError: it is no such list, or too long for any board; the text names the setting.

    >>> listed("rows", "7, 1-3")
    [7, 1, 2, 3]
    """
    found: list[int] = []
    for part in text.split(","):
        one = re.fullmatch(r"\s*(\d{1,3})(?:-(\d{1,3}))?\s*", part)
        if one is None:
            raise ConfigError(f"{name} is {text!r}; write it like 1-4,7")
        found += range(int(one[1]), int(one[2] or one[1]) + 1)
        if len(found) > MANY:
            raise ConfigError(f"{name} is {text!r}; no board has so many")
    return found


def _number(value: object) -> float:
    """The value if it is a finite number, else what no check lets pass."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return -inf
    return float(value) if isfinite(value) else -inf


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)
