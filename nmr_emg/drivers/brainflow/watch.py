"""Whether a board that BrainFlow reads is still there. BrainFlow doesn't tell (brainflow-dev/brainflow issue 38)."""

import os

from nmr_emg.silence import Silence

SHORTEST = 0.5
"""So long (s) any board may be quiet."""
LONGEST = 1.4
"""No board may be quiet for longer (s), however rarely it sends; less than `Buffered` waits."""
CHUNKS = 10
"""So many of its usual pauses may a board be quiet for."""
GRACE = 2.0
"""In its first seconds a board may be quiet for `LONGEST`: some settle their radio link then."""

_PORT = 0.1
_WEIGHT = 1 / 8


class Watch:
    """Counts how long a board has been quiet.

    Args:
        now: `time.monotonic()` when it began to stream.
        port: its serial port, if it has one.
        shortest: so long (s) it may be quiet at any time.
    """

    def __init__(self, now: float, port: str = "", shortest: float = SHORTEST) -> None:
        self._shortest = shortest
        self._port = port if port and os.path.exists(port) else ""  # noqa: PTH110  (looked at often)
        self._silence = Silence(now)
        self._grace = now + GRACE
        self._usual = 0.0

    @property
    def silent(self) -> float:
        """How long it has been quiet (s)."""
        return self._silence.seconds

    def look(self, now: float, grew: bool) -> bool:
        """Whether the board must be taken for lost.

        Args:
            now: `time.monotonic()`.
            grew: whether anything came in since the last look.
        """
        silent = self._silence.look(now)
        if grew:
            self._usual += _WEIGHT * (silent - self._usual)
            self._silence.heard(now)
            return False
        return silent > self._patience(now) or self.unplugged

    def _patience(self, now: float) -> float:
        if now < self._grace:
            return LONGEST
        return min(max(self._shortest, CHUNKS * self._usual), LONGEST)

    @property
    def unplugged(self) -> bool:
        """Whether it is quiet, and the port that was there is no more."""
        return bool(self._port) and self.silent > _PORT and not os.path.exists(self._port)  # noqa: PTH110

    def words(self, name: str) -> str:
        """What to tell the user about the board `name`."""
        if self.unplugged:
            return f"{name}: its port {self._port} is gone; the cable or the dongle was unplugged"
        return (
            f"{name} has sent nothing for {self.silent:.1f} s; it was unplugged or switched off, "
            "or is out of reach"
        )
