"""Times: when a recording began, and where in it something lies."""

from dataclasses import dataclass
from datetime import datetime

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

LONG = 600.0
"""From this length (s) on, places in a recording are written as minutes and seconds."""


def date(start_time: object) -> str:
    """When a recording began, in words; a text that is no ISO 8601 date stays as it is.

    >>> date("2016-07-21T18:10:55"), date("2024-03-05T11:04:32.853+01:00")
    ('21 July 2016, 18:10', '5 March 2024, 11:04 (UTC+01:00)')
    >>> date(None)
    'date not recorded'
    """
    if not start_time:
        return "date not recorded"
    try:
        when = datetime.fromisoformat(str(start_time))
    except ValueError:
        return str(start_time)
    zone = f" ({when.tzname()})" if when.tzinfo else ""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}, {when:%H:%M}{zone}"


@dataclass(frozen=True, slots=True)
class Scale:
    """How places in a recording of a given length are written.

    Args:
        seconds: the recording's length.
    """

    seconds: float

    @property
    def unit(self) -> str:
        """What the numbers are."""
        if self.seconds < LONG:
            return "s"
        return "min:s" if self.seconds < 3600 else "h:min:s"

    def place(self, second: float, decimals: int = 0) -> str:
        """One place.

        >>> Scale(100).place(12.345, 2), Scale(700).place(72.5, 1), Scale(4000).place(3661)
        ('12.35', '1:12.5', '1:01:01')
        """
        if self.seconds < LONG:
            return f"{second:.{decimals}f}"
        ticks = round(second * 10**decimals)
        rest, fraction = divmod(ticks, 10**decimals)
        minutes, whole = divmod(rest, 60)
        tail = f"{whole:02d}" + (f".{fraction:0{decimals}d}" if decimals else "")
        if self.seconds < 3600:
            return f"{minutes}:{tail}"
        return f"{minutes // 60}:{minutes % 60:02d}:{tail}"
