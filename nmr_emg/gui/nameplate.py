"""Muscle and side under a bar, with a dot that is filled while the muscle works."""

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui import marks
from nmr_emg.gui.letters import WRAPPED, fitted, font
from nmr_emg.gui.look import Reading
from nmr_emg.gui.theme import Theme


class Nameplate(QWidget):
    """A muscle's name, its side and the dot."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._colours = theme.colours
        self._name = font(theme, 1.25, bold=True)
        self._side = font(theme, 1.1)
        self._reading = Reading("")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_reading(self, reading: Reading) -> None:
        """Show whose reading it is, and whether the muscle works."""
        if _what(reading) != _what(self._reading):
            self._reading = reading
            working = "active" if reading.active else "at rest"
            self.setAccessibleName(f"{reading.name} {reading.side}, {working}")
            self.setToolTip(f"{reading.name} {reading.side}".strip() + f": {working}")
            self.update()

    def sizeHint(self) -> QSize:
        """Two lines for the name, one for side and dot."""
        return QSize(60, self._name_height + self._side_height)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def name_place(self) -> QRect:
        """Where the name stands."""
        return QRect(0, 0, self.width(), self._name_height)

    @property
    def _name_height(self) -> int:
        return round(self._name.pixelSize() * 2.5)

    @property
    def _side_height(self) -> int:
        return round(self._side.pixelSize() * 1.5)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (Qt's signature)
        """Draw name, side and dot."""
        painter, place = QPainter(self), self.name_place()
        painter.setPen(QColor(self._colours.text))
        painter.setFont(fitted(self._name, self._reading.name, place.width(), place.height()))
        painter.drawText(place, int(WRAPPED), self._reading.name)
        self._draw_side(painter)

    def _draw_side(self, painter: QPainter) -> None:
        size = round(self._side.pixelSize() * 0.9)
        text = self._reading.side
        letters = fitted(self._side, text, self.width() - size - 6, self._side_height)
        painter.setFont(letters)
        wide = painter.fontMetrics().horizontalAdvance(text) + 6 if text else 0
        left, top = (self.width() - size - wide) // 2, self._name_height
        dot = QRectF(left, top + (self._side_height - size) / 2, size, size)
        colour = self._colours.bar if self._reading.active else self._colours.doubt
        painter.setPen(QColor(self._colours.muted))
        painter.drawText(QRect(left + size + 6, top, wide, self._side_height), 0x84, text)
        marks.disc(painter, dot, colour, filled=self._reading.active)


def _what(reading: Reading) -> tuple[object, ...]:
    return reading.name, reading.side, reading.active
