"""One measurement of rest or reference: say start, count down, say stop, wait for the answer."""

from collections.abc import Callable
from math import ceil

from nmr_emg.gui.known import Known

PATIENCE = 2.0
"""How long the chain may take to answer (s)."""


class Trial:
    """Walks through one measurement as time goes by; the window calls `step` with every frame.

    Args:
        name: "rest" or "reference".
        prompt: what the person is to do.
        seconds: how long to measure.
        tell: called with name and "start" or "stop".
        known: where the answer arrives.
    """

    def __init__(
        self, name: str, prompt: str, seconds: float, tell: Callable[[str, str], None], known: Known
    ) -> None:
        self.name = name
        self._prompt = prompt
        self._seconds = seconds
        self._tell = tell
        self._known = known
        self._began: float | None = None
        self._stopped = False
        self._answers = self._count()
        self.left = seconds
        self.answer = ""

    @property
    def over(self) -> bool:
        """Whether it was answered, or will not be."""
        return bool(self.answer)

    @property
    def text(self) -> str:
        """What to show in large letters."""
        return self.answer or (self._prompt if not self._stopped else "…")

    @property
    def countdown(self) -> int | None:
        """Whole seconds left, or `None` once it has been said to stop."""
        return None if self._stopped else max(1, ceil(self.left))

    def step(self, now: float) -> None:
        """Go on to `now` (s, any clock)."""
        if self._began is None:
            self._began = now
            self._tell(self.name, "start")
        self.left = self._seconds - (now - self._began)
        if self.left <= 0 and not self._stopped:
            self._stopped = True
            self._tell(self.name, "stop")
        if self._stopped and not self.over:
            self._wait()

    def _wait(self) -> None:
        if self._count() > self._answers:
            self.answer = self._answered()
        elif self.left < -PATIENCE:
            self.answer = "Nothing was measured: wait until no bar is hatched, then try again"

    def _answered(self) -> str:
        if self.name == "rest":
            return "Rest measured"
        refused = ", ".join(self._known.refused)
        return (
            f"Reference too close to rest for {refused}: press Rest while relaxed, then squeeze harder"
            if refused
            else "Reference measured"
        )

    def _count(self) -> int:
        return self._known.rests if self.name == "rest" else self._known.references
