"""The newest seconds held still, to zoom into and to measure with the mouse."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from nmr_emg.block import Array
from nmr_emg.gui.look import Look
from nmr_emg.gui.theme import Theme
from nmr_emg.gui.traces import lane_names


class Closer(QDialog):
    """One plot a channel, their times linked: wheel to zoom, drag to move, right button for more.

    Args:
        theme: colours.
        look: what to show.
        parent: the window it belongs to.
    """

    def __init__(self, theme: Theme, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A closer look")
        self.resize(1100, 700)
        self._plots = pg.GraphicsLayoutWidget()
        self._plots.setBackground(theme.colours.background)
        column = QVBoxLayout(self)
        column.addWidget(self._plots)
        for row, name in enumerate(lane_names(look)):
            self._add(theme, look, row, name)

    def _add(self, theme: Theme, look: Look, row: int, name: str) -> None:
        plot = self._plots.addPlot(row=row, col=0)
        plot.setLabel("left", name, color=theme.colours.text)
        plot.showGrid(x=True, y=True, alpha=0.25)
        if row:
            plot.setXLink(self._plots.getItem(0, 0))
        for track, colour in (("filtered", theme.colours.trace), ("envelope", theme.colours.envelope)):
            if track in look.traces.tracks:
                seconds, values = line(look, track, row)
                plot.plot(seconds, values, pen=pg.mkPen(colour, width=1), connect="finite")
        if row == len(look.muscles) - 1:
            plot.setLabel("bottom", "time", units="s", color=theme.colours.text)


def line(look: Look, track: str, column: int) -> tuple[Array, Array]:
    """Seconds and values of a trace, with a NaN wherever samples are missing."""
    index = look.traces.index
    gaps = np.flatnonzero(np.diff(index) != 1) + 1
    seconds = np.insert(index.astype(float), gaps, index[gaps] - 0.5) / look.info.rate
    return seconds, np.insert(look.traces.tracks[track][:, column], gaps, np.nan)
