"""A line of text that becomes smaller rather than cut off."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nmr_emg.gui.letters import fitted, font
from nmr_emg.gui.theme import Theme


class FitLabel(QWidget):
    """Text in the middle of its place, wrapped and made smaller until it fits.

    Args:
        theme: colours and letters.
        times: wished height, in heights of ordinary text.
        lines: lines of that height that its place holds.
        colour: "#rrggbb"; the theme's text colour if empty.
        bold: heavy letters.
    """

    def __init__(
        self, theme: Theme, times: float = 1.0, lines: float = 1.0, *, colour: str = "", bold: bool = False
    ) -> None:
        super().__init__()
        self._font = font(theme, times, bold=bold)
        self._colour = QColor(colour or theme.colours.text)
        self._text = ""
        self._height = round(self._font.pixelSize() * 1.3 * lines)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def say(self, text: str) -> None:
        """Show `text`."""
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.update()

    def sizeHint(self) -> QSize:
        """Its height; the width is whatever there is."""
        return QSize(60, self._height)

    def minimumSizeHint(self) -> QSize:
        """As `sizeHint`."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  (Qt's signature)
        """Draw the text."""
        painter = QPainter(self)
        painter.setFont(fitted(self._font, self._text, self.width(), self.height()))
        painter.setPen(self._colour)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect(), int(flags), self._text)
