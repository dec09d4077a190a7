"""Frames without a known byte, told by a count and a CRC of 4 bits each: BITalino."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nmr_emg.block import Array
from nmr_emg.errors import ConfigError
from nmr_emg.framing.anatomy import Anatomy
from nmr_emg.framing.checks import Counter, counting
from nmr_emg.framing.cutter import Cutter
from nmr_emg.framing.fields import check_columns, dtype_of
from nmr_emg.framing.frames import Columns, Parse
from nmr_emg.framing.rows import rows_of
from nmr_emg.timing.counter import Counting

POLY = 0b0011
"""x⁴ + x + 1 without its highest term (BITalinoWorld/firmware-bitalino-revolution, live.c)."""
LONGEST = 64


@dataclass(frozen=True, slots=True)
class NibbleCrc:
    """Frames whose last byte holds a count in its upper four bits, a CRC of the whole frame in its lower four.

    One frame in sixteen random ones has the right CRC, so four in a row, counting up, are needed to find the step.

    Args:
        length: of a frame, in bytes.
        columns: how each column lies in a frame.
    """

    length: int
    columns: Columns

    def __post_init__(self) -> None:
        if not 2 <= self.length <= LONGEST:
            raise ConfigError(f"length is {self.length}; a frame has from 2 to {LONGEST} bytes")
        check_columns(self.columns, self.length)

    @property
    def dtype(self) -> str:
        """The smallest type that holds every column exactly."""
        return dtype_of(self.columns)

    @property
    def counting(self) -> Counting:
        """Sixteen frames a cycle."""
        return counting(16)

    def start(self) -> Parse:
        """A parser at the beginning of a stream."""
        counter = Counter(self.length - 1, mask=0xF0, shift=4)
        anatomy = Anatomy(self.length, (), counter, _intact(self.length), 4.0)
        return rows_of(Cutter(anatomy), self.columns, anatomy.numbers)


def crc4(message: bytes) -> int:
    """The CRC of a whole frame, its own four bits taken as zero.

    >>> [crc4(bytes([0, 16 * count])) for count in range(4)]
    [0, 3, 6, 5]
    """
    register = 0
    for place in range(8 * len(message) - 5, -1, -1):
        bit = (int.from_bytes(message) >> (place + 4)) & 1
        register = ((register << 1) & 0xF) ^ (POLY if (register >> 3) ^ bit else 0)
    return register


def _intact(length: int) -> Callable[[Array], Array]:
    """The function that tells which frames have the right CRC.

    A CRC is linear: that of a frame is the sum, modulo 2, of those of its bytes, each in its place.
    """
    tables = [
        np.array([crc4(bytes(k) + bytes([byte]) + bytes(length - 1 - k)) for byte in range(256)], np.uint8)
        for k in range(length)
    ]
    tables[-1] ^= np.arange(256, dtype=np.uint8) & 0xF

    def intact(frames: Array) -> Array:
        register = tables[0][frames[:, 0]]
        for table, column in zip(tables[1:], frames.T[1:], strict=True):
            register = register ^ table[column]
        return np.asarray(register == 0)

    return intact
