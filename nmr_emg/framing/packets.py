"""How packets that say how long they are are laid out."""

from dataclasses import dataclass

from nmr_emg.errors import ConfigError
from nmr_emg.framing.fields import check_columns
from nmr_emg.framing.frames import Columns

LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Packets:
    """Where things lie in packets with a length byte; by itself, in those of a uMyo.

    Args:
        columns: how each column lies in a sample.
        begin: first bytes of a packet, hexadecimal.
        length_at: byte of a packet that holds its length.
        uncounted: how many bytes a packet has more than that.
        unit_at: first of four bytes that name the sensor.
        unit: the sensor to stream, eight hexadecimal digits; empty for the first that is heard.
        type_at: byte that holds `type_base` plus the number of samples.
        type_base: see there.
        count_at: byte that goes up by one from packet to packet of a sensor.
        data_at: first byte of the first sample.
        stride: bytes from one sample to the next.
        samples: samples in a packet, one row each.
    """

    columns: Columns
    begin: str = "4F D5"
    length_at: int = 4
    uncounted: int = 3
    unit_at: int = 5
    unit: str = ""
    type_at: int = 9
    type_base: int = 80
    count_at: int = 14
    data_at: int = 15
    stride: int = 2
    samples: int = 8

    def __post_init__(self) -> None:
        for name, text, size in (("begin", self.begin, 0), ("unit", self.unit, 4)):
            try:
                known = bytes.fromhex(text)
            except ValueError:
                raise ConfigError(f"{name} is {text!r}; write hexadecimal digits, such as 4F D5") from None
            if size and known and len(known) != size:
                raise ConfigError(f"{name} is {text!r}; it has {2 * size} hexadecimal digits")
        if len(bytes.fromhex(self.begin)) < 2:
            raise ConfigError(f"begin is {self.begin!r}; it needs at least two bytes")
        if self.samples < 1 or self.stride < 1 or self.type_base + self.samples > 0xFF:
            raise ConfigError("samples and stride are at least 1, type_base plus samples at most 255")
        lowest = min(self.length_at, self.unit_at, self.type_at, self.count_at, self.uncounted)
        if lowest < 0 or self.data_at < self.head or self.shortest > LONGEST:
            raise ConfigError(
                f"data_at is {self.data_at}; the samples come after length, unit, type and count"
            )
        check_columns(self.columns, self.stride)

    @property
    def head(self) -> int:
        """Bytes that must be there to know a packet."""
        return max(self.length_at + 1, self.unit_at + 4, self.type_at + 1, self.count_at + 1)

    @property
    def shortest(self) -> int:
        """Bytes of a packet that holds its samples and nothing more."""
        return self.data_at + self.samples * self.stride
