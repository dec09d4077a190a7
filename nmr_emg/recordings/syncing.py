"""Asks the disk, once a second and in a thread of its own, to keep what was written."""

import os
from threading import Event as Flag
from threading import Thread

INTERVAL = 1.0
"""Seconds between two requests: what a power cut may cost, on top of what a crash costs."""
PATIENCE = 5.0
"""Seconds that closing waits for a slow disk."""


class Syncing:
    """`os.fsync` on a descriptor, at most once a second.

    A killed program loses nothing of what was written, with or without it; a power cut does. It may take
    a slow card a second, which a stream can't wait for: hence the thread.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._dirty = False
        self._stop = Flag()
        self.error: OSError | None = None
        self._thread = Thread(target=self._work, name="sync of the recording", daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Something was written.

        Raises:
            OSError: the disk refused before.
        """
        if self.error is not None:
            raise self.error
        self._dirty = True

    def stop(self) -> bool:
        """Sync a last time and stop; whether the disk answered within 5 s."""
        self._stop.set()
        self._thread.join(PATIENCE)
        return not self._thread.is_alive()

    def _work(self) -> None:
        stopping = False
        while not stopping and self.error is None:
            stopping = self._stop.wait(INTERVAL)
            if self._dirty or stopping:
                self._dirty = False
                self._sync()

    def _sync(self) -> None:
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            self.error = error
