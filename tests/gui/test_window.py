import threading
import time

import numpy as np
import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nmr_emg.errors import ConfigError, DeviceLost, RecordingError
from nmr_emg.event import Event
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.theme import theme
from nmr_emg.gui.window import Window
from nmr_emg.session import Session
from nmr_emg.stage import Chain
from nmr_emg.testing import Scripted

QUICK = Screen(trial_seconds=0.5)


@pytest.fixture
def open_window(qtbot):
    """Opens windows on a world; they are closed at the end."""

    def opening(world, screen=QUICK):
        window = Window(world.services, theme("dark"), screen)
        window.ask = lambda *_: True
        window.resize(1280, 800)
        window.show()
        qtbot.addWidget(window)
        return window

    return opening


@pytest.fixture
def running(open_window, steady, qtbot):
    """A window whose session runs, and its world."""
    window = open_window(steady)
    window.start("simulator")
    qtbot.waitUntil(lambda: window.face.look is not None and window.face.look.begun)
    return window, steady


def readings(window):
    return window.face.look.muscles


def reference(window, qtbot, value=None):
    window.measure("reference")
    qtbot.waitUntil(lambda: readings(window)[0].referenced)


def told(world):
    """Input events that a recording holds."""
    return [(e.kind, dict(e.data)) for e in world.recorded[-1].events if e.is_input]


def test_start_shows_samples_and_stop_ends_the_session(running, qtbot):
    window, world = running
    buttons = window.face.controls
    qtbot.waitUntil(lambda: readings(window)[0].value == 80)
    assert buttons.start.text() == "Stop"
    buttons.start.click()
    qtbot.waitUntil(lambda: buttons.start.text() == "Start")
    assert not world.sessions[0].running
    assert "ended" in window.face.cue.text
    assert not buttons.mark.isEnabled()
    buttons.start.click()
    qtbot.waitUntil(lambda: len(world.sessions) == 2 and world.sessions[1].running)


def test_the_window_does_not_freeze_while_a_board_is_slow_to_answer(open_window, steady, qtbot):
    answer, build = threading.Event(), steady.build
    steady.build = lambda choice: answer.wait(5) and build(choice)
    window = open_window(steady)
    began = time.monotonic()
    window.start("simulator")
    assert time.monotonic() - began < 0.5
    assert "Connecting to simulator" in window.face.cue.text
    window.stop()
    answer.set()
    qtbot.waitUntil(lambda: len(steady.sessions) == 1)
    qtbot.waitUntil(lambda: steady.sessions[0].driver._driver.closed)
    assert window.face.controls.start.text() == "Start"


def test_without_a_reference_then_with_half_of_it(open_window, fake, tmp_path, qtbot):
    level = np.full((250 * 60, 2), 40.0)
    world = fake.World(
        tmp_path, lambda choice: fake.paced(fake.stream(2), level, fake.Tracks(), events=changes)
    )
    from nmr_emg.event import Event

    values = {"ch1": 80.0, "ch2": 20.0}
    changes = [Event("reference", 250, data={"values": values})]
    window = open_window(world)
    window.start("simulator")
    qtbot.waitUntil(lambda: window.face.look is not None and window.face.look.begun)
    first, _ = window.face.board.bars.muscles
    assert first.number.text == "40 µV"
    assert first.caption.text == "µV · no reference yet"
    assert first.bar.reading.top == 200
    qtbot.waitUntil(lambda: readings(window)[0].referenced)
    qtbot.waitUntil(lambda: first.number.text == "50 %")
    place = first.bar.place()
    assert first.bar.height_of(50) == pytest.approx(place.bottom() - place.height() / 3)
    assert first.bar.height_of(40) < first.bar.height_of(0)
    second = window.face.board.bars.muscles[1]
    qtbot.waitUntil(lambda: second.number.text == "200 %")
    assert second.bar.height_of(200) == pytest.approx(place.top())


def test_reaching_the_goal_changes_colour_and_the_goal_line_moves(running, qtbot):
    window, _ = running
    reference(window, qtbot)
    bar = window.face.board.bars.muscles[0].bar
    qtbot.waitUntil(lambda: bar.reading.reached)
    assert bar.fill_colour() == theme("dark").colours.reached
    low = bar.height_of(bar.reading.goal)
    window.face.controls.goal_box.setValue(120)
    qtbot.waitUntil(lambda: bar.reading.goal == 120)
    assert bar.height_of(bar.reading.goal) < low
    assert not bar.reading.reached
    assert bar.fill_colour() == theme("dark").colours.bar


def test_rest_and_reference_count_down_and_answer(running, qtbot):
    window, _ = running
    buttons = window.face.controls
    buttons.rest.click()
    qtbot.waitUntil(lambda: window.face.cue.text.startswith("Relax"))
    assert window.face.cue.text.endswith("1")
    assert not buttons.reference.isEnabled()
    assert not buttons.record.isEnabled()
    qtbot.waitUntil(lambda: window.face.cue.text == "Rest measured")
    assert buttons.reference.isEnabled()
    buttons.reference.click()
    qtbot.waitUntil(lambda: window.face.cue.text == "Reference measured")
    assert readings(window)[0].referenced


def test_a_recording_is_told_what_the_session_knew(running, qtbot):
    window, world = running
    reference(window, qtbot)
    window.face.controls.goal_box.setValue(75)
    qtbot.waitUntil(lambda: readings(window)[0].goal == 75)
    window.face.controls.record.click()
    qtbot.waitUntil(lambda: bool(world.recorded) and len(world.recorded[0].blocks) > 5)
    assert "REC" in window.face.status.text
    assert readings(window)[0].referenced
    window.face.controls.record.click()
    qtbot.waitUntil(lambda: world.recorded[0].closed)
    assert "REC" not in window.face.status.text
    kinds = dict(told(world))
    assert kinds["reference"]["values"] == {"ch1": 80.0, "ch2": 80.0}
    assert kinds["goal"] == {"value": 75, "by_hand": True}
    assert world.sessions[0].running
    recorded = world.recorded[0]
    assert np.nanmax(np.abs(recorded.track("percent")[20:] - 100)) < 1e-9


def test_a_recording_can_be_stopped_before_its_first_sample(running, qtbot):
    window, world = running
    window.record(on=True)
    window.record(on=False)
    qtbot.waitUntil(lambda: world.recorded[0].closed)
    qtbot.wait(100)
    assert world.sessions[0].running
    assert window.face.banner.text == ""


def test_stopping_the_session_closes_the_recording(running, qtbot):
    window, world = running
    window.face.controls.record.click()
    window.face.controls.start.click()
    qtbot.waitUntil(lambda: world.recorded[0].closed)
    qtbot.waitUntil(lambda: not window.face.controls.record.isChecked())


def test_a_recording_that_cannot_be_opened_is_said_and_the_session_goes_on(running, qtbot):
    window, world = running

    def refuse(path, session):
        raise RecordingError(f"{path}: no space left; free some or choose another folder")

    world.record = refuse
    object.__setattr__(window._services, "recorder", refuse)
    window.face.controls.record.click()
    assert "no space left" in window.face.banner.text
    assert not window.face.controls.record.isChecked()
    assert world.sessions[0].running


@pytest.mark.parametrize("focus", ["none", "start", "goal", "record"])
def test_the_space_bar_puts_a_marker(running, qtbot, focus):
    window, world = running
    window.record(on=True)
    buttons = window.face.controls
    place = {"none": window, "start": buttons.start, "goal": buttons.goal_box, "record": buttons.record}[
        focus
    ]
    window.activateWindow()
    place.setFocus()
    QTest.keyClick(place, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: ("marker", {"text": "marker"}) in told(world))
    assert buttons.start.text() == "Stop"
    assert buttons.record.isChecked()


def test_a_marker_says_the_note_and_a_note_may_hold_spaces(running, qtbot):
    window, world = running
    window.record(on=True)
    buttons = window.face.controls
    buttons.note.setFocus()
    QTest.keyClicks(buttons.note, "second try")
    buttons.mark.click()
    qtbot.waitUntil(lambda: ("marker", {"text": "second try"}) in told(world))
    assert [k for k, _ in told(world)].count("marker") == 1
    assert buttons.note.text() == ""


def test_a_lost_board_is_said_in_plain_words_and_can_be_tried_again(open_window, fake, tmp_path, qtbot):
    script = [*fake.blocks(np.full((50, 2), 80.0)), DeviceLost("the board is gone; plug it in")]
    sessions = [lambda: Session(Scripted(fake.stream(2), script), fake.Tracks())]
    sessions.append(lambda: fake.paced(fake.stream(2), np.full((9000, 2), 80.0), fake.Tracks()))
    world = fake.World(tmp_path, lambda choice: sessions.pop(0)())
    window = open_window(world)
    window.start("simulator")
    qtbot.waitUntil(lambda: bool(window.face.banner.text))
    assert window.face.banner.text == "the board is gone; plug it in"
    assert "Traceback" not in window.face.banner.text
    assert isinstance(window.error, DeviceLost)
    assert readings(window)[0].digits == "–", "a bar that stands still must not look alive"
    assert len(window.face.look.traces.index) == 50
    window.face.banner.retry.click()
    qtbot.waitUntil(lambda: len(world.sessions) == 2 and world.sessions[1].running)
    assert window.face.banner.text == ""
    assert window.error is None


@pytest.mark.parametrize("fault", [ConfigError("there is no board 'x'; there are cyton"), KeyError("x")])
def test_a_board_that_does_not_connect_is_said(open_window, fake, tmp_path, qtbot, fault):
    def refuse(choice):
        raise fault

    window = open_window(fake.World(tmp_path, refuse))
    with qtbot.waitSignal(window.ended):
        window.start("x")
    assert str(fault).strip("'") in window.face.banner.text
    assert "\n" not in window.face.banner.text
    assert window.face.controls.start.isEnabled()


def test_a_chain_that_does_not_fit_is_said_and_the_driver_closed(open_window, fake, tmp_path, qtbot):
    class Choosy:
        def start(self, info):
            raise ConfigError("this chain wants 1000 Hz; choose another profile")

    driver = Scripted(fake.stream(2), [])
    window = open_window(fake.World(tmp_path, lambda choice: Session(driver, Choosy())))
    with qtbot.waitSignal(window.ended):
        window.start("simulator")
    assert "1000 Hz" in window.face.banner.text
    assert driver.closed


def test_a_chain_without_our_tracks_shows_what_it_has(open_window, fake, tmp_path, qtbot):
    world = fake.World(tmp_path, lambda choice: fake.paced(fake.stream(2), np.ones((2000, 2)), Chain()))
    window = open_window(world)
    window.start("simulator")
    qtbot.waitUntil(lambda: window.face.look is not None and window.face.look.begun)
    qtbot.wait(100)
    assert window.face.banner.text == ""
    assert readings(window)[0].digits == "–"


def test_closing_while_recording_asks_and_keeps(running, qtbot):
    window, world = running
    window.record(on=True)
    asked = []
    window.ask = lambda parent, name: asked.append(name)
    window.close()
    assert asked == [asked[0]]
    assert asked[0].endswith(".h5")
    assert window.isVisible()
    assert world.sessions[0].running
    assert not world.recorded[0].closed
    window.ask = lambda parent, name: True
    window.close()
    assert not window.isVisible()
    assert world.recorded[0].closed
    assert not world.sessions[0].running


def test_closing_without_a_recording_does_not_ask(running):
    window, world = running
    window.ask = lambda *_: pytest.fail("it asked")
    window.close()
    assert not world.sessions[0].running


def test_the_status_line_says_what_was_lost_and_how_late_it_is(open_window, fake, tmp_path, qtbot):
    raw = np.full((20000, 2), 80.0)
    world = fake.World(
        tmp_path, lambda choice: fake.paced(fake.stream(2), raw, fake.Tracks(), gap_at=100, gap=37)
    )
    window = open_window(world)
    window.start("simulator")
    qtbot.waitUntil(lambda: "lost 37 in 1 gap" in window.face.status.text)
    qtbot.waitUntil(lambda: "screen" in window.face.status.text)
    text = window.face.status.text
    assert "simulator · 250 Hz" in text
    assert "filters 30 ms" in text
    assert "Not a medical device" in text
    p50, p95 = (window._latency.quantile(q) for q in (0.5, 0.95))
    assert 0 < p50 <= p95 < 200


def test_no_worker_touches_qt(open_window, steady, qtbot):
    touched = set()

    def listen(frame, event, arg):
        module = (
            frame.f_globals.get("__name__", "") if event == "call" else getattr(arg, "__module__", "") or ""
        )
        if event in {"call", "c_call"} and module.startswith(("PySide6", "shiboken6", "pyqtgraph")):
            touched.add((threading.current_thread().name, module))

    window = open_window(steady)
    threading.setprofile(listen)
    try:
        window.start("simulator")
        qtbot.waitUntil(lambda: window.face.look is not None and window.face.look.begun)
        window.record(on=True)
        window.mark("x")
        qtbot.wait(300)
    finally:
        threading.setprofile(None)
    assert steady.sessions[0].ledger.samples > 50
    assert touched == set()


def test_a_theme_and_text_size_can_be_changed_while_it_runs(running, qtbot):
    window, _ = running
    window.face.view.theme.emit("light")
    window.face.view.text_scale.emit(1.5)
    qtbot.waitUntil(lambda: readings(window)[0].value == 80)
    assert window.face.board.bars.muscles[0].bar.fill_colour() == theme("light").colours.bar
    qtbot.wait(100)
    assert window.face.board.bars.muscles[0].number.text == "80 µV"


def test_the_scale_without_a_reference_is_chosen_and_stays(running, qtbot):
    window, _ = running
    box = window.face.controls.scale_box
    box.setCurrentIndex(box.findData(1000.0))
    qtbot.waitUntil(lambda: readings(window)[0].top == 1000)
    assert readings(window)[0].share == pytest.approx(0.08)


def test_the_goal_of_a_replayed_session_is_shown_in_the_box(open_window, fake, tmp_path, qtbot):
    from nmr_emg.event import Event

    raw = np.full((20000, 2), 80.0)
    goal = [Event("goal", 0, data={"value": 85.0})]
    world = fake.World(tmp_path, lambda choice: fake.paced(fake.stream(2), raw, fake.Tracks(), events=goal))
    window = open_window(world)
    window.start("simulator")
    qtbot.waitUntil(lambda: window.face.controls.goal_box.value() == 85)


def test_a_board_that_is_lost_is_told_while_the_session_goes_on(running, qtbot, monkeypatch):
    window, world = running
    session = world.sessions[-1]
    reference(window, qtbot)
    trouble = "lost the board on COM3; trying again"
    driver = type(session.driver)
    monkeypatch.setattr(driver, "trouble", trouble, raising=False)
    qtbot.waitUntil(lambda: window.face.banner.text == trouble)
    assert window.face.banner.retry.isHidden(), "it tries by itself"
    assert readings(window)[0].word == "no signal"
    assert session.running
    monkeypatch.setattr(driver, "trouble", None)
    qtbot.waitUntil(lambda: window.face.banner.text == "")
    qtbot.waitUntil(lambda: readings(window)[0].value is not None)
    monkeypatch.setattr(driver, "trouble", trouble)
    qtbot.waitUntil(lambda: window.face.banner.text == trouble)
    window.stop()
    qtbot.waitUntil(lambda: not session.running and window.face.banner.text == "")


def test_what_a_board_says_is_shown_once_and_is_no_error(open_window, fake, tmp_path, qtbot):
    said = [
        Event("device", 100, data={"text": "µV are a guess"}),
        Event("device", 400, data={"text": "the radio"}),
    ]
    said.append(Event("device", 600, data={"text": "µV are a guess"}))
    world = fake.World(
        tmp_path,
        lambda choice: fake.paced(fake.stream(2), np.full((9000, 2), 80.0), fake.Tracks(), events=said),
    )
    window = open_window(world)
    window.start("simulator")
    banner = window.face.banner
    qtbot.waitUntil(lambda: banner.text == "µV are a guess")
    assert banner.retry.isHidden()
    assert banner.property("wrong") is False
    assert window.error is None
    banner.dismiss.click()
    qtbot.waitUntil(lambda: banner.text == "the radio")
    banner.dismiss.click()
    qtbot.waitUntil(lambda: window.face.look.facts.seconds > 3)
    assert banner.text == ""
