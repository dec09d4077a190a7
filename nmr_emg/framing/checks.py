"""What tells a frame from other bytes: fixed bytes and a counter."""

from dataclasses import dataclass, field
from functools import cache
from math import log2

import numpy as np

from nmr_emg.block import Array
from nmr_emg.errors import ConfigError
from nmr_emg.framing.fields import decoder, type_named
from nmr_emg.framing.frames import Wire
from nmr_emg.timing.counter import BYTE, Counting, Integers

LONGEST_CYCLE = 1 << 16


@dataclass(frozen=True, slots=True)
class Check:
    """A byte that has one value, or one of a range, in every frame.

    A frame whose byte changed within its range is only trusted once the next frame confirms it, so a range is for
    bytes that seldom change, such as a packet's type.

    Args:
        at: which byte, from 0.
        equals: its value; the file's key is `is`.
        low: instead, the lowest value; the file's key is `from`.
        high: the highest value; the file's key is `to`.
        mask: which of its bits count.
    """

    at: int
    equals: int | None = field(default=None, metadata={"key": "is"})
    low: int | None = field(default=None, metadata={"key": "from"})
    high: int | None = field(default=None, metadata={"key": "to"})
    mask: int = 0xFF

    def __post_init__(self) -> None:
        if (self.equals is None) == (self.low is None or self.high is None):
            raise ConfigError(f"the check of byte {self.at} needs either is, or from and to")
        if self.at < 0:
            raise ConfigError(f"there is no byte {self.at}; bytes are counted from 0")
        if not 0 <= self.lowest <= self.highest <= 0xFF or not 0 < self.mask <= 0xFF:
            raise ConfigError(f"the check of byte {self.at} can't be met: its values lie from 0 to 255")
        if not self.bits:
            raise ConfigError(f"the check of byte {self.at} is met by every byte or by none")

    @property
    def lowest(self) -> int:
        """Lowest value of the masked byte."""
        return self.equals if self.equals is not None else self.low or 0

    @property
    def highest(self) -> int:
        """Highest value of the masked byte."""
        return self.equals if self.equals is not None else self.high or 0

    @property
    def varies(self) -> bool:
        """Whether frames may differ in it."""
        return self.lowest < self.highest

    @property
    def bits(self) -> float:
        """How much it tells: -log2 of the share of random bytes that pass; 0 for a useless one."""
        passing = sum(self.lowest <= byte & self.mask <= self.highest for byte in range(256))
        return -log2(passing / 256) if passing else 0.0

    def holds(self, values: Array) -> Array:
        """Which of some bytes (uint8) pass."""
        masked = values if self.mask == 0xFF else values & np.uint8(self.mask)
        if not self.varies:
            return np.asarray(masked == self.lowest)
        return np.asarray((masked >= self.lowest) & (masked <= self.highest))


@dataclass(frozen=True, slots=True)
class Counter:
    """A number that goes up by `step` from frame to frame.

    Args:
        at: at which byte it begins.
        type: how it is written: u8, u16le, u32be, ...
        modulus: it counts 0 to modulus - 1; by itself, all that the type holds.
        step: by how much it goes up.
        mask: which bits of it count.
        shift: how many bits it is shifted down after the mask.
    """

    at: int
    type: str = "u8"
    modulus: int = 0
    step: int = 1
    mask: int = 0
    shift: int = 0

    def __post_init__(self) -> None:
        if type_named(self.type).kind != "u":
            raise ConfigError(f"the counter's type is {self.type!r}; it must be one of u8, u16le, u16be, ...")
        if min(self.at, self.mask, self.shift) < 0:
            raise ConfigError(f"the counter's at, mask and shift are at least 0; at is {self.at}")
        if not 0 <= self.modulus <= self._range or self.step < 1:
            raise ConfigError(f"the counter's modulus is from 2 to {self._range} and its step at least 1")
        if self.whole % self.step or self.cycle < 2:
            raise ConfigError(f"the counter's step {self.step} must divide its modulus {self.whole}")
        if self.cycle > LONGEST_CYCLE and self.cycle % LONGEST_CYCLE:
            raise ConfigError(f"the counter's modulus {self.whole} is above {LONGEST_CYCLE} and no multiple")

    @property
    def _range(self) -> int:
        if self.mask:
            return (self.mask >> self.shift) + 1
        return 1 << 8 * self.width >> self.shift

    @property
    def width(self) -> int:
        """Bytes."""
        return type_named(self.type).width

    @property
    def whole(self) -> int:
        """One more than its highest value."""
        return self.modulus or self._range

    @property
    def cycle(self) -> int:
        """Frames until it comes round."""
        return self.whole // self.step

    def start(self) -> "Numbers":
        """The function that reads frame numbers, in steps."""
        return Numbers(self)


class Numbers:
    """Reads the counter of frames as frame numbers, 0 to `cycle` - 1; a number of `cycle` or above is foreign."""

    def __init__(self, counter: Counter) -> None:
        self.cycle = counter.cycle
        self._counter = counter
        self._plain = (counter.type, counter.step, counter.mask, counter.shift) == ("u8", 1, 0, 0)
        self._decode = decoder([Wire(0, counter.type)])
        self._bytes = np.arange(counter.at, counter.at + counter.width)

    def __call__(self, frames: Array) -> Integers:
        """Numbers of frames, uint8 of shape (frames, length)."""
        at, width = self._counter.at, self._counter.width
        if self._plain:
            return frames[:, at].astype(np.int64)
        return self._read(frames[:, at : at + width])

    def at(self, stretch: Array, offsets: Integers) -> Integers:
        """Numbers of the frames at some offsets in a stretch of bytes."""
        return self._read(stretch[offsets[:, None] + self._bytes])

    def _read(self, counts: Array) -> Integers:
        counter = self._counter
        values = self._decode(counts)[:, 0].astype(np.int64)
        if counter.mask:
            values &= counter.mask
        if counter.shift:
            values >>= counter.shift
        return values // counter.step if counter.step > 1 else values


def id_cycle(cycle: int) -> int:
    """After how many rows ids come round where the board's count does after `cycle`: long ones go modulo 65,536."""
    return LONGEST_CYCLE if cycle > LONGEST_CYCLE and not cycle % LONGEST_CYCLE else cycle


@cache
def counting(cycle: int) -> Counting:
    """How rows are counted that come round after `cycle`."""
    if cycle == len(BYTE.cycle):
        return BYTE
    length = id_cycle(cycle)
    return Counting(f"0 to {length - 1}", tuple(range(length)))
