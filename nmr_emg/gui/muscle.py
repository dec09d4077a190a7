"""Everything the board shows of one muscle, from the number down to the name."""

from PySide6.QtWidgets import QGridLayout

from nmr_emg.gui.badge import Badge
from nmr_emg.gui.bar import Bar
from nmr_emg.gui.fitlabel import FitLabel
from nmr_emg.gui.look import Reading
from nmr_emg.gui.nameplate import Nameplate
from nmr_emg.gui.number import Number
from nmr_emg.gui.theme import Theme

BAR_ROW = 2


class Muscle:
    """Number, caption, bar, badge and name in one column of a grid."""

    def __init__(self, theme: Theme, grid: QGridLayout, column: int) -> None:
        self.number = Number(theme)
        self.caption = FitLabel(theme, 0.9, 1.4, colour=theme.colours.muted)
        self.bar = Bar(theme)
        self.badge = Badge(theme)
        self.nameplate = Nameplate(theme)
        for row, widget in enumerate((self.number, self.caption, self.bar, self.badge, self.nameplate)):
            grid.addWidget(widget, row, column)

    def show_reading(self, reading: Reading) -> None:
        """Show a reading."""
        self.number.show_reading(reading)
        self.caption.say(reading.caption)
        self.bar.show_reading(reading)
        self.badge.show_reading(reading)
        self.nameplate.show_reading(reading)
