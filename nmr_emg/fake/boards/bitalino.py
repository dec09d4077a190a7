"""BITalino (r)evolution. Facts: BITalinoWorld/firmware-bitalino-revolution, uart.c, live.c and timer.c."""

from collections.abc import Sequence

from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware, Reply, wrapped

RATES = {0x03: 1.0, 0x43: 10.0, 0x83: 100.0, 0xC3: 1000.0}
POLYNOMIAL = 0b10011
"""x⁴ + x + 1."""
VERSION = b"BITalino_v5.1\n"


class Bitalino(Firmware):
    """Up to six inputs, four of 10 and two of 6 bits; a frame ends in a 4-bit counter and a 4-bit CRC.

    Args:
        channels: how many inputs it sends before it is told otherwise.
        rate: 1, 10, 100 or 1000, before it is told otherwise.
    """

    name = "bitalino"
    low = 0
    high = 1023
    zero = 512
    microvolts = 3.3e6 / 1024 / 1009
    own_power = True

    def __init__(self, *, channels: int = 6, rate: float = 1000.0) -> None:
        if not 1 <= channels <= 6 or rate not in RATES.values():
            raise ConfigError("a BITalino has 1 to 6 channels, at 1, 10, 100 or 1000 samples a second")
        self.channels = channels
        self.rate = rate
        self.streaming = False
        self.inputs = tuple(range(channels))
        self.outputs = (0, 0)
        self._sequence = 0
        self._analog = False

    def power(self) -> list[Reply]:
        """It waits for commands."""
        self.streaming, self._sequence = False, 0
        return []

    def hear(self, data: bytes, now: float) -> list[Reply]:
        """Commands of one byte."""
        del now
        said = b"".join(self._command(byte) for byte in data)
        return [Reply(said, 0.01)] if said else []

    def measure(self, index: int, values: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Inputs of 10 bits, the fifth and sixth of 6; aux: I1, I2, O1, O2."""
        highest = (self.high, self.high, self.high, self.high, 63, 63)
        counts = tuple(wrapped(value, 0, top) for value, top in zip(values, highest, strict=False))
        return counts, (index // 500 % 2, index // 250 % 2, *self.outputs)

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """3, 4, 6, 7, 8 or 8 bytes for 1 to 6 inputs."""
        index, values = rows[0]
        a = [*values, 0, 0, 0, 0, 0, 0]
        digital = (index // 500 % 2, index // 250 % 2, *self.outputs)
        bits = (  # from the first byte of eight to the last but one
            f"{a[4] & 3:02b}{a[5]:06b}{a[3] & 15:04b}{a[4] >> 2:04b}{a[2] & 3:02b}{a[3] >> 4:06b}"
            f"{a[2] >> 2:08b}{a[1] & 255:08b}{a[0] & 63:06b}{a[1] >> 8:02b}"
            + "".join(map(str, digital))
            + f"{a[0] >> 6:04b}"
        )
        body = int(bits, 2).to_bytes(7, "big")[-(2, 3, 5, 6, 7, 7)[len(values) - 1] :]
        message = int.from_bytes(body, "big") << 4 | self._sequence
        last = self._sequence << 4 | remainder(message << 4)
        self._sequence = (self._sequence + 1) % 16
        return body + bytes([last])

    def _command(self, byte: int) -> bytes:
        if self._analog:
            self._analog = False
            return b""
        if byte & 0xA3 == 0xA3 and byte != 0xFF:
            self._analog = byte == 0xA3
            if byte & 0xF3 == 0xB3:
                self.outputs = (byte >> 2 & 1, byte >> 3 & 1)
            return b""
        if self.streaming:
            self.streaming = byte not in (0x00, 0xFF)
            return b""
        return self._idle(byte)

    def _idle(self, byte: int) -> bytes:
        if byte & 3 in (1, 2) and byte >> 2:
            self.inputs = tuple(n for n in range(6) if byte >> 2 >> n & 1)
            self.channels, self._sequence, self.streaming = len(self.inputs), 0, True
        elif byte in (0x07, 0x0F):
            return VERSION
        elif byte == 0x0B:
            return self._status()
        self.rate = RATES.get(byte, self.rate)
        return b""

    def _status(self) -> bytes:
        data = b"".join(value.to_bytes(2, "little") for value in (512,) * 6 + (600,)) + b"\x00"
        digital = self.outputs[0] << 1 | self.outputs[1]
        nibbles = int.from_bytes(data, "big") << 4 | digital
        return data + bytes([digital << 4 | remainder(nibbles << 4)])


def remainder(message: int) -> int:
    """Of a polynomial over two elements, divided by x⁴ + x + 1.

    >>> remainder(0b10011), remainder(0b10000)
    (0, 3)
    """
    for bit in range(message.bit_length() - 1, 3, -1):
        if message >> bit & 1:
            message ^= POLYNOMIAL << (bit - 4)
    return message
