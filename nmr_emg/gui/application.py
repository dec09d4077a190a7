"""The one QApplication of a process."""

import os

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication

from nmr_emg.errors import ConfigError


def application(*, offscreen: bool = False) -> QApplication:
    """The application that is there, or a new one; `offscreen` makes a new one without a display.

    Raises:
        ConfigError: no font is installed, so that no text could be drawn.
    """
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    if offscreen:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["nmr-emg"])
    app.setApplicationDisplayName("nmr-emg")
    app.setStyle("Fusion")
    if not QFontDatabase.families():
        raise ConfigError("no font is installed; on Debian or Ubuntu: sudo apt-get install fonts-dejavu-core")
    return app
