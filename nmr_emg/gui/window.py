"""The window: it wires buttons to a session and shows the newest look. It is handed everything."""

import time
from dataclasses import replace

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nmr_emg.errors import NmrEmgError
from nmr_emg.gui import hints
from nmr_emg.gui.closing import wants_to_close
from nmr_emg.gui.connecting import Connecting
from nmr_emg.gui.face import Face
from nmr_emg.gui.look import Look
from nmr_emg.gui.play import Play
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.services import Services
from nmr_emg.gui.theme import Theme, themes
from nmr_emg.gui.trial import Trial
from nmr_emg.gui.words import plain
from nmr_emg.ledger import Latency

FRAME = 16
"""Milliseconds between two frames."""

STATUS_EVERY = 0.25
"""Seconds between two status lines: digits that change faster can't be read."""

ANSWER_STAYS = 4.0
"""How long the answer to a trial is shown (s)."""


class Window(QWidget):
    """One session at a time, started, recorded, measured and stopped by hand.

    Signals: `looked` with every new `Look`, `ended` when a session is over or none came about.

    Args:
        services: what it is handed.
        theme: colours and letters.
        screen: times, scales and words.

    `ask` decides whether to close while a recording runs; it is called with the window and the file's name.
    """

    looked = Signal(object)
    ended = Signal()

    def __init__(self, services: Services, theme: Theme, screen: Screen) -> None:
        super().__init__()
        self.setWindowTitle("nmr-emg")
        self._services = services
        self._screen = screen
        self._connecting: Connecting | None = None
        self._play: Play | None = None
        self._trial: Trial | None = None
        self._answer_until = 0.0
        self._status_due = 0.0
        self._latency = Latency()
        self._unpainted: float | None = None
        self._trouble: str | None = None
        self._said = 0
        self.error: BaseException | None = None
        self.ask = wants_to_close
        self.face = Face(theme, themes(), screen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.face)
        self._wire()
        self.show_devices()

    def _wire(self) -> None:
        buttons = self.face.controls
        buttons.started.connect(self.start)
        buttons.stopped.connect(self.stop)
        buttons.recorded.connect(self.record)
        buttons.trial.connect(self.measure)
        buttons.marked.connect(self.mark)
        buttons.goal.connect(self.set_goal)
        buttons.scale.connect(self.set_scale)
        self.face.banner.again.connect(lambda: self.start(buttons.device.currentText()))
        self.face.view.full_screen.connect(self._toggle_full_screen)
        QShortcut(QKeySequence("Space"), self).activated.connect(buttons.put_marker)
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.tick)

    def show_devices(self, choice: str | None = None) -> None:
        """Ask for the devices there are, and choose one."""
        try:
            self.face.controls.show_devices(self._services.devices(), choice)
        except NmrEmgError as error:
            self.face.banner.say(plain(error), again=False)

    def start(self, choice: str) -> None:
        """Connect to a device, in a thread of its own, and start."""
        if self._play is not None or self._connecting is not None:
            return
        self.face.banner.hide()
        self.error = None
        self._connecting = Connecting(self._services.connect, choice)
        self.face.cue.say(hints.connecting(choice))
        self._show_state()
        self._timer.start()

    def stop(self) -> None:
        """End the session; a recording that runs is closed with it."""
        if self._connecting is not None:
            self._connecting.abandon()
            self._connecting = None
            self.face.cue.say(hints.IDLE)
        if self._play is not None:
            self._play.end()
        self._show_state()

    def record(self, on: bool) -> None:
        """Start or stop a recording."""
        if self._play is None:
            return
        try:
            if on:
                self._play.record()
            else:
                self._play.stop_recording()
        except (NmrEmgError, OSError) as error:
            self.face.banner.say(plain(error), again=False)
        self._show_state()

    def measure(self, name: str) -> None:
        """Measure "rest" or "reference"."""
        if self._play is not None and self._trial is None:
            prompt = self._screen.rest if name == "rest" else self._screen.reference
            known = self._play.watch.known
            self._trial = Trial(name, prompt, self._screen.trial_seconds, self._play.trial, known)
            self._show_state()

    def mark(self, text: str) -> None:
        """Put a marker on the next sample."""
        if self._play is not None:
            self._play.mark(text)

    def set_goal(self, percent: float) -> None:
        """Move the goal line (% of the reference)."""
        if self._play is not None:
            self._play.goal(percent, by_hand=True)

    def set_scale(self, scale: float) -> None:
        """Change the top of the bars without a reference (µV)."""
        if self._play is not None:
            self._play.watch.scale = scale

    def tick(self) -> None:
        """One frame."""
        if self._connecting is not None and self._connecting.done:
            self._connected(self._connecting)
        if self._play is not None:
            self._frame(self._play, time.monotonic())

    def _connected(self, connecting: Connecting) -> None:
        self._connecting = None
        session = connecting.session
        if session is None:
            self._fail(connecting.error or NmrEmgError(f"{connecting.choice} did not connect"))
            return
        scale = float(self.face.controls.scale_box.currentData())
        try:
            self._play = Play(session, self._services, replace(self._screen, scale=scale))
        except NmrEmgError as error:
            session.driver.close()
            self._fail(error)
            return
        self._latency = Latency()
        self._show_state()

    def _frame(self, play: Play, now: float) -> None:
        over = play.over
        look = play.watch.look()
        if play.watch.known.goal is None and look.begun:
            play.goal(self.face.controls.goal_box.value())
        self.face.controls.show_goal(play.watch.goal)
        self._show_look(look, self.face.look)
        self._show_cue(look, now)
        if now >= self._status_due or over:
            self._status_due = now + STATUS_EVERY
            self._show_status(look, play)
        self.looked.emit(look)
        if over:
            self._over(play, look)

    def _show_look(self, look: Look, before: Look | None) -> None:
        if before is None or look.arrived != before.arrived:
            self._unpainted = look.arrived
        elif look.trouble == before.trouble:
            return
        self.face.show_look(look)
        self._show_trouble(look.trouble)
        self._show_said(look.said)

    def _show_said(self, said: tuple[str, ...]) -> None:
        """Say what the device said since it was last shown, unless something worse is shown now."""
        if len(said) > self._said and self._trouble is None and not self.face.banner.text:
            self.face.banner.say("\n".join(said[self._said :]), again=False, wrong=False)
            self._said = len(said)

    def _show_trouble(self, trouble: str | None) -> None:
        """Say that the session waits for its device; it is no error yet."""
        if trouble == self._trouble:
            return
        if trouble is not None:
            self.face.banner.say(trouble, again=False)
        elif self.face.banner.text == self._trouble:
            self.face.banner.hide()
        self._trouble = trouble

    def _show_cue(self, look: Look, now: float) -> None:
        if self._trial is None:
            if now >= self._answer_until:
                self.face.cue.say(hints.next_step(look))
            return
        self._trial.step(now)
        self.face.cue.say(self._trial.text, self._trial.countdown)
        if self._trial.over:
            self._trial = None
            self._answer_until = now + ANSWER_STAYS
            self._show_state()

    def _show_status(self, look: Look, play: Play) -> None:
        shown = (self._latency.quantile(0.5), self._latency.quantile(0.95))
        self.face.status.show_facts(look.info, look.facts, shown)
        self.face.status.show_tape(play.tape)

    def _over(self, play: Play, look: Look) -> None:
        self._timer.stop()
        play.close()
        self.face.show_look(look.over())
        self._show_trouble(None)
        self._said = 0
        self._play = self._trial = None
        self._answer_until = 0.0
        if play.error is not None:
            self._fail(play.error)
            return
        self.face.cue.say(hints.OVER)
        self._show_state()
        self.ended.emit()

    def _fail(self, error: BaseException) -> None:
        self.error = error
        self.face.banner.say(plain(error))
        self.face.cue.say("")
        self._show_state()
        self.ended.emit()

    def _show_state(self) -> None:
        self.face.controls.show_state(
            running=self._play is not None,
            measuring=self._trial is not None,
            waiting=self._connecting is not None,
        )
        tape = self._play.tape if self._play is not None else None
        self.face.controls.show_recording(on=tape is not None)
        self.face.status.show_tape(tape)

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def event(self, event: QEvent) -> bool:
        """Measure how old the newest sample is once it has been painted."""
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and self._unpainted is not None:
            age = time.monotonic() - self._unpainted
            self._unpainted = None
            if age >= 0:
                self._latency.add(age)
        return done

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask if a recording runs; then end the session and wait until its files are closed."""
        tape = self._play.tape if self._play is not None else None
        if tape is not None and not self.ask(self, tape.path.name):
            event.ignore()
            return
        self._timer.stop()
        self.stop()
        if self._play is not None:
            self._play.session.wait(5.0)
            self.error = self._play.error
            self._play.close()
            self._play = None
        event.accept()
