"""Loads Qt, or says in plain words what this machine lacks for it."""

import ctypes
import os
import re
import sys
from pathlib import Path
from types import ModuleType

from nmr_emg.errors import ConfigError
from nmr_emg.extras import need

_LIBRARY = re.compile(r"(lib[\w.+-]+\.so(\.\d+)*)")

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libOpenGL.so.0": "libopengl0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""System libraries of Qt on Linux, and the Debian or Ubuntu package that brings each."""


def load() -> ModuleType:
    """Import PySide6's widgets and return them.

    Raises:
        ConfigError: PySide6 is not installed, or a system library is missing; the text holds the line that installs it.
    """
    try:
        return need("PySide6.QtWidgets", "gui")
    except ConfigError as error:
        library = _LIBRARY.search(str(error))
        if library is None or not sys.platform.startswith("linux"):
            raise
        raise ConfigError(missing_text(library.group(1))) from error


def check_display() -> None:
    """Make sure that a window can open, since Qt ends the program where it can't.

    Raises:
        ConfigError: there is no display, or Qt's plug-in for it lacks a library.
    """
    if not needs_display():
        return
    if not has_display():
        raise ConfigError(
            "there is no display to open a window on; set DISPLAY, or watch the bars in the terminal with nmr-emg record"
        )
    if os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        plugin = Path(str(load().__file__)).parent / "Qt" / "plugins" / "platforms" / "libqxcb.so"
        lacking = _lacking(str(plugin)) if plugin.is_file() else None
        if lacking:
            raise ConfigError(missing_text(lacking))


def needs_display() -> bool:
    """Whether Qt would look for an X or Wayland display."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    return sys.platform.startswith("linux") and platform.split(":")[0] in {"", "xcb", "wayland"}


def has_display() -> bool:
    """Whether an X or Wayland display is named; other systems always have one."""
    linux = sys.platform.startswith("linux")
    return not linux or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def missing_text(library: str) -> str:
    """What to say when a system library is missing: which, and the line that installs it and others that lack.

    >>> missing_text("libEGL.so.1").startswith("Qt needs the system library libEGL.so.1; on Debian")
    True
    """
    lacking = [library, *(name for name in PACKAGES if name != library and _lacking(name))]
    packages = dict.fromkeys(PACKAGES[name] for name in lacking if name in PACKAGES)
    if not packages:
        return f"Qt needs the system library {library}; install the package of your system that brings it"
    return (
        f"Qt needs the system library {library}; on Debian or Ubuntu install it with: "
        f"sudo apt-get install {' '.join(packages)}"
    )


def _lacking(library: str) -> str | None:
    """Name of the library without which `library` does not load, or `None` when it loads."""
    try:
        ctypes.CDLL(library)
    except OSError as error:
        found = _LIBRARY.search(str(error))
        return found.group(1) if found else library
    return None
