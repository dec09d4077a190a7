"""What every recording offers besides its blocks."""

from collections.abc import Mapping
from typing import Protocol

from nmr_emg.driver import Driver


class Recording(Driver, Protocol):
    """A driver that reads a file, as fast as it can.

    Samples and gaps are counted by running it; the rest is known once it is open, if the file says it.
    """

    @property
    def format(self) -> str:
        """Short name of the format, as `nmr_emg.recordings.openings.formats` lists it."""
        ...

    @property
    def start_time(self) -> str | None:
        """When it began, in ISO 8601, or `None`."""
        ...

    @property
    def events(self) -> int | None:
        """How many events it holds, or `None` while that is not known."""
        ...

    @property
    def skipped(self) -> int:
        """How many damaged or repeated rows have been left out so far."""
        ...

    @property
    def damage(self) -> list[Mapping[str, int | str]]:
        """The first hundred of them, each `{"line", "why"}`."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed because the file does not say it, a sentence each."""
        ...
