"""The window as a PNG, without a window."""

import os
from pathlib import Path

from nmr_emg.errors import ConfigError
from nmr_emg.gui.look import Look
from nmr_emg.gui.qt import has_display, load


def picture(
    look: Look,
    path: Path,
    *,
    theme: str | None = None,
    size: tuple[int, int] = (1280, 800),
    scale: float | None = None,
) -> Path:
    """Paint what the window would show of a look, and write it as a PNG.

    Args:
        look: from `Watch.look`, during or after a session.
        path: where to.
        theme: a name in `gui/theme.toml`; the one to open with if `None`.
        size: width and height (px).
        scale: by how much text is enlarged; as the theme says if `None`.

    Raises:
        ConfigError: Qt is missing, there is no such theme, or the file can't be written.
    """
    load()
    # Qt only once it is known to load.
    from nmr_emg.gui.application import application  # noqa: PLC0415
    from nmr_emg.gui.face import Face  # noqa: PLC0415
    from nmr_emg.gui.screen import screen  # noqa: PLC0415
    from nmr_emg.gui.theme import theme as named  # noqa: PLC0415
    from nmr_emg.gui.theme import themes  # noqa: PLC0415

    app = application(offscreen=not has_display())
    chosen = named(theme)
    face = Face(chosen.scaled(scale) if scale else chosen, themes(), screen())
    face.resize(*size)
    face.pose(look)
    app.processEvents()
    shot = face.grab()
    face.deleteLater()
    if not shot.save(os.fspath(path), "PNG"):
        raise ConfigError(f"the picture {path} can't be written; check that its folder exists and is yours")
    return path
