"""Shapes that say without colour what colours say: a tick, a disc, a triangle, a square."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

Points = tuple[tuple[float, float], ...]

_TRIANGLE: Points = ((0.5, 0.06), (0.98, 0.92), (0.02, 0.92))
_TICK: Points = ((0.18, 0.55), (0.42, 0.78), (0.84, 0.26))


def _in(place: QRectF, points: Points) -> QPolygonF:
    return QPolygonF(
        [QPointF(place.x() + x * place.width(), place.y() + y * place.height()) for x, y in points]
    )


def disc(painter: QPainter, place: QRectF, colour: str, *, filled: bool = True) -> None:
    """A disc, or a ring."""
    _brush(painter, colour, place.width(), filled=filled)
    inset = 0.0 if filled else place.width() * 0.08
    painter.drawEllipse(place.adjusted(inset, inset, -inset, -inset))


def triangle(painter: QPainter, place: QRectF, colour: str) -> None:
    """A triangle that points up."""
    _brush(painter, colour, place.width())
    painter.drawPolygon(_in(place, _TRIANGLE))


def square(painter: QPainter, place: QRectF, colour: str) -> None:
    """A square."""
    _brush(painter, colour, place.width())
    inset = place.width() * 0.08
    painter.drawRect(place.adjusted(inset, inset, -inset, -inset))


def tick(painter: QPainter, place: QRectF, colour: str) -> None:
    """A ✓."""
    pen = QPen(QColor(colour), place.width() * 0.15, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.drawPolyline(_in(place, _TICK))


def quality(painter: QPainter, place: QRectF, state: int, colours: tuple[str, str, str]) -> None:
    """The mark of a signal's quality: disc, triangle, square for 0, 1, 2."""
    (disc, triangle, square)[state](painter, place, colours[state])


def _brush(painter: QPainter, colour: str, size: float, *, filled: bool = True) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen if filled else QPen(QColor(colour), size * 0.14))
    painter.setBrush(QColor(colour) if filled else Qt.BrushStyle.NoBrush)
