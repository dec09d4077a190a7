"""Frames of one length with known bytes in them: most boards."""

import re
from dataclasses import dataclass

from nmr_emg.errors import ConfigError
from nmr_emg.framing.anatomy import Anatomy
from nmr_emg.framing.checks import Check, Counter, counting
from nmr_emg.framing.checksums import Checksum
from nmr_emg.framing.cutter import Cutter
from nmr_emg.framing.fields import check_columns, dtype_of
from nmr_emg.framing.frames import Columns, Parse
from nmr_emg.framing.rows import rows_of
from nmr_emg.timing.counter import Counting

LONGEST = 4096
"""Bytes of the longest frame."""
FEWEST_BITS = 4
"""How much checks and checksum must tell, in bits."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Frames of `length` bytes.

    Args:
        length: bytes of a frame.
        columns: how each column lies in a frame, or in the first of its samples.
        checks: bytes that are known.
        counter: goes up from frame to frame.
        checksum: a sum that each frame carries.
        samples: samples in a frame, one row each.
        stride: bytes from one sample to the next.
        paired: a frame of an even number and that of the next, odd one make one row.
        text: regular expression of text that the board may send between frames.

    >>> from nmr_emg.framing.frames import Wire
    >>> plain = Fixed(4, (Wire(2, "u8"),), (Check(0, 0xA5), Check(3, 1)), Counter(1))
    >>> frames = plain.start()(bytes.fromhex("A5000701 A5010801"), final=True)
    >>> frames.values.ravel().tolist(), frames.ids.tolist()
    ([7, 8], [0, 1])
    """

    length: int
    columns: Columns
    checks: tuple[Check, ...] = ()
    counter: Counter | None = None
    checksum: Checksum | None = None
    samples: int = 1
    stride: int = 0
    paired: bool = False
    text: str = ""

    def __post_init__(self) -> None:
        self._refuse_sizes()
        self._refuse_halves()
        self._pattern()

    def _refuse_sizes(self) -> None:
        if not 1 <= self.length <= LONGEST:
            raise ConfigError(f"length is {self.length}; a frame has from 1 to {LONGEST} bytes")
        if self.samples < 1 or self.stride < 0 or (self.samples > 1 and not self.stride):
            raise ConfigError("samples is at least 1; with more, stride says how many bytes they are apart")
        told = sum(check.bits for check in self.checks) + (8 if self.checksum else 0)
        if told < FEWEST_BITS:
            raise ConfigError(
                "checks tell too little; no frame can be found without a known byte or a checksum"
            )
        for name, end in (
            *((f"the check of byte {check.at}", check.at + 1) for check in self.checks),
            *([("counter", self.counter.at + self.counter.width)] if self.counter else []),
            *(
                [("checksum", max(self.checksum.at + self.checksum.width, self.checksum.stop))]
                if self.checksum
                else []
            ),
        ):
            if end > self.length:
                raise ConfigError(f"{name} ends at byte {end - 1}; a frame has bytes 0 to {self.length - 1}")
        check_columns(self.columns, self.length - (self.samples - 1) * self.stride)

    def _refuse_halves(self) -> None:
        halves = any(one.half for one in self.columns)
        if not self.paired and halves:
            raise ConfigError("a column says half, but the frames are not paired")
        if self.paired and (self.counter is None or self.counter.cycle % 2 or self.samples > 1):
            raise ConfigError("paired frames need a counter of an even cycle and one sample a frame")

    def _pattern(self) -> re.Pattern[bytes] | None:
        if not self.text:
            return None
        try:
            pattern = re.compile(self.text.encode("latin-1"), re.DOTALL)
        except (re.error, UnicodeEncodeError) as error:
            raise ConfigError(f"text is {self.text!r}, which is no regular expression: {error}") from None
        if pattern.fullmatch(b""):
            raise ConfigError(f"text is {self.text!r}, which matches nothing at all")
        return pattern

    @property
    def dtype(self) -> str:
        """The smallest type that holds every column exactly."""
        return dtype_of(self.columns)

    @property
    def counting(self) -> Counting | None:
        """How rows are counted."""
        if self.counter is None:
            return None
        return counting(self.counter.cycle // 2 if self.paired else self.counter.cycle * self.samples)

    def start(self) -> Parse:
        """A parser at the beginning of a stream."""
        sums = self.checksum
        anatomy = Anatomy(
            self.length,
            self.checks,
            self.counter,
            sums.start() if sums else None,
            8.0 * sums.width if sums else 0.0,
        )
        return rows_of(
            Cutter(anatomy, self._pattern()),
            self.columns,
            anatomy.numbers,
            samples=self.samples,
            stride=self.stride,
            paired=self.paired,
        )
