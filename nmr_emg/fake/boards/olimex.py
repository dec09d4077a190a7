"""Olimex SHIELD-EKG-EMG and other OpenEEG boards that speak the P2 protocol.

Facts: Olimex ShieldEkgEmgDemo.ino; OpenEEG ModularEEG P2.
"""

from collections.abc import Sequence
from struct import pack

from nmr_emg.fake.firmware import Firmware, Reply, wrapped

RESET = 1.6
"""Seconds of an Arduino Uno's bootloader after its port was opened."""


class Olimex(Firmware):
    """Six channels of 10 bits; it streams from the moment it has booted and takes no commands.

    Args:
        rate: its timer really gives 250 Hz where 256 are documented.
        counter: of its first frame.
        boot: seconds from opening the port to the first frame.
    """

    name = "olimex"
    channels = 6
    low = 0
    high = 1023
    zero = 512
    microvolts = 5.0e6 / 1024 / 2848
    resets_on_open = True
    baud = 57600

    def __init__(self, *, rate: float = 250.0, boot: float = RESET) -> None:
        self.rate = rate
        self.boot = boot
        self.streaming = True
        self._counter = 0

    def power(self) -> list[Reply]:
        """It begins at once."""
        self._counter = 0
        return []

    def measure(self, index: int, values: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Counts, and the state of the switches."""
        return tuple(wrapped(value, self.low, self.high) for value in values), (index % 2,)

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """17 bytes: A5 5A, version 2, counter, 6 × u16 big-endian, switches."""
        index, values = rows[0]
        frame = b"\xa5\x5a\x02" + bytes([self._counter]) + pack(">6H", *values) + bytes([index % 2])
        self._counter = (self._counter + 1) % 256
        return frame
