"""The bar of one muscle: how full, the goal, the peak, and whether it may be believed."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui import marks
from nmr_emg.gui.letters import fitted, font
from nmr_emg.gui.look import Reading
from nmr_emg.gui.theme import Theme

WIDEST = 300
"""A bar is no wider than this (px at an ordinary text size)."""

MARGIN = 10
"""Above and below the bar, so that what stands at its ends is not cut off (px)."""


def ticks(top: float) -> tuple[float, ...]:
    """Where a bar's scale has lines: thirds of 150, quarters of anything else.

    >>> ticks(150), ticks(200)
    ((0.0, 50.0, 100.0, 150.0), (0.0, 50.0, 100.0, 150.0, 200.0))
    """
    parts = 3 if round(top) % 150 == 0 else 4
    return tuple(top * part / parts for part in range(parts + 1))


class Bar(QWidget):
    """A bar on a fixed scale."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._colours = theme.colours
        self.reading = Reading("")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def show_reading(self, reading: Reading) -> None:
        """Show a reading."""
        if reading != self.reading:
            self.reading = reading
            self.update()

    def sizeHint(self) -> QSize:
        """Tall."""
        return QSize(60, 200)

    def minimumSizeHint(self) -> QSize:
        """Small enough for a small screen."""
        return QSize(36, 140)

    def place(self) -> QRectF:
        """Where the bar stands."""
        width = min(self.width() - 8, round(WIDEST * self._theme.scale))
        return QRectF((self.width() - width) / 2, MARGIN, width, self.height() - 2 * MARGIN)

    def height_of(self, value: float) -> float:
        """Where a value lies (px from the top)."""
        place = self.place()
        share = min(1.0, max(0.0, value / self.reading.top))
        return place.bottom() - share * place.height()

    def fill_colour(self) -> str:
        """Colour of the filled part."""
        if not self.reading.trusted:
            return self._colours.doubt
        return self._colours.reached if self.reading.reached else self._colours.bar

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (Qt's signature)
        """Draw the bar from back to front."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_well(painter)
        self._draw_fill(painter)
        self._draw_scale(painter)
        self._draw_peak(painter)
        self._draw_goal(painter)
        if self.reading.reached:
            self._draw_tick(painter)

    def _draw_well(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._colours.line), 1))
        painter.setBrush(QColor(self._colours.well))
        painter.drawRoundedRect(self.place(), 6, 6)

    def _draw_fill(self, painter: QPainter) -> None:
        place = self.place()
        outline = QPainterPath()
        outline.addRoundedRect(place, 6, 6)
        full = QRectF(place)
        full.setTop(self.height_of(self.reading.value or 0.0))
        painter.save()
        painter.setClipPath(outline)
        colour = QColor(self.fill_colour())
        if self.reading.trusted:
            painter.fillRect(full, colour)
        else:
            painter.fillRect(full, QBrush(colour, Qt.BrushStyle.BDiagPattern))
            painter.fillRect(QRectF(full.left(), full.top(), full.width(), 3), colour)
        painter.restore()

    def _draw_scale(self, painter: QPainter) -> None:
        place = self.place()
        for value in ticks(self.reading.top)[1:-1]:
            whole = self.reading.referenced and round(value) == 100
            painter.setPen(QPen(QColor(self._colours.muted if whole else self._colours.line), 1))
            y = round(self.height_of(value))
            painter.drawLine(round(place.left()), y, round(place.right()), y)

    def _draw_peak(self, painter: QPainter) -> None:
        if self.reading.peak is None or not self.reading.trusted:
            return
        place, y = self.place(), self.height_of(self.reading.peak)
        painter.fillRect(QRectF(place.left(), y - 2, place.width(), 4), QColor(self._colours.peak))

    def _draw_goal(self, painter: QPainter) -> None:
        if self.reading.goal is None:
            return
        place, y = self.place(), round(self.height_of(self.reading.goal))
        pen = QPen(QColor(self._colours.background), 5)
        painter.setPen(pen)
        painter.drawLine(round(place.left()), y, round(place.right()), y)
        pen = QPen(QColor(self._colours.goal), 3, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.drawLine(round(place.left()) - 4, y, round(place.right()) + 4, y)
        self._draw_goal_label(painter, y)

    def _draw_goal_label(self, painter: QPainter, y: int) -> None:
        place, text = self.place(), f"goal {self.reading.goal:.0f}"
        letters = fitted(font(self._theme, 0.95, bold=True), text, round(place.width()) - 12, 40)
        painter.setFont(letters)
        wide = painter.fontMetrics().horizontalAdvance(text) + 12
        high = painter.fontMetrics().height() + 2
        top = y - high - 3 if y - high - 3 > place.top() else y + 3
        label = QRectF(place.right() - wide, top, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.goal))
        painter.drawRoundedRect(label, 4, 4)
        painter.setPen(QColor(self._colours.background))
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_tick(self, painter: QPainter) -> None:
        place = self.place()
        size = min(64.0 * self._theme.scale, place.width() * 0.6, place.height() * 0.25)
        middle = QRectF(place.center().x() - size / 2, place.bottom() - size - 10, size, size)
        marks.disc(painter, middle, self._colours.background)
        inset = size * 0.16
        marks.tick(painter, middle.adjusted(inset, inset, -inset, -inset), self._colours.reached)
