"""Says once what a running session's board says, when it is lost, and when it is back."""

import time
from collections.abc import Callable, Sequence


class Trouble:
    """What was last said of a session's trouble, and how much of what its board said.

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
        self._told = 0
        self._since = 0.0

    def tell(self, notices: Sequence[str]) -> None:
        """Take all that the board said so far."""
        for text in notices[self._told :]:
            self._say(text)
        self._told = max(self._told, len(notices))

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
