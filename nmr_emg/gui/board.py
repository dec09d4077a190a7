"""What the patient looks at: the bars, the balance, the traces."""

from math import ceil

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from nmr_emg.gui.bars import Bars
from nmr_emg.gui.look import Look
from nmr_emg.gui.needle import NeedleView
from nmr_emg.gui.theme import Theme
from nmr_emg.gui.traces import Traces, lane_names

SIDE_BY_SIDE = 3
"""At most so many needles in a row."""

GAP = 6
"""Between bars, needles and traces (px)."""


class Board(QWidget):
    """Everything that moves. It is built for one stream and one theme, and rebuilt when either changes.

    Args:
        theme: colours and letters.
        look: the first look; how many muscles and pairs there are is taken from it.
        seconds: length of the traces.
    """

    def __init__(self, theme: Theme, look: Look, seconds: float) -> None:
        super().__init__()
        self.bars = Bars(theme, len(look.muscles))
        self._needles: QWidget | None = None
        self.needles = [NeedleView(theme) for _ in look.needles]
        self.traces = Traces(theme, lane_names(look), seconds)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.bars, 5)
        if self.needles:
            self._needles = self._row_of_needles()
            column.addWidget(self._needles)
        column.addWidget(self.traces, 2)
        self.show_look(look)

    def show_look(self, look: Look) -> None:
        """Show a look of the same stream."""
        self.bars.show_readings(look.muscles)
        for view, needle in zip(self.needles, look.needles, strict=True):
            view.show_needle(needle)
        self.traces.show_look(look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the traces out where the bars would become too small."""
        super().resizeEvent(event)
        needles = self._needles.sizeHint().height() + GAP if self._needles else 0
        needed = self.bars.minimumSizeHint().height() + needles + GAP + self.traces.least
        self.traces.setVisible(self.height() >= needed)

    def _row_of_needles(self) -> QWidget:
        row = QWidget()
        grid = QGridLayout(row)
        grid.setContentsMargins(8, 0, 8, 0)
        rows = ceil(len(self.needles) / SIDE_BY_SIDE)
        across = ceil(len(self.needles) / rows)
        for place, view in enumerate(self.needles):
            grid.addWidget(view, place // across, place % across)
        return row
