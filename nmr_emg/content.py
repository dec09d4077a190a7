"""Finds what people edit without programming: boards, scenes, profiles, protocols, themes, sample recordings."""

import os
import sys
import tomllib
from pathlib import Path
from typing import Any

from nmr_emg.errors import ConfigError

FOLDERS = ("drivers", "dsp", "gui", "protocols", "recordings")

_chosen: list[Path] = []


def choose(folder: Path) -> None:
    """Look in `folder` before anywhere else, as `--content DIR` asks.

    Raises:
        ConfigError: it is no folder.
    """
    if not folder.is_dir():
        raise ConfigError(f"--content {folder}: there is no such folder")
    _chosen[:] = [folder]


def user_folder() -> Path:
    """Where a user's own content lies: below the system's folder for settings."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "nmr-emg"


def roots() -> list[Path]:
    """Folders that hold content, first come first served: the chosen one, the user's, the package's."""
    package = Path(__file__).resolve().parent
    shipped = package / "_content"
    return [*_chosen, user_folder(), shipped if shipped.is_dir() else package.parent]


def files(folder: str, suffix: str = ".toml") -> dict[str, Path]:
    """Content files of a folder by name without suffix; a user's file stands in for a shipped one.

    >>> "cyton250" in files("dsp")
    True
    """
    found: dict[str, Path] = {}
    for root in reversed(roots()):
        for path in sorted((root / folder).glob(f"*{suffix}")):
            found[path.name.removesuffix(suffix)] = path
    return dict(sorted(found.items()))


def file(folder: str, name: str, suffix: str = ".toml") -> Path:
    """One content file.

    Raises:
        ConfigError: there is none of that name; the text lists those there are.
    """
    have = files(folder, suffix)
    if name not in have:
        raise ConfigError(f"there is no {name!r} in {folder}/; there are {', '.join(have) or 'none'}")
    return have[name]


def table(path: Path, where: str = "") -> dict[str, Any]:
    """What a TOML file holds.

    Args:
        path: of the file.
        where: what errors call it; its path unless given.

    Raises:
        ConfigError: it can't be read, or is no TOML; the text says where.
    """
    where = where or str(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{where}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where}: {error}") from error
