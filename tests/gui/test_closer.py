import numpy as np
import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
pytest.importorskip("pyqtgraph", exc_type=ImportError)

from nmr_emg.gui.closer import Closer, line
from nmr_emg.gui.theme import theme


def test_a_gap_is_a_hole_in_the_line(fake):
    look = fake.watch(2, seconds=20, gap_at=4000, gap=300).look()
    seconds, values = line(look, "envelope", 1)
    hole = np.flatnonzero(np.isnan(values))
    assert len(hole) == 1
    assert seconds[hole[0] + 1] - seconds[hole[0] - 1] == pytest.approx(301 / 250)
    assert np.diff(seconds).min() > 0


def test_every_channel_has_a_plot_and_their_times_move_together(qtbot, fake):
    dialog = Closer(theme("light"), fake.watch(3, gap_at=1000, gap=50).look())
    qtbot.addWidget(dialog)
    dialog.show()
    first, _, last = (dialog._plots.getItem(row, 0) for row in range(3))
    first.setXRange(2, 3, padding=0)
    assert last.viewRange()[0] == pytest.approx([2, 3])
    assert len(last.listDataItems()) == 2
    assert not dialog.grab().isNull()
