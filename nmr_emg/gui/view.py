"""The menu that changes how the window looks."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

SCALES = (1.0, 1.25, 1.5, 2.0)


class View(QPushButton):
    """Theme, size of text, full screen, a closer look. Signals: `theme` (name), `text_scale`, `full_screen`, `closer`.

    Args:
        themes: names to choose from.
        theme: the one in use.
        scale: the size of text in use.
    """

    theme = Signal(str)
    text_scale = Signal(float)
    full_screen = Signal()
    closer = Signal()

    def __init__(
        self, themes: Iterable[str], theme: str, scale: float, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setText("View")
        self.setAutoDefault(False)
        self.setToolTip("Colours, size of text, full screen, a closer look")
        menu = QMenu(self)
        group = QActionGroup(menu)
        for name in themes:
            action = self._choice(menu, group, name, chosen=name == theme)
            action.triggered.connect(lambda _=False, name=name: self.theme.emit(name))
        menu.addSeparator()
        group = QActionGroup(menu)
        for size in SCALES:
            action = self._choice(menu, group, f"text {size * 100:g} %", chosen=size == scale)
            action.triggered.connect(lambda _=False, size=size: self.text_scale.emit(size))
        menu.addSeparator()
        menu.addAction("look closer at the traces …").triggered.connect(self.closer)
        full = menu.addAction("full screen")
        full.setShortcut(QKeySequence("F11"))
        full.triggered.connect(self.full_screen)
        self.setMenu(menu)

    @staticmethod
    def _choice(menu: QMenu, group: QActionGroup, text: str, *, chosen: bool) -> QAction:
        action = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(chosen)
        group.addAction(action)
        return action
