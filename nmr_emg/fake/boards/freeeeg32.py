"""FreeEEG32. Facts: brainflow-dev/brainflow, freeeeg/freeeeg32.cpp; neuroidss/FreeEEG32-beta."""

from collections.abc import Sequence

from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware, Reply, wrapped


class FreeEEG32(Firmware):
    """32 channels of 24 bits at 512 Hz, free-running.

    Args:
        length: bytes of a frame, which differ between firmware versions; below 105 it has no acceleration.
    """

    name = "freeeeg32"
    channels = 32
    low = -(2**23)
    high = 2**23 - 1
    rate = 512.0
    microvolts = 2.5e6 / (2**23 - 1) / 8
    baud = 921600

    def __init__(self, *, length: int = 105) -> None:
        if not 99 <= length <= 150:
            raise ConfigError(f"length is {length}; a frame has 99 to 150 bytes")
        self.streaming = True
        self._length = length
        self._counter = 0

    def power(self) -> list[Reply]:
        """It streams at once."""
        self._counter = 0
        return []

    def measure(self, index: int, values: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Counts; aux: acceleration, where the frame has it."""
        return tuple(wrapped(value, self.low, self.high) for value in values), self._accel(index)

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """A0, counter, 32 × int24 big-endian, perhaps 3 × int16, zeros, C0."""
        index, values = rows[0]
        body = b"".join(value.to_bytes(3, "big", signed=True) for value in values)
        body += b"".join(value.to_bytes(2, "big", signed=True) for value in self._accel(index))
        frame = b"\xa0" + bytes([self._counter]) + body.ljust(self._length - 3, b"\0") + b"\xc0"
        self._counter = (self._counter + 1) % 256
        return frame

    def _accel(self, index: int) -> tuple[int, ...]:
        return (index % 1000, -(index % 1000), 8192) if self._length >= 105 else ()
