"""Ten scrolling seconds of every channel: the signal, its envelope over it, where it began and ended."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui.letters import fitted, font
from nmr_emg.gui.look import Look, title
from nmr_emg.gui.strip import Ink, Strip
from nmr_emg.gui.theme import Theme


class Traces(QWidget):
    """A lane for each channel, the newest sample at the right.

    Args:
        theme: colours and letters.
        names: what to call each lane.
        seconds: length of a lane.
    """

    def __init__(self, theme: Theme, names: tuple[str, ...], seconds: float) -> None:
        super().__init__()
        self._theme = theme
        self._colours = theme.colours
        self._font = font(theme, 0.85)
        self._names = names
        self._seconds = seconds
        self._strip: Strip | None = None
        self._made_for: object = None
        self._look: Look | None = None
        self.gutter = max(QFontMetrics(self._font).horizontalAdvance(n) for n in (*names, "±2000 µV")) + 14
        self.gutter = min(self.gutter, round(170 * theme.scale))
        self.foot = round(QFontMetrics(self._font).height() * 1.3)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_look(self, look: Look) -> None:
        """Show the newest seconds."""
        if self._look is None or look.trace_tops != self._look.trace_tops:
            self.update()
        self._look = look
        self.update(self.plot())

    def minimumSizeHint(self) -> QSize:
        """Nothing: without room for `least` the board hides it."""
        return QSize(self.gutter + 200, 0)

    @property
    def least(self) -> int:
        """Height below which its lanes can't be read (px)."""
        return len(self._names) * max(12, QFontMetrics(self._font).height() - 2) + self.foot

    def sizeHint(self) -> QSize:
        """Room for the signal's shape."""
        return QSize(800, len(self._names) * 34 + self.foot)

    def plot(self) -> QRect:
        """Where the signal is drawn."""
        return QRect(
            self.gutter, 0, max(1, self.width() - self.gutter - 22), max(1, self.height() - self.foot)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lanes, and the names beside them if they were covered."""
        painter, plot = QPainter(self), self.plot()
        if self._look is None:
            painter.fillRect(plot, QColor(self._colours.panel))
            return
        strip = self._strip_for(self._look, plot)
        strip.write(self._look.traces)
        self._draw_strip(painter, plot, strip)
        self._draw_ticks(painter, plot, strip, self._look)
        self._draw_grid(painter, plot)
        if not plot.contains(event.rect()):
            self._draw_names(painter, plot, self._look)
            self._draw_times(painter, plot)

    def _strip_for(self, look: Look, plot: QRect) -> Strip:
        ratio = self.devicePixelRatioF()
        wanted = (plot.width(), plot.height(), ratio, look.trace_tops, look.info.rate)
        if self._strip is None or wanted != self._made_for:
            width, height = round(plot.width() * ratio), round(plot.height() * ratio)
            per_column = self._seconds * look.info.rate / width
            self._strip = Strip(width, height, per_column, look.trace_tops, self._ink(ratio))
            self._made_for = wanted
        return self._strip

    def _ink(self, ratio: float) -> Ink:
        c = self._colours
        return Ink(_rgb(c.panel), _rgb(c.trace), _rgb(c.envelope), ratio)

    def _draw_strip(self, painter: QPainter, plot: QRect, strip: Strip) -> None:
        seam = strip.end % strip.width
        picture = QImage(strip.pixels.data, strip.width, strip.height, QImage.Format.Format_RGB32)
        share = plot.width() / strip.width
        old = strip.width - seam
        painter.drawImage(
            QRectF(plot.left(), 0, old * share, plot.height()), picture, QRectF(seam, 0, old, strip.height)
        )
        if seam:
            place = QRectF(plot.left() + old * share, 0, seam * share, plot.height())
            painter.drawImage(place, picture, QRectF(0, 0, seam, strip.height))

    def _draw_ticks(self, painter: QPainter, plot: QRect, strip: Strip, look: Look) -> None:
        lane = self._lane(plot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for tick in look.ticks:
            x = plot.right() + round(strip.column(tick.index) * plot.width() / strip.width)
            if not plot.left() <= x <= plot.right():
                continue
            colour = self._colours.reached if tick.onset else self._colours.muted
            style = Qt.PenStyle.SolidLine if tick.onset else Qt.PenStyle.DotLine
            painter.setPen(QPen(QColor(colour), 1, style))
            painter.drawLine(x, round(tick.column * lane) + 2, x, round((tick.column + 1) * lane) - 3)

    def _draw_grid(self, painter: QPainter, plot: QRect) -> None:
        colour = QColor(self._colours.line)
        painter.setPen(QPen(colour, 1))
        for lane in range(1, len(self._names)):
            y = round(lane * self._lane(plot))
            painter.drawLine(plot.left(), y, plot.right(), y)
        colour.setAlpha(90)
        painter.setPen(QPen(colour, 1))
        for second in range(2, int(self._seconds), 2):
            x = round(plot.right() - second / self._seconds * plot.width())
            painter.drawLine(x, 0, x, plot.bottom())

    def _draw_names(self, painter: QPainter, plot: QRect, look: Look) -> None:
        lane, wide = self._lane(plot), self.gutter - 10
        line = QFontMetrics(self._font).height()
        for column, (name, top) in enumerate(zip(self._names, look.trace_tops, strict=True)):
            scale = f"±{top:g} µV"
            both = lane >= 2 * line + 2
            for row, text in enumerate((name, scale) if both else (name,)):
                high = 2 * line if both else line
                y = (column + 0.5) * lane - high / 2 + row * line
                painter.setPen(QColor(self._colours.muted if row else self._colours.text))
                painter.setFont(fitted(self._font, text, wide, round(min(lane, line)) + 2))
                place = QRectF(0, y, wide, line)
                painter.drawText(
                    place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text
                )

    def _draw_times(self, painter: QPainter, plot: QRect) -> None:
        painter.setPen(QColor(self._colours.muted))
        painter.setFont(self._font)
        for second in range(0, int(self._seconds) + 1, 2):
            x = plot.right() - second / self._seconds * plot.width()
            text = "now" if second == 0 else f"−{second} s"
            wide = painter.fontMetrics().horizontalAdvance(text) + 4
            left = min(max(x - wide / 2, plot.left()), self.width() - wide)
            painter.drawText(
                QRectF(left, plot.bottom() + 1, wide, self.foot), int(Qt.AlignmentFlag.AlignCenter), text
            )

    def _lane(self, plot: QRect) -> float:
        strip = self._strip
        if strip is None:
            return plot.height() / max(1, len(self._names))
        return strip.lane * plot.height() / strip.height


def lane_names(look: Look) -> tuple[str, ...]:
    """What each lane of a look is called."""
    return tuple(title(look.info.channels[i]) for i in look.info.emg)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
