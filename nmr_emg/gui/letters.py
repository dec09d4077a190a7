"""Fonts, and text made to fit where it stands: nothing is cut off."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics

from nmr_emg.gui.theme import Theme

SMALLEST = 9
"""Height below which text is not made smaller (px)."""

WRAPPED = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


def font(theme: Theme, times: float = 1.0, *, bold: bool = False) -> QFont:
    """A font `times` as large as ordinary text."""
    return sized(theme, theme.px(times), bold=bold)


def sized(theme: Theme, pixels: int, *, bold: bool = False) -> QFont:
    """A font of `pixels` height."""
    made = QFont()
    made.setFamilies(list(theme.fonts))
    made.setPixelSize(max(SMALLEST, pixels))
    made.setBold(bold)
    return made


def fitted(font: QFont, text: str, width: int, height: int) -> QFont:
    """The font, or a smaller one in which `text`, wrapped between words, fits into `width` × `height`."""
    made = QFont(font)
    for pixels in range(font.pixelSize(), SMALLEST - 1, -1):
        made.setPixelSize(pixels)
        if fits(made, text, width, height):
            break
    return made


def fits(font: QFont, text: str, width: int, height: int) -> bool:
    """Whether `text`, wrapped between words, fits into `width` × `height`."""
    needed = QFontMetrics(font).boundingRect(QRect(0, 0, width, 10_000), int(WRAPPED), text)
    return needed.width() <= width and needed.height() <= height
