"""One running session with all that a person can do to it from the window."""

from pathlib import Path

from nmr_emg.event import Event
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.services import Services
from nmr_emg.gui.tape import Tape, new_file
from nmr_emg.gui.watch import Watch
from nmr_emg.session import Session


class Play:
    """Starts a session, watches it, and carries what the person does to it.

    Args:
        session: built, not started.
        services: what the window was handed.
        screen: times and scales.
    """

    def __init__(self, session: Session, services: Services, screen: Screen) -> None:
        self.session = session
        self.watch = Watch(session, services.pairs(session), screen, services.delay(session))
        self.tape: Tape | None = None
        self._services = services
        self._tapes: list[Tape] = []
        session.start()

    @property
    def error(self) -> BaseException | None:
        """What ended the session, if something did."""
        return self.session.error

    @property
    def over(self) -> bool:
        """Whether no block will come any more."""
        return not self.session.running

    def mark(self, text: str) -> None:
        """Put a marker on the next sample."""
        self.session.tell(Event("marker", data={"text": text}))

    def goal(self, percent: float, *, by_hand: bool = False) -> None:
        """Set the goal line (% of the reference); one set by hand stays, whatever a script tells later."""
        self.session.tell(Event("goal", data={"value": percent, "by_hand": by_hand}))

    def trial(self, name: str, edge: str) -> None:
        """Say that a trial starts or stops."""
        self.session.tell(Event("trial", data={"name": name, "edge": edge}))

    def record(self) -> Path:
        """Record from the next block on. The chain starts afresh there, so it is told again what it knew.

        Raises:
            RecordingError: the file can't be opened.
        """
        path = new_file(self._services.folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.tape = Tape(path, self._services.recorder(path, self.session), self.session.info.rate)
        self._tapes.append(self.tape)
        self.session.attach(self.tape)
        for event in self.watch.known.again():
            self.session.tell(event)
        return path

    def stop_recording(self) -> None:
        """Close the recording before the next block."""
        if self.tape is not None:
            self.session.detach(self.tape)
            self.tape = None

    def end(self) -> None:
        """Ask the session to end; returns at once."""
        self.session.end()

    def close(self) -> None:
        """Once it is over: close a recording that came too late for the session to close it."""
        self.tape = None
        for tape in self._tapes:
            tape.close()
