"""Which moment a recording's times of arrival are counted from."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class Clock:
    """One moment read on two clocks, so that times of arrival have a date.

    Args:
        unix: seconds since 1970, UTC.
        monotonic: `time.monotonic()` at that moment (s), as in `Block.arrived`.

    >>> Clock(unix=1_000_000.0, monotonic=50.0).date(53.5).isoformat()
    '1970-01-12T13:46:43.500000+00:00'
    """

    unix: float
    monotonic: float

    @classmethod
    def now(cls) -> Self:
        """Both clocks now."""
        return cls(time.time(), time.monotonic())

    def date(self, arrived: float) -> datetime:
        """Date (UTC) of a time of arrival."""
        return datetime.fromtimestamp(self.unix + arrived - self.monotonic, UTC)
