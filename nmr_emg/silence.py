"""How long a source has been silent, whatever the computer did meanwhile."""

LOOK = 0.04
"""Longest silence that one look adds (s): a computer that slept in between says nothing about the board."""


class Silence:
    """Counts seconds without a sample, from look to look.

    >>> silence = Silence(10.0)
    >>> round(silence.look(10.02), 6), round(silence.look(99.0), 6)
    (0.02, 0.06)
    >>> silence.heard(99.01)
    >>> silence.seconds
    0.0
    """

    def __init__(self, now: float) -> None:
        self.seconds = 0.0
        self._looked = now

    def look(self, now: float) -> float:
        """Nothing came since the last look; gives how long that lasts (s)."""
        self.seconds += min(max(now - self._looked, 0.0), LOOK)
        self._looked = now
        return self.seconds

    def heard(self, now: float) -> None:
        """Something came."""
        self.seconds, self._looked = 0.0, now
