from itertools import pairwise

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from nmr_emg.gui.badge import Badge
from nmr_emg.gui.bar import Bar
from nmr_emg.gui.closing import wants_to_close
from nmr_emg.gui.controls import Controls
from nmr_emg.gui.flow import Flow
from nmr_emg.gui.look import Needle, Reading
from nmr_emg.gui.needle import NeedleView
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.theme import theme

DARK = theme("dark")


def painted(widget, x, y):
    return QColor(widget.grab().toImage().pixel(round(x), round(y))).name().upper()


@pytest.fixture
def bar(qtbot):
    made = Bar(DARK)
    qtbot.addWidget(made)
    made.resize(120, 320)
    return made


@pytest.mark.parametrize(
    ("reading", "colour"),
    [
        (Reading("a", unit="%", top=150, value=90.0, goal=100.0), DARK.colours.bar),
        (Reading("a", unit="%", top=150, value=120.0, goal=100.0), DARK.colours.reached),
    ],
)
def test_a_bar_is_painted_up_to_its_value(bar, reading, colour):
    bar.show_reading(reading)
    x = bar.place().left() + 12
    assert painted(bar, x, bar.height_of(reading.value) + 4) == colour.upper()
    assert painted(bar, x, bar.height_of(reading.value) - 5) == DARK.colours.well.upper()


def test_a_bar_in_doubt_is_hatched(bar):
    bar.show_reading(Reading("a", unit="%", top=150, value=140.0, goal=60.0, quality=2))
    place = bar.place()
    image = bar.grab().toImage()
    row = round(place.bottom() - 60)
    seen = {
        QColor(image.pixel(x, row)).name() for x in range(round(place.left()) + 10, round(place.right()) - 10)
    }
    assert len(seen) > 1
    assert DARK.colours.reached.lower() not in seen


def test_the_goal_line_is_dashed_and_labelled(bar):
    bar.show_reading(Reading("a", unit="%", top=150, value=0.0, goal=60.0))
    place, image = bar.place(), bar.grab().toImage()
    y = round(bar.height_of(60))
    line = [
        QColor(image.pixel(x, y)).name().upper() for x in range(round(place.left()), round(place.right()))
    ]
    assert DARK.colours.goal in line
    assert sum(a != b for a, b in pairwise(line)) >= 8
    flag = [QColor(image.pixel(round(place.right()) - 6, row)).name().upper() for row in range(y - 20, y - 5)]
    assert DARK.colours.goal in flag


def test_the_peak_line_stands_over_the_bar(bar):
    bar.show_reading(Reading("a", unit="%", top=150, value=30.0, peak=120.0))
    assert painted(bar, bar.place().left() + 20, bar.height_of(120)) == DARK.colours.peak


@pytest.mark.parametrize(
    ("reading", "word"),
    [
        (Reading("a", value=1.0), "ok"),
        (Reading("a", value=1.0, quality=1, reasons=("mains hum",)), "check"),
        (Reading("a", value=1.0, quality=2, reasons=("clipped", "noisy")), "bad"),
        (Reading("a", value=1.0, settling=True), "settling"),
        (Reading("a"), "no signal"),
    ],
)
def test_badges_differ_by_word_and_by_shape(qtbot, reading, word):
    badges = []
    for shown in (Reading("z", value=2.0, quality=0), reading):
        badge = Badge(DARK)
        qtbot.addWidget(badge)
        badge.resize(120, 24)
        badge.show_reading(shown)
        badges.append(badge)
    assert badges[1].word == word
    assert all(reason in badges[1].toolTip() for reason in reading.reasons)
    assert (badges[0].grab().toImage() == badges[1].grab().toImage()) is (word == "ok")


@pytest.mark.parametrize(("direction", "side"), [(1.0, -1), (-1.0, 1), (0.0, 0)])
def test_the_needle_leans_towards_the_muscle_that_works_more(qtbot, direction, side):
    view = NeedleView(DARK)
    qtbot.addWidget(view)
    view.resize(600, 60)
    view.show_needle(Needle("left one", "right one", direction))
    image, track = view.grab().toImage(), view.track()
    y = round(track.bottom() + 3)
    accent = QColor(DARK.colours.accent).rgb()
    hits = [x for x in range(view.width()) if image.pixel(x, y) == accent]
    middle = sum(hits) / len(hits) - track.center().x()
    assert middle == pytest.approx(side * track.width() / 2, abs=3)


def test_without_activity_there_is_no_needle(qtbot):
    view = NeedleView(DARK)
    qtbot.addWidget(view)
    view.resize(600, 60)
    view.show_needle(Needle("a", "b", None))
    image = view.grab().toImage()
    accent = QColor(DARK.colours.accent).rgb()
    assert not any(image.pixel(x, round(view.track().bottom() + 3)) == accent for x in range(view.width()))
    assert "too little activity" in view.accessibleName()


def test_buttons_flow_into_as_many_rows_as_they_need(qtbot):
    controls = Controls(DARK, Screen())
    qtbot.addWidget(controls)
    controls.show_devices(["simulator"])
    controls.show()
    heights = {}
    for width in (2000, 700, 400):
        controls.resize(width, controls.height())
        QApplication.processEvents()
        heights[width] = controls.height()
        for button in controls.findChildren(QPushButton):
            assert controls.rect().contains(button.geometry()), (width, button.text())
    assert heights[2000] < heights[700] < heights[400]


def test_a_hidden_widget_takes_no_room(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    flow = Flow(parent)
    buttons = [QPushButton(str(n)) for n in range(3)]
    for button in buttons:
        flow.addWidget(button)
    buttons[1].hide()
    parent.resize(800, 60)
    parent.show()
    assert buttons[2].x() - buttons[0].geometry().right() < 20
    assert flow.takeAt(0).widget() is buttons[0]
    assert flow.count() == 2


@pytest.mark.parametrize(("word", "answer"), [("Stop and close", True), ("Keep recording", False)])
def test_the_question_before_closing(qtbot, word, answer):
    parent = QWidget()
    qtbot.addWidget(parent)

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert "a.h5" in box.informativeText()
        assert box.defaultButton().text() == "Keep recording"
        next(b for b in box.buttons() if b.text() == word).click()

    QTimer.singleShot(50, press)
    assert wants_to_close(parent, "a.h5") is answer
