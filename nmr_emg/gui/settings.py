"""Reads a settings file of the window and says precisely what is wrong in it."""

import tomllib
from pathlib import Path
from typing import Any

from nmr_emg import content
from nmr_emg.errors import ConfigError


def read(name: str) -> tuple[dict[str, Any], Path]:
    """A TOML file of the content folder `gui`, and where it lies.

    Raises:
        ConfigError: it is missing or is not TOML.
    """
    path = content.file("gui", name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")), path
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this is not TOML: {error}") from error


def take(data: dict[str, Any], key: str, kind: type | tuple[type, ...], where: str) -> Any:
    """The value of `key`, which must be there and be of `kind`.

    Raises:
        ConfigError: it is not; `where` names the file and table.
    """
    if key not in data:
        raise ConfigError(f"{where}: {key!r} is missing; copy it from the file that comes with nmr-emg")
    value = data[key]
    if not isinstance(value, kind) or isinstance(value, bool):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        wanted = " or ".join({"str": "text", "list": "a list"}.get(k.__name__, "a number") for k in kinds[:1])
        raise ConfigError(f"{where}: {key} is {value!r}; it must be {wanted}")
    return value
