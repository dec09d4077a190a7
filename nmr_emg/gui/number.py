"""The big number over a bar, to be read from two metres."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui.letters import sized
from nmr_emg.gui.look import Reading
from nmr_emg.gui.theme import Theme

UNIT = 0.42
"""Height of the unit's letters over that of the digits."""

SMALLEST = 58
"""Height of the letters at an ordinary text size (px); the digits themselves are about 0.73 of it."""


class Number(QWidget):
    """Up to three digits and a unit, as large as there is room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._reading = Reading("")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_reading(self, reading: Reading) -> None:
        """Show a reading's number."""
        if self._what(reading) != self._what(self._reading):
            self._reading = reading
            self.setAccessibleName(f"{reading.digits} {reading.unit}")
            self.update()

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._reading.digits} {self._reading.unit}"

    @property
    def letters(self) -> QFont:
        """The font of its digits: the same for one, two or three of them, so that nothing jumps."""
        widest = max("888", self._reading.digits, key=len)
        pixels = max(12, int(self.height() * 0.92))
        while pixels > 12 and self._width(pixels, widest) > self.width():
            pixels -= 1
        return sized(self._theme, pixels, bold=True)

    def sizeHint(self) -> QSize:
        """Room for digits that can be read from two metres."""
        return QSize(60, round(SMALLEST * 1.12))

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (Qt's signature)
        """Draw digits and unit on one line, in the middle."""
        painter, digits = QPainter(self), self.letters
        unit = sized(self._theme, round(digits.pixelSize() * UNIT), bold=True)
        wide, gap = (
            QFontMetrics(digits).horizontalAdvance(self._reading.digits),
            self._gap(digits.pixelSize()),
        )
        left = (self.width() - wide - gap - QFontMetrics(unit).horizontalAdvance(self._reading.unit)) // 2
        base = (self.height() + QFontMetrics(digits).capHeight()) // 2
        colours = self._theme.colours
        painter.setPen(QColor(colours.text if self._reading.trusted else colours.muted))
        painter.setFont(digits)
        painter.drawText(left, base, self._reading.digits)
        painter.setPen(QColor(colours.muted))
        painter.setFont(unit)
        painter.drawText(left + wide + gap, base, self._reading.unit)

    def _width(self, pixels: int, digits: str) -> int:
        big = QFontMetrics(sized(self._theme, pixels, bold=True)).horizontalAdvance(digits)
        small = sized(self._theme, round(pixels * UNIT), bold=True)
        return big + self._gap(pixels) + QFontMetrics(small).horizontalAdvance(self._reading.unit)

    @staticmethod
    def _gap(pixels: int) -> int:
        return round(pixels * 0.08)

    @staticmethod
    def _what(reading: Reading) -> tuple[str, str, bool]:
        return reading.digits, reading.unit, reading.trusted
