"""A session being built in a thread, since a board may take seconds to answer and the window must not freeze."""

from collections.abc import Callable
from threading import Lock, Thread

from nmr_emg.session import Session


class Connecting:
    """Calls `connect(choice)` in a thread; the window asks now and then whether it is done.

    Args:
        connect: builds a session, not started.
        choice: what to connect to.
    """

    def __init__(self, connect: Callable[[str], Session], choice: str) -> None:
        self.choice = choice
        self.session: Session | None = None
        self.error: Exception | None = None
        self._connect = connect
        self._abandoned = False
        self._lock = Lock()
        self._thread = Thread(target=self._work, name=f"connecting to {choice}", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether `session` or `error` is there."""
        return not self._thread.is_alive()

    def abandon(self) -> None:
        """Nobody waits for it any more: what it still brings is closed."""
        with self._lock:
            self._abandoned = True
            if self.session is not None:
                self.session.driver.close()

    def _work(self) -> None:
        try:
            session = self._connect(self.choice)
        except Exception as error:  # noqa: BLE001  (carried to the window, which shows it)
            self.error = error
            return
        with self._lock:
            self.session = session
            if self._abandoned:
                session.driver.close()
