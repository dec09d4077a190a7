"""The badge of a signal's quality: shape, word and colour."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui import marks
from nmr_emg.gui.letters import fitted, font
from nmr_emg.gui.look import QUALITIES, Reading
from nmr_emg.gui.theme import Theme


class Badge(QWidget):
    """● ok, ▲ check, ■ bad, or ○ settling; the tooltip holds the reasons."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._colours = theme.colours
        self._font = font(theme, 1.05, bold=True)
        self._reading = Reading("")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_reading(self, reading: Reading) -> None:
        """Show a reading's quality."""
        if _what(reading) != _what(self._reading):
            self._reading = reading
            self.setToolTip("\n".join(reading.reasons) or f"signal: {self.word}")
            self.setAccessibleName(f"{reading.name} signal {self.word}")
            self.update()

    @property
    def word(self) -> str:
        """What it says."""
        return self._reading.word

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(60, round(self._font.pixelSize() * 1.5))

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (Qt's signature)
        """Draw shape and word side by side, in the middle."""
        painter = QPainter(self)
        size = round(self._font.pixelSize() * 0.9)
        letters = fitted(self._font, self.word, self.width() - size - 6, self.height())
        wide = QFontMetrics(letters).horizontalAdvance(self.word)
        left = max(0, (self.width() - wide - size - 6) // 2)
        place = QRectF(left, (self.height() - size) / 2, size, size)
        if self.word in QUALITIES:
            c = self._colours
            marks.quality(painter, place, self._reading.quality, (c.ok, c.warn, c.bad))
        else:
            marks.disc(painter, place, self._colours.doubt, filled=False)
        painter.setPen(QColor(self._colours.text))
        painter.setFont(letters)
        rest = self.rect().adjusted(left + size + 6, 0, 0, 0)
        painter.drawText(rest, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.word)


def _what(reading: Reading) -> tuple[object, ...]:
    return reading.quality, reading.settling, reading.reasons, reading.value is None, reading.name
