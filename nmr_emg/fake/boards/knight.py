"""NeuroPawn Knight. Facts: brainflow-dev/brainflow, neuropawn/knight.cpp; NeuroPawn/NeuroPawn-LSL."""

from collections.abc import Sequence
from struct import pack

from nmr_emg.fake.firmware import Firmware, Reply, wrapped

GAINS = ("1", "2", "3", "4", "6", "8", "12")


class Knight(Firmware):
    """Eight channels of 16 bits at 125 Hz, free-running; commands switch channels on and set their gain."""

    name = "knight"
    channels = 8
    low = -(2**15)
    high = 2**15 - 1
    rate = 125.0
    microvolts = 4e6 / (2**15 - 1) / 12
    baud = 115200

    def __init__(self) -> None:
        self.streaming = True
        self.gains = [12] * 8
        self.on = [True] * 8
        self._counter = 0
        self._heard = ""

    def power(self) -> list[Reply]:
        """It streams at once."""
        self.gains, self.on, self._counter, self._heard = [12] * 8, [True] * 8, 0, ""
        return []

    def hear(self, data: bytes, now: float) -> list[Reply]:
        """Lines chon_CHANNEL_GAIN, choff_CHANNEL, rldadd_CHANNEL, rldremove_CHANNEL; no answer."""
        del now
        *lines, self._heard = (self._heard + data.decode("latin-1")).split("\n")
        for line in lines:
            self._command(line.strip().split("_"))
        return []

    def measure(self, index: int, values: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Zero where a channel is off; aux: lead-off bits of both sides."""
        counts = [wrapped(v, self.low, self.high) if on else 0 for v, on in zip(values, self.on, strict=True)]
        return tuple(counts), (index // 125 % 256, index // 250 % 256)

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """21 bytes: A0, counter, 8 × int16 big-endian, lead-off, C0."""
        index, values = rows[0]
        loff = bytes([index // 125 % 256, index // 250 % 256])
        frame = b"\xa0" + bytes([self._counter]) + pack(">8h", *values) + loff + b"\xc0"
        self._counter = (self._counter + 1) % 256
        return frame

    def _command(self, words: list[str]) -> None:
        if len(words) < 2 or words[1] not in tuple("12345678"):
            return
        channel = int(words[1]) - 1
        if words[0] == "chon" and len(words) == 3 and words[2] in GAINS:
            self.on[channel], self.gains[channel] = True, int(words[2])
        elif words[0] == "choff":
            self.on[channel] = False
