"""Boards that content files describe, and ports that the computer has."""

import tomllib
from importlib.util import find_spec
from typing import Any

from nmr_emg import content
from nmr_emg.errors import ConfigError
from nmr_emg.extras import need

KEYS = ("driver", "description", "rate", "channels")


def boards() -> list[dict[str, Any]]:
    """Every file of `drivers/`.

    Raises:
        ConfigError: a file is wrong.
    """
    found = []
    for name, path in content.files("drivers").items():
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: {error}") from error
        if "driver" not in data:
            raise ConfigError(f"{path}: the key 'driver' is missing")
        found.append({"name": data.get("name", name), **{key: data.get(key) for key in KEYS}})
    return found


def ports() -> list[dict[str, Any]]:
    """Serial ports of this computer; none where pyserial is not installed."""
    if find_spec("serial") is None:
        return []
    listed = need("serial.tools.list_ports", "serial").comports()
    # A port without a description is a motherboard's socket that nothing answers on.
    there = [port for port in listed if port.description not in (None, "", "n/a")]
    return [{"port": port.device, "description": port.description, "board": None} for port in there]
