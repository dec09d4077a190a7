"""The balance needle of one pair of muscles."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui.letters import WRAPPED, fitted, font
from nmr_emg.gui.look import EVEN, Needle
from nmr_emg.gui.theme import Theme


class NeedleView(QWidget):
    """The pair's first muscle at the left, its second at the right, the needle towards the one that works more."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._colours = theme.colours
        self._font = font(theme, 1.0, bold=True)
        self.needle = Needle("", "")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_needle(self, needle: Needle) -> None:
        """Show a pair."""
        if needle != self.needle:
            self.needle = needle
            self.setAccessibleName(f"balance {needle.first} and {needle.second}: {needle.word}")
            self.update()

    def sizeHint(self) -> QSize:
        """A low strip."""
        return QSize(240, round(self._font.pixelSize() * 3.4))

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def track(self) -> QRectF:
        """Where the needle moves."""
        width, height = self.width() * 0.46, self._font.pixelSize()
        return QRectF((self.width() - width) / 2, self.height() * 0.52, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (Qt's signature)
        """Draw names, track, word and needle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self.track()
        self._write(painter, QRectF(6, 0, track.left() - 18, self.height()), self.needle.first)
        right = track.right() + 12
        self._write(painter, QRectF(right, 0, self.width() - right - 6, self.height()), self.needle.second)
        self._draw_track(painter, track)
        word = QRectF(track.left(), 0, track.width(), track.top() - 2)
        self._write(
            painter, word, self.needle.word, self._colours.muted if self.needle.direction is None else ""
        )
        if self.needle.direction is not None:
            self._draw_needle(painter, track, self.needle.direction)

    def _write(self, painter: QPainter, place: QRectF, text: str, colour: str = "") -> None:
        painter.setPen(QColor(colour or self._colours.text))
        painter.setFont(fitted(self._font, text, int(place.width()), int(place.height())))
        painter.drawText(place.toRect(), int(WRAPPED), text)

    def _draw_track(self, painter: QPainter, track: QRectF) -> None:
        painter.setPen(QPen(QColor(self._colours.line), 1))
        painter.setBrush(QColor(self._colours.well))
        painter.drawRoundedRect(track, 5, 5)
        even = QRectF(0, track.top(), track.width() * EVEN, track.height())
        even.moveCenter(track.center())
        painter.fillRect(even, QColor(self._colours.line))
        x = round(track.center().x())
        painter.setPen(QPen(QColor(self._colours.text), 2))
        painter.drawLine(x, round(track.top()), x, round(track.bottom()))

    def _draw_needle(self, painter: QPainter, track: QRectF, direction: float) -> None:
        x = track.center().x() - max(-1.0, min(1.0, direction)) * track.width() / 2
        high = track.height()
        foot = track.bottom() + high * 0.4
        shape = [QPointF(x, track.top() - 2), QPointF(x - high * 0.8, foot), QPointF(x + high * 0.8, foot)]
        painter.setPen(QPen(QColor(self._colours.background), 2, Qt.PenStyle.SolidLine))
        painter.setBrush(QColor(self._colours.accent))
        painter.drawPolygon(QPolygonF(shape))
