"""Opens the window and stays until it is closed."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from nmr_emg.errors import ConfigError
from nmr_emg.gui.qt import check_display, load
from nmr_emg.gui.services import Services

if TYPE_CHECKING:
    from nmr_emg.gui.look import Look
    from nmr_emg.gui.window import Window


def run(
    services: Services,
    choice: str | None = None,
    *,
    seconds: float | None = None,
    picture: Path | None = None,
    theme: str | None = None,
) -> int:
    """Show the window until it is closed.

    Args:
        services: what the window is handed.
        choice: a device to start at once.
        seconds: close by itself after so much of the stream.
        picture: where to save a picture of the window at its liveliest moment before it closes.
        theme: a name in `gui/theme.toml`.

    Returns:
        0, or 1 when a session failed.

    Raises:
        ConfigError: Qt or a library of the system is missing, or there is no display; the text says what to install.
    """
    load()
    check_display()
    # Qt only once it is known to load.
    from nmr_emg.gui.application import application  # noqa: PLC0415
    from nmr_emg.gui.screen import screen  # noqa: PLC0415
    from nmr_emg.gui.theme import theme as named  # noqa: PLC0415
    from nmr_emg.gui.window import Window  # noqa: PLC0415

    app = application()
    window = Window(services, named(theme), screen())
    timed = _Timed(window, seconds, picture)
    room = window.screen().availableGeometry()
    window.resize(min(1280, room.width()), min(800, room.height()))
    window.show_devices(choice)
    window.show()
    if choice is not None:
        window.start(choice)
    with _closed_by_signals(timed.interrupt):
        app.exec()
    timed.save()
    window.deleteLater()
    return 1 if window.error is not None else 0


@contextmanager
def _closed_by_signals(close: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Call `close` at Ctrl-C or a polite kill."""
    from PySide6.QtCore import QTimer  # noqa: PLC0415

    # Python answers a signal only when it gets a turn, which Qt gives it with every timer.
    turns = QTimer(interval=200)
    turns.timeout.connect(lambda: None)
    turns.start()
    before = {number: signal.signal(number, close) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        turns.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


class _Timed:
    """Closes the window when it is time, and remembers the liveliest moment for the picture."""

    def __init__(self, window: "Window", seconds: float | None, picture: Path | None) -> None:
        self._window = window
        self._seconds = seconds
        self._picture = picture
        self._best: Look | None = None
        window.looked.connect(self._looked)
        if seconds is not None:
            window.ended.connect(window.close)

    def interrupt(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002  (the signature of a handler)
        """Ctrl-C or a polite kill closes the window; a recording is saved without asking."""
        self._window.ask = lambda *_: True
        self._window.close()

    def _looked(self, look: "Look") -> None:
        if self._picture is not None and (self._best is None or look.worth >= self._best.worth):
            self._best = look
        if self._seconds is not None and look.facts.seconds >= self._seconds:
            self._window.close()

    def save(self) -> None:
        if self._picture is None:
            return
        if self._best is not None:
            self._window.face.pose(self._best)
        if not self._window.grab().save(str(self._picture), "PNG"):
            raise ConfigError(f"the picture {self._picture} can't be written; check its folder")
