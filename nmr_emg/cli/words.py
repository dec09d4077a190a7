"""What users type, read strictly: times, pairs, settings, channels."""

import json
from pathlib import Path
from typing import Any

from nmr_emg.errors import ConfigError
from nmr_emg.montage import Montage, load_montage, merged


def stretch(text: str, option: str) -> tuple[float, float]:
    """Two times in seconds.

    >>> stretch("1:2.5", "--rest")
    (1.0, 2.5)
    """
    first, colon, last = text.partition(":")
    try:
        pair = float(first), float(last)
    except ValueError:
        colon = ""
    if not colon or not 0 <= pair[0] < pair[1]:
        raise ConfigError(f"{option} {text}: expected two times in seconds such as 0:2, the later one last")
    return pair


def pair(text: str) -> tuple[str, str]:
    """Two labels.

    >>> pair("vm:bf")
    ('vm', 'bf')
    """
    a, colon, b = text.partition(":")
    if not (colon and a and b) or a == b:
        raise ConfigError(f"--pair {text}: expected two labels such as gmax_r:bf_r")
    return a, b


def settings(texts: list[str]) -> dict[str, str]:
    """KEY=VALUE words as a mapping.

    >>> settings(["seed=3"])
    {'seed': '3'}
    """
    found = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not (sign and key):
            raise ConfigError(f"--set {text}: expected KEY=VALUE")
        found[key.strip()] = value.strip()
    return found


def value(text: str) -> Any:
    """A setting's value: a number, a list or a word.

    >>> value("[50, 60]"), value("peak")
    ([50, 60], 'peak')
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def stage_settings(texts: list[str]) -> dict[str, Any]:
    """Settings of stages alone, for a recording that is read: it has no device to be set.

    >>> stage_settings(["hum.mains=[50]"])
    {'hum.mains': [50]}
    """
    found = settings(texts)
    for key in found:
        if "." not in key:
            raise ConfigError(f"--set {key}: expected STAGE.SETTING=VALUE, such as envelope.window=0.25")
    return {key: value(text) for key, text in found.items()}


def montage(channels: list[str], file: Path | None) -> Montage:
    """A montage from `--montage FILE` and `--channel INDEX=LABEL`; the latter win."""
    named = {}
    for text in channels:
        index, sign, label = text.partition("=")
        if not (sign and label and index.isdecimal()):
            raise ConfigError(
                f"--channel {text}: expected INDEX=LABEL such as 0=gmax_r; indices count from 0"
            )
        named[int(index)] = {"label": label}
    return merged(*([load_montage(file)] if file else []), Montage(named))
