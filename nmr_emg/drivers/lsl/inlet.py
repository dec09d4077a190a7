"""One open LSL inlet: rows as arrays, stamps, and the way from the sender's clock to ours."""

import time
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Array
from nmr_emg.drivers.lsl.channels import dtype_of
from nmr_emg.drivers.lsl.library import ahead, in_words
from nmr_emg.errors import DriverError

KEPT = 60
"""How much LSL keeps for a reader that is held up: seconds, or hundreds of samples of an irregular stream."""
MOST = 4096
"""Rows taken at once."""
ASK = 1.0
"""How often (s) LSL is asked what the sender's clock shows; it measures that every few seconds itself."""
FIRST_ANSWER = 3.0
"""How long the first such answer may take (s)."""


class Inlet:
    """An inlet that is read without waiting longer than asked; pylsl's errors come out in words.

    Args:
        lsl: pylsl.
        stream: as pylsl's resolver describes it.
        timeout: seconds that connecting may take.

    Raises:
        DriverError: its sender does not answer.
    """

    def __init__(self, lsl: ModuleType, stream: Any, timeout: float) -> None:
        self.name = str(stream.name())
        self._lsl = lsl
        self._ahead = ahead(lsl)
        self._asked = time.monotonic()
        # A list, so that `close` can drop the only reference: pylsl lets go of an inlet when it is collected.
        self._inlets: list[Any] = []
        with in_words(f"the LSL stream {self.name!r} does not answer; check its sender and the firewall"):
            self._inlets.append(lsl.StreamInlet(stream, max_buflen=KEPT, recover=False))
            self.description = self._inlets[0].info(timeout)
            self._inlets[0].open_stream(timeout)
        columns = int(stream.channel_count())
        self._room = (
            None
            if stream.channel_format() == lsl.cf_string
            else np.empty((MOST, columns), dtype_of(lsl, stream))
        )
        self._correction = self._corrected(FIRST_ANSWER)

    @property
    def shift(self) -> float:
        """What to add to a stamp of the sender to make it `time.monotonic()` (s); NaN while that is not known."""
        now = time.monotonic()
        if now > self._asked + ASK:
            self._asked = now
            self._correction = self._corrected(0.0)
        return self._correction - self._ahead

    def rows(self, wait: float, enough: int) -> tuple[Array, NDArray[np.float64]]:
        """What has come, waiting until there are `enough` rows, at most `wait` seconds.

        Returns:
            rows of shape (rows, channels) and the sender's stamps (s).
        """
        rows, stamps = self._pull(wait, min(enough, MOST))
        if len(rows) < enough:
            return rows, stamps
        more, later = self._pull(0.0, MOST)
        return np.concatenate([rows, more]), np.concatenate([stamps, later])

    def texts(self) -> list[tuple[str, float]]:
        """What has come on a stream of markers: texts and the sender's stamps (s); nothing once it is closed."""
        if self.closed:
            return []
        try:
            with in_words(f"the LSL stream {self.name!r} broke off"):
                found, stamps = self._inlets[0].pull_chunk(0.0, 64)
        except UnicodeDecodeError:
            return [("(no UTF-8)", float(self._lsl.local_clock()) - self._correction)]
        return [(" ".join(_text(one) for one in each), at) for each, at in zip(found, stamps, strict=True)]

    @property
    def closed(self) -> bool:
        """Whether it was let go of."""
        return not self._inlets

    def close(self) -> None:
        """Let go of it; LSL's threads for it end."""
        self._inlets.clear()

    def _pull(self, wait: float, most: int) -> tuple[Array, NDArray[np.float64]]:
        if self._room is None or not self._inlets:
            raise DriverError(f"the LSL stream {self.name!r} is not open")
        with in_words(f"the LSL stream {self.name!r} broke off"):
            _, stamps = self._inlets[0].pull_chunk(wait, most, self._room[:most])
        return self._room[: len(stamps)].copy(), np.array(stamps, float)

    def _corrected(self, timeout: float) -> float:
        try:
            return float(self._inlets[0].time_correction(timeout))
        except RuntimeError:  # not known yet, or the sender is gone: silence tells that
            return getattr(self, "_correction", float("nan"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else f"{value:g}"
