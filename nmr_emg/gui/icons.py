"""Icons drawn on the spot, in the theme's colours."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF

SIZE = 48

_SHAPES = {
    "start": ((0.2, 0.1), (0.9, 0.5), (0.2, 0.9)),
    "stop": ((0.15, 0.15), (0.85, 0.15), (0.85, 0.85), (0.15, 0.85)),
    "marker": ((0.22, 0.05), (0.85, 0.28), (0.32, 0.52), (0.32, 0.95), (0.22, 0.95)),
}


def icon(name: str, colour: str, disabled: str, on: str = "") -> QIcon:
    """The icon "start", "stop", "marker" or "record".

    It takes the colour `disabled` while its button can't be pressed; with `on`, it becomes a stop sign of that colour
    while its button is down.
    """
    made = QIcon(_pixmap(name, colour))
    made.addPixmap(_pixmap(name, disabled), QIcon.Mode.Disabled)
    if on:
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Active):
            made.addPixmap(_pixmap("stop", on), mode, QIcon.State.On)
    return made


def _pixmap(name: str, colour: str) -> QPixmap:
    pixmap = QPixmap(SIZE, SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    if name == "record":
        painter.drawEllipse(QRectF(0.12 * SIZE, 0.12 * SIZE, 0.76 * SIZE, 0.76 * SIZE))
    else:
        painter.drawPolygon(QPolygonF([QPointF(x * SIZE, y * SIZE) for x, y in _SHAPES[name]]))
    painter.end()
    return pixmap
