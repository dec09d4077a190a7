"""uMyo sensors through their USB base. Facts: ultimaterobotics/uMyo_python_tools, umyo_parser.py; ultimaterobotics/uMyo."""

from collections.abc import Sequence
from struct import pack

from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware, Reply, wrapped

UNIT = 0x12345678


class UMyo(Firmware):
    """One channel a unit, eight samples a packet, about 1116 a second. Several units take turns on the wire.

    Args:
        units: how many units are heard; the samples are those of the first, the others send their negatives.
        samples: a packet.
        unit: number of the first unit; the others count on.
    """

    name = "umyo"
    channels = 1
    low = -(2**15)
    high = 2**15 - 1
    microvolts = 1.0
    rate = 1116.0
    baud = 921600
    own_power = True

    def __init__(self, *, units: int = 1, samples: int = 8, unit: int = UNIT) -> None:
        if not 1 <= samples <= 39 or units < 1:
            raise ConfigError("a uMyo packet holds 1 to 39 samples, of at least one unit")
        self.rows_per_frame = samples
        self.streaming = True
        self._units = [unit + n for n in range(units)]
        self._packet = 0

    def power(self) -> list[Reply]:
        """It streams at once."""
        self._packet = 0
        return []

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """A packet of every unit: 4F D5 and rssi of the base, then number, length, unit, type and what it measured."""
        values = [value[0] for _, value in rows]
        others = [wrapped(-value, self.low, self.high) for value in values]
        packets = [self._one(unit, others if n else values) for n, unit in enumerate(self._units)]
        self._packet = (self._packet + 1) % 256
        return b"".join(packets)

    def _one(self, unit: int, values: Sequence[int]) -> bytes:
        head = pack(">I6B", unit, 80 + len(values), 0, 190, 31, 0, self._packet)
        spectrum = pack(">4H", 100, 200, 300, 400)
        pose = pack(">4h3h3h3h", 32767, 0, 0, 0, 0, 0, 8192, 0, 0, 0, 100, 0, -300)
        body = head + pack(f">{len(values)}h", *values) + spectrum + pose
        return b"\x4f\xd5" + bytes([60, self._packet, len(body) + 2]) + body
