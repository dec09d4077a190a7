"""Finds scenes and reads them from TOML."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nmr_emg import content
from nmr_emg.drivers.simulation.disturbances import DISTURBANCES, Disturbance
from nmr_emg.drivers.simulation.scene import Scene
from nmr_emg.errors import ConfigError
from nmr_emg.strict import read

FOLDER = "drivers/scenes"


def scenes() -> dict[str, Path]:
    """The scenes there are: name and file, the user's own included.

    >>> "bridge" in scenes()
    True
    """
    return content.files(FOLDER)


def load_scene(name: str | Path) -> Scene:
    """Read a scene by its name or from a file.

    Args:
        name: one of `scenes()`, or the path of a TOML file.

    Raises:
        ConfigError: there is no such scene, or it is wrong; the text names file and key.
    """
    path = Path(name)
    if path.suffix != ".toml":
        path = content.file(FOLDER, str(name))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: this scene can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: this is not UTF-8 text") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: this is not TOML: {error}") from error
    return scene_from(table, path.name)


def scene_from(table: Mapping[str, Any], where: str) -> Scene:
    """The scene that a table describes.

    Raises:
        ConfigError: it is wrong; the text begins with `where`.
    """
    disturbances = _disturbances(table.get("disturbance", {}), where)
    scene = read(Scene, {key: value for key, value in table.items() if key != "disturbance"}, where)
    try:
        return replace(scene, disturbances=disturbances)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None


def _disturbances(tables: object, where: str) -> tuple[Disturbance, ...]:
    if not isinstance(tables, Mapping):
        raise ConfigError(f"{where}: disturbance must be tables such as [disturbance.mains]")
    for kind in tables:
        if kind not in DISTURBANCES:
            raise ConfigError(
                f"{where}: there is no disturbance {kind!r}; there are {', '.join(DISTURBANCES)}"
            )
    return tuple(
        read(DISTURBANCES[kind], one, f"{where}: disturbance.{kind}") for kind, one in tables.items()
    )
