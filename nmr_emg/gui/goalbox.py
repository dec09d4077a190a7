"""Where the goal is typed."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDoubleSpinBox

from nmr_emg.gui.screen import Screen


class GoalBox(QDoubleSpinBox):
    """The goal in % of the reference. It leaves the space bar to the marker, which would else be lost while it is typed in."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.setRange(5, screen.top_percent)
        self.setSingleStep(5)
        self.setDecimals(0)
        self.setSuffix(" %")
        self.setValue(screen.goal_percent)
        self.setKeyboardTracking(False)
        self.setToolTip("Goal line, in % of the reference")

    def event(self, event: QEvent) -> bool:
        """Take every key but the space bar."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            event.ignore()
            return False
        return super().event(event)
