"""The scale that all bars share, at their left."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui.bar import MARGIN, ticks
from nmr_emg.gui.letters import font
from nmr_emg.gui.theme import Theme


class Ruler(QWidget):
    """Numbers beside the bars' lines."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._colours = theme.colours
        self._font = font(theme, 0.9)
        self._top = 150.0
        self._unit = "%"
        wide = QFontMetrics(self._font).horizontalAdvance("2000 µV")
        self.setFixedWidth(wide + 8)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_scale(self, top: float, unit: str) -> None:
        """Show a scale from 0 to `top`."""
        if (top, unit) != (self._top, self._unit):
            self._top, self._unit = top, unit
            self.update()

    def minimumSizeHint(self) -> QSize:
        """As wide as its numbers."""
        return QSize(self.width(), 110)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (Qt's signature)
        """Draw the numbers."""
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(QColor(self._colours.muted))
        high, reach = painter.fontMetrics().height(), self.height() - 2 * MARGIN
        for value in ticks(self._top):
            y = MARGIN + reach * (1 - value / self._top)
            y = min(max(y, high / 2), self.height() - high / 2)
            unit = f" {self._unit}" if value == self._top else ""
            place = QRectF(0, y - high / 2, self.width() - 8, high)
            painter.drawText(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:g}{unit}"
            )
