"""Seeking a lost driver until it opens or nobody has patience any more."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event as Flag
from threading import Lock, Thread

from nmr_emg.driver import Driver
from nmr_emg.errors import DeviceLost, NmrEmgError

FIRST, LONGEST = 0.2, 5.0
"""Pause before the first new try, which doubles up to the longest (s)."""
GRACE = 0.3
"""How long closing waits for a try that is under way (s)."""

Make = Callable[[], Driver]
"""Gives a driver, not opened."""


class Outage:
    """How long a device has been gone, why, and how often it was tried."""

    def __init__(self, reason: str, error: BaseException) -> None:
        self.reason = reason
        self.last = error
        self.tries = 0
        self._since = time.monotonic()

    def pause(self) -> float:
        """Seconds before the next try."""
        pause = min(FIRST * 2.0 ** min(self.tries, 20), LONGEST)
        self.tries += 1
        return pause

    def check(self, patience: float) -> None:
        """Raise what was last wrong if nobody has patience any more."""
        if not isinstance(self.last, NmrEmgError):
            raise self.last
        if time.monotonic() - self._since < patience:
            return
        last = "" if str(self.last) == self.reason else f"; the last of {self.tries} tries: {self.last}"
        raise DeviceLost(f"{self.reason}; it did not come back within {patience:g} s{last}") from self.last


class Search:
    """Closes a lost driver and makes it anew, again and again, in a thread of its own: opening may take seconds."""

    def __init__(self, make: Make, old: Driver | None, outage: Outage) -> None:
        self._make = make
        self._old = old
        self._outage = outage
        self._stop = Flag()
        self._ready = Flag()
        self._lock = Lock()
        self._found: Driver | None = None
        self._thread = Thread(target=self._work, name="reconnecting", daemon=True)
        self._thread.start()

    def found(self, wait: float) -> Driver | None:
        """The driver, open, if that worked within `wait` seconds."""
        self._ready.wait(wait)
        with self._lock:
            return self._found

    def cancel(self) -> None:
        """Stop seeking; what is found later is closed."""
        with self._lock:
            self._stop.set()
            found, self._found = self._found, None
        if found is not None:
            found.close()
        self._thread.join(GRACE)

    def _work(self) -> None:
        if self._old is not None:
            with suppress(NmrEmgError):
                self._old.close()
        while not self._stop.wait(self._outage.pause()):
            try:
                driver = self._opened()
            except NmrEmgError as error:
                self._outage.last = error
            except BaseException as error:  # noqa: BLE001  (carried to the reading side, which raises it)
                self._outage.last = error
                return
            else:
                self._hand_over(driver)
                return

    def _opened(self) -> Driver:
        driver = self._make()
        try:
            driver.open()
        except BaseException:
            driver.close()
            raise
        return driver

    def _hand_over(self, driver: Driver) -> None:
        with self._lock:
            wanted = not self._stop.is_set()
            if wanted:
                self._found = driver
                self._ready.set()
        if not wanted:
            driver.close()
