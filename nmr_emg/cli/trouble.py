"""Says once when a running session loses its board, and once when it has it again."""

import time
from collections.abc import Callable


class Trouble:
    """What was last said of a session's trouble.

    Args:
        say: prints a line.

    >>> trouble = Trouble(print)
    >>> for now in (None, "no sample from Cyton; trying again", "no sample from Cyton; trying again", None):
    ...     trouble.hear(now)  # doctest: +ELLIPSIS
    no sample from Cyton; trying again
    samples come again, ... s after this was noticed
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._now: str | None = None
        self._since = 0.0

    def hear(self, trouble: str | None) -> None:
        """Take what the session says of itself now."""
        if trouble == self._now:
            return
        if self._now is None:
            self._since = time.monotonic()
        self._now = trouble
        self._say(
            trouble or f"samples come again, {time.monotonic() - self._since:.1f} s after this was noticed"
        )
