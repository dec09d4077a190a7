"""Limits that many settings share."""

from math import isfinite

from nmr_emg.errors import ConfigError


def not_negative(settings: object, *names: str) -> None:
    """Refuse settings among `names` that are below 0, infinite or not a number.

    Raises:
        ConfigError: the text names the setting and its value.
    """
    for name in names:
        value = getattr(settings, name)
        if not (isfinite(value) and value >= 0):
            raise ConfigError(f"{name} is {value:g}; it must be 0 or more")


def above_zero(settings: object, *names: str) -> None:
    """Refuse settings among `names` that are not finite and above 0.

    Raises:
        ConfigError: the text names the setting and its value.
    """
    for name in names:
        value = getattr(settings, name)
        if not (isfinite(value) and value > 0):
            raise ConfigError(f"{name} is {value:g}; it must be above 0")
