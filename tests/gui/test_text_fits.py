import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from dataclasses import replace

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from nmr_emg.gui.badge import Badge
from nmr_emg.gui.face import Face
from nmr_emg.gui.fitlabel import FitLabel
from nmr_emg.gui.letters import SMALLEST, fits, fitted
from nmr_emg.gui.look import Needle, Reading
from nmr_emg.gui.nameplate import Nameplate
from nmr_emg.gui.number import Number
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.tape import Tape
from nmr_emg.gui.theme import theme, themes

LAYOUTS = [
    (channels, scale, size)
    for channels in (1, 2, 4, 8)
    for scale, size in ((1.0, (1280, 800)), (1.0, (1024, 768)), (1.5, (1280, 800)), (1.5, (1920, 1080)))
]


@pytest.fixture
def face(request, fake, qtbot, tmp_path):
    channels, scale, size = request.param
    pairs = (
        ("gluteus maximus left", "gluteus maximus right"),
        ("vastus medialis oblique left", "vastus lateralis left"),
    )
    look = fake.watch(channels, pairs=pairs).look()
    look = replace(look, needles=(*look.needles[:1], Needle(*pairs[1])))
    made = Face(theme("dark").scaled(scale), themes(), Screen())
    qtbot.addWidget(made)
    made.resize(*size)
    made.pose(look)
    made.cue.say("vastus medialis oblique left: no signal: the lead is off; press the electrode and its clip")
    made.status.show_tape(Tape(tmp_path / "2025-03-01_14-05-09.h5", None, 250))
    made.show()
    QApplication.processEvents()
    assert (made.width(), made.height()) == size, "it does not fit onto its screen"
    return made


def visible(face, kind):
    return [child for child in face.findChildren(kind) if child.isVisible()]


@pytest.mark.parametrize("face", LAYOUTS, indirect=True)
def test_nothing_is_cut_off(face):
    everywhere = face.rect()
    for button in visible(face, QPushButton):
        assert button.width() >= button.sizeHint().width(), button.text()
        assert button.height() >= button.sizeHint().height(), button.text()
    for label in visible(face, QLabel):
        flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
        metrics = QFontMetrics(label.font())
        needed = metrics.boundingRect(QRect(0, 0, label.width(), 9999), int(flags), label.text())
        assert needed.height() <= label.height() + 1, label.text()
        assert needed.width() <= label.width(), label.text()
    for label in visible(face, FitLabel):
        letters = fitted(label._font, label.text, label.width(), label.height())
        assert fits(letters, label.text, label.width(), label.height()), label.text
    for child in face.children():
        if child.isWidgetType() and child.isVisible():
            assert everywhere.contains(child.geometry()), child


@pytest.mark.parametrize("face", LAYOUTS, indirect=True)
def test_names_and_badges_fit(face):
    for muscle in face.board.bars.muscles:
        plate, name = muscle.nameplate, muscle.nameplate._reading.name
        place = plate.name_place()
        letters = fitted(plate._name, name, place.width(), place.height())
        assert fits(letters, name, place.width(), place.height())
        assert letters.pixelSize() > SMALLEST, "too small to be read"
        assert plate.height() >= plate.sizeHint().height()
        assert muscle.badge.height() >= muscle.badge.sizeHint().height()


@pytest.mark.parametrize("face", LAYOUTS, indirect=True)
def test_numbers_can_be_read_from_two_metres_and_bars_are_big(face):
    number = face.board.bars.muscles[0].number
    digits = QFontMetrics(number.letters)
    assert digits.horizontalAdvance("888") < number.width()
    if face.width() >= 1280:
        assert digits.tightBoundingRect("0").height() >= 40
    for muscle in face.board.bars.muscles:
        assert muscle.bar.place().height() >= 120


@pytest.mark.parametrize("face", [(8, 1.0, (1280, 800))], indirect=True)
def test_rows_are_aligned(face):
    muscles = face.board.bars.muscles
    for part in ("number", "bar", "badge", "nameplate"):
        assert len({getattr(m, part).geometry().top() for m in muscles}) == 1
        assert len({getattr(m, part).geometry().height() for m in muscles}) == 1
    ruler = face.board.bars.ruler.geometry()
    assert (ruler.top(), ruler.height()) == (
        muscles[0].bar.geometry().top(),
        muscles[0].bar.geometry().height(),
    )


@pytest.mark.parametrize(
    ("face", "shown"), [((8, 1.0, (1280, 800)), True), ((8, 1.5, (1280, 800)), False)], indirect=["face"]
)
def test_the_traces_give_way_to_the_bars(face, shown):
    assert face.board.traces.isVisible() is shown


def test_a_long_number_becomes_smaller_not_cut(qtbot, fake):
    number = Number(theme("dark"))
    qtbot.addWidget(number)
    number.resize(120, 80)
    number.show_reading(Reading("a", unit="µV", number=12345.0))
    assert number.text == ">999 µV"
    letters = number.letters
    assert QFontMetrics(letters).horizontalAdvance(">999") < 120


def ink_at_the_edges(widget):
    image = widget.grab().toImage()
    paper = image.pixel(0, 0)
    right, bottom = image.width() - 1, image.height() - 1
    edges = [(0, y) for y in range(bottom)] + [(right, y) for y in range(bottom)]
    edges += [(x, 0) for x in range(right)] + [(x, bottom) for x in range(right)]
    return sum(image.pixel(x, y) != paper for x, y in edges)


@pytest.mark.parametrize("kind", [FitLabel, Nameplate, Badge])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_long_words_are_painted_inside_their_place(qtbot, kind, scale):
    widget = kind(theme("dark").scaled(scale))
    qtbot.addWidget(widget)
    widget.resize(130, widget.sizeHint().height())
    if kind is FitLabel:
        widget.say("sternocleidomastoid muscle on both sides")
    else:
        widget.show_reading(Reading("sternocleidomastoid longissimus", "right", value=1.0, settling=True))
    assert ink_at_the_edges(widget) == 0
    blank = kind(theme("dark").scaled(scale))
    qtbot.addWidget(blank)
    blank.resize(widget.size())
    assert widget.grab().toImage() != blank.grab().toImage()
