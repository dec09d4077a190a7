"""A board's side of the wire: what it says when spoken to, and how it writes its samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes that a board says, `after` so many seconds."""

    data: bytes
    after: float = 0.0


class Firmware(Protocol):
    """One board. It keeps its own counter and settings; the player gives it samples, bytes heard and the time.

    A frame is what goes onto the wire at once. Most boards write one sample a frame; some write several
    (`rows_per_frame`), and a Cyton with Daisy needs two frames for one (`frames_per_row`).
    """

    name: str
    rate: float
    """Samples a second."""
    channels: int
    low: int
    """Smallest value of a channel."""
    high: int
    """Largest value of a channel."""
    microvolts: float
    """Of one count, at the input; what a signal in µV is written with."""
    zero: int = 0
    """Count that means zero µV."""
    envelope: bool = False
    """It sends the envelope of EMG instead of EMG."""
    rows_per_frame: int = 1
    frames_per_row: int = 1
    streaming: bool = False
    restarts: int = 0
    """How often it began to count anew while it was streaming."""
    own_power: bool = False
    """It has a battery: it goes on while its cable or dongle is out."""
    resets_on_open: bool = False
    """Opening the port resets it, as most Arduinos do."""
    boot: float = 0.0
    """Seconds from a reset until it hears and speaks."""
    baud: int = 115200

    def power(self) -> list[Reply]:
        """It was reset or switched on: counters from zero, settings as shipped. What it says once booted."""
        ...

    def hear(self, data: bytes, now: float) -> list[Reply]:
        """It received bytes (perhaps none: time passes); `now` in seconds, from any origin. By itself it takes no notice."""
        del data, now
        return []

    def measure(self, index: int, values: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What its converter makes of one sample: values of the channels, and of what else it sends.

        The second holds what stands at that sample, whether or not it is sent anew.
        """
        del index
        return tuple(wrapped(value, self.low, self.high) for value in values), ()

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """The next frame, of samples as (index, values), and one step of the counter."""
        ...


def wrapped(value: int, low: int, high: int) -> int:
    """A whole number brought into a range by going round.

    >>> wrapped(1024, 0, 1023), wrapped(-1, 0, 1023), wrapped(5, -8, 7)
    (0, 1023, 5)
    """
    return (value - low) % (high - low + 1) + low
