"""Checksums over many frames at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import numpy as np

from nmr_emg.block import Array
from nmr_emg.errors import ConfigError

Sum = Literal["xor", "sum8", "crc8", "crc16"]

_DEFAULTS = {"crc8": (0x07, 0x00), "crc16": (0x1021, 0xFFFF)}


@dataclass(frozen=True, slots=True)
class Checksum:
    """A sum over a frame's bytes that the frame carries itself.

    Args:
        kind: "xor", "sum8" (modulo 256), "crc8" or "crc16", most significant bit first.
        at: byte at which it stands.
        first: first byte summed; the file's key is `from`.
        stop: one past the last; the file's key is `to`.
        type: of a crc16: "u16be" or "u16le".
        poly: a CRC's polynomial without its highest term; 0x07 or 0x1021 (CRC-16/CCITT) by itself.
        init: what a CRC, a sum or an xor begins with; 0xFFFF for crc16 and 0 for the others by itself.
    """

    kind: Sum
    at: int
    first: int = field(default=0, metadata={"key": "from"})
    stop: int = field(default=0, metadata={"key": "to"})
    type: Literal["u16be", "u16le"] = "u16be"
    poly: int | None = None
    init: int | None = None

    def __post_init__(self) -> None:
        if self.at < 0:
            raise ConfigError(f"the checksum stands at byte {self.at}; bytes are counted from 0")
        if not 0 <= self.first < self.stop:
            raise ConfigError(f"the checksum covers bytes {self.first} to {self.stop} (exclusive): none")
        if self.first < self.at + self.width and self.at < self.stop:
            raise ConfigError(f"the checksum at byte {self.at} lies among the bytes that it covers")

    @property
    def width(self) -> int:
        """Bytes."""
        return 2 if self.kind == "crc16" else 1

    def start(self) -> Callable[[Array], Array]:
        """The function that tells which frames (uint8, shape (frames, length)) carry the right sum."""
        poly, init = _DEFAULTS.get(self.kind, (0, 0))
        poly = poly if self.poly is None else self.poly
        init = init if self.init is None else self.init
        covered = slice(self.first, self.stop)
        if self.width == 2:
            return lambda frames: crc(frames[:, covered], 16, poly, init) == self._stored(frames)
        if self.kind == "crc8":
            return lambda frames: crc(frames[:, covered], 8, poly, init) == frames[:, self.at]
        add = np.bitwise_xor if self.kind == "xor" else np.add
        return lambda frames: (
            add.reduce(frames[:, covered], 1, np.uint8, initial=np.uint8(init)) == frames[:, self.at]
        )

    def _stored(self, frames: Array) -> Array:
        pair = frames[:, self.at : self.at + 2].astype(np.uint16)
        high, low = (pair[:, 0], pair[:, 1]) if self.type == "u16be" else (pair[:, 1], pair[:, 0])
        return np.asarray((high << np.uint16(8)) | low)


@cache
def table(width: int, poly: int) -> Array:
    """What each byte adds to a CRC of 8 or 16 bits."""
    top, mask = 1 << (width - 1), (1 << width) - 1
    entries = []
    for byte in range(256):
        register = byte << (width - 8)
        for _ in range(8):
            register = ((register << 1) ^ (poly if register & top else 0)) & mask
        entries.append(register)
    return np.array(entries, np.uint16)


def crc(covered: Array, width: int, poly: int, init: int) -> Array:
    """The CRC of each row of bytes, uint16.

    >>> rows = np.frombuffer(b"123456789", "uint8")[None]
    >>> hex(crc(rows, 16, 0x1021, 0xFFFF)[0]), hex(crc(rows, 8, 0x07, 0)[0])
    ('0x29b1', '0xf4')
    """
    lookup = table(width, poly)
    register = np.full(len(covered), init, np.uint16)
    for column in covered.T:
        if width == 8:
            register = lookup[register ^ column]
        else:
            register = (register << np.uint16(8)) ^ lookup[(register >> np.uint16(8)) ^ column]
    return register
