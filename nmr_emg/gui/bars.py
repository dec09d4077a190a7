"""All muscles side by side on one scale."""

from PySide6.QtWidgets import QGridLayout, QWidget

from nmr_emg.gui.look import Reading
from nmr_emg.gui.muscle import BAR_ROW, Muscle
from nmr_emg.gui.ruler import Ruler
from nmr_emg.gui.theme import Theme


class Bars(QWidget):
    """A column for each muscle, rows aligned.

    Args:
        theme: colours and letters.
        count: how many muscles.
    """

    def __init__(self, theme: Theme, count: int) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(4, 0, 12, 0)
        grid.setHorizontalSpacing(12 if count > 4 else 28)
        grid.setVerticalSpacing(2)
        self.ruler = Ruler(theme)
        grid.addWidget(self.ruler, BAR_ROW, 0)
        self.muscles = [Muscle(theme, grid, column + 1) for column in range(count)]
        for column in range(count):
            grid.setColumnStretch(column + 1, 1)
        grid.setRowStretch(0, 2 if count <= 4 else 0)
        grid.setRowStretch(BAR_ROW, 5)

    def show_readings(self, readings: tuple[Reading, ...]) -> None:
        """Show one reading a muscle."""
        if readings:
            first = next((r for r in readings if r.referenced), readings[0])
            self.ruler.show_scale(first.top, first.unit)
        for muscle, reading in zip(self.muscles, readings, strict=True):
            muscle.show_reading(reading)
