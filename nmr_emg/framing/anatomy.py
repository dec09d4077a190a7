"""What makes some bytes a frame, tested for many frames, or many offsets, at once."""

from collections.abc import Callable, Sequence
from math import ceil, log2

import numpy as np

from nmr_emg.block import Array
from nmr_emg.framing.checks import Check, Counter
from nmr_emg.timing.counter import Integers

ENOUGH = 16.0
"""Bits of evidence that a run of frames found in the dark must give, besides what its place costs."""
CERTAIN = 16.0
"""Bits of evidence that the beginning of a frame must give to be one even where none is due."""
CLOSING = 5.0
"""Bits of evidence that a frame's last byte must give for the frame to be taken before the next one begins."""
AT_ONCE = 1 << 18
"""How many bytes are copied at once to sum them."""

Intact = Callable[[Array], Array]
"""Tells which frames (uint8, shape (frames, length)) carry the right checksum."""
Candidate = tuple[int, int, int]
"""Place, number and kind of what may be a frame."""


class Anatomy:
    """Frames of one length that checks, a counter and a checksum tell from other bytes.

    Args:
        length: of a frame, in bytes.
        checks: bytes that are known.
        counter: frame number, if there is one.
        intact: tells which frames (uint8, shape (frames, length)) carry the right checksum.
        sum_bits: how much the checksum tells, in bits.

    Attributes:
        evidence: bits that one frame gives: -log2 of the share of random bytes that pass for one.
        counted: bits that a number in sequence gives.
        depth: how many frames in a row are believed wherever they stand.
    """

    def __init__(
        self,
        length: int,
        checks: Sequence[Check],
        counter: Counter | None = None,
        intact: Intact | None = None,
        sum_bits: float = 0.0,
    ) -> None:
        self.length = length
        self.cycle = counter.cycle if counter else 0
        self.numbers = counter.start() if counter else None
        self.evidence = sum(check.bits for check in checks) + sum_bits
        self.counted = log2(self.cycle) if self.cycle else 0.0
        self.depth = max(2, ceil((ENOUGH + 5 + self.counted) / (self.evidence + self.counted)))
        checks = sorted(checks, key=lambda check: check.at)
        self._checks = checks
        self._varying = [check for check in self._checks if check.varies]
        self._constant = [check for check in self._checks if not check.varies]
        self._intact = intact
        self._counter = counter
        self._head = max(checks[0].at + 1, counter.at + counter.width if counter else 0) if checks else 0
        self._head_evidence = self.counted + sum(check.bits for check in checks if check.at < self._head)
        self._last_head = self._latest_head()
        self.closed = intact is not None or any(
            check.at == length - 1 and check.bits >= CLOSING for check in checks
        )

    def _latest_head(self) -> int:
        """The last byte of a frame at which the beginning of the next one is looked for, 0 for none.

        Where a checksum tells broken frames, it takes a whole beginning to doubt one; else its first byte is enough.
        """
        if not self._checks or (self._intact is not None and self._head_evidence < CERTAIN):
            return 0
        return self.length - (self._head if self._intact is not None else self._checks[0].at + 1)

    def kinds(self, stretch: Array, offsets: Integers) -> Integers:
        """Bytes of the frames at some offsets that may vary but seldom do, as one number each."""
        kinds = np.zeros(len(offsets), np.int64)
        for check in self._varying:
            kinds = kinds * 256 + (stretch[offsets + check.at] & check.mask)
        return kinds

    def counts(self, stretch: Array, offsets: Integers) -> Integers:
        """Numbers of the frames at some offsets; zeros where frames aren't numbered."""
        return np.zeros(len(offsets), np.int64) if self.numbers is None else self.numbers.at(stretch, offsets)

    def read(self, stretch: Array, offsets: Integers) -> list[Candidate]:
        """What the frames at some offsets say of themselves."""
        counts, kinds = self.counts(stretch, offsets), self.kinds(stretch, offsets)
        return list(zip(offsets.tolist(), counts.tolist(), kinds.tolist(), strict=True))

    def offsets(self, stretch: Array) -> Integers:
        """Where in a stretch of bytes valid frames begin, ascending; they may overlap."""
        places = len(stretch) - self.length + 1
        if places <= 0:
            return np.empty(0, np.int64)
        if not self._checks:
            found = np.arange(places)
        else:
            fine = self._checks[0].holds(stretch[self._checks[0].at :][:places])
            for check in self._checks[1:]:
                fine &= check.holds(stretch[check.at :][:places])
            found = np.flatnonzero(fine)
        return found if self._intact is None else self._summed(stretch, found, self._intact)

    def _summed(self, stretch: Array, offsets: Integers, intact: Intact) -> Integers:
        """Those of some offsets where the checksum is right."""
        batch = max(1, AT_ONCE // self.length)
        inside = np.arange(self.length)
        kept = [offsets[:0]]
        for first in range(0, len(offsets), batch):
            part = offsets[first : first + batch]
            kept.append(part[intact(stretch[part[:, None] + inside])])
        return np.concatenate(kept)

    def torn(self, piece: Array, number: int) -> bool:
        """Whether a frame of this number begins well, whatever follows."""
        head = self._head
        if not head or len(piece) < head or self.refuted(piece[:head]):
            return False
        return self.numbers is None or int(self.numbers(piece[None, :head])[0]) == number

    def valid(self, frames: Array) -> Array:
        """Which frames (uint8, shape (frames, length)) have the right checks and the right checksum."""
        fine = np.ones(len(frames), bool)
        for check in self._checks:
            fine &= check.holds(frames[:, check.at])
        return fine if self._intact is None else fine & self._intact(frames)

    def consecutive(self, frames: Array) -> bool:
        """Whether each frame's number is one higher than that before; always where they have none."""
        if self.numbers is None:
            return True
        return bool((np.diff(self.numbers(frames)) % self.cycle == 1 % self.cycle).all())

    def followed(self, after: Array) -> int:
        """How many frames, from the first on, have a byte after them with which a frame may begin."""
        if not self._checks or self._checks[0].at:
            return len(after)
        fine = self._checks[0].holds(after)
        return len(after) if fine.all() else int(fine.argmin())

    def in_step(self, frames: Array, number: int, kind: int) -> int:
        """How many frames, from the first on, are just what the one before lets expect.

        Args:
            frames: shape (frames, length).
            number: of the frame before.
            kind: of the frame before.
        """
        fine = np.ones(len(frames), bool)
        for check in self._constant:
            fine &= check.holds(frames[:, check.at])
        if self._varying:
            fine &= self.kinds(frames.reshape(-1), np.arange(len(frames)) * self.length) == kind
        if self.numbers is not None:
            expected = np.arange(number + 1, number + 1 + len(frames)) % self.cycle
            fine &= self.numbers(frames) == expected
        count = int(fine.argmin()) if not fine.all() else len(frames)
        if count and self._intact is not None:
            whole = self._intact(frames[:count])
            count = int(whole.argmin()) if not whole.all() else count
        return self._before_a_double(frames[:count], number, self._last_head)

    def doubled(self, frame: Array, number: int) -> bool:
        """Whether inside the frame after that of `number`, the next one certainly begins: bytes are missing."""
        if self._head_evidence < CERTAIN:
            return False
        return not self._before_a_double(frame[None], number, self.length - self._head)

    def _before_a_double(self, frames: Array, number: int, last: int) -> int:
        """How many frames come before one inside which the next seems to begin, at byte `last` at the latest."""
        if not len(frames) or not last:
            return len(frames)
        lead = self._checks[0]
        stretch = frames.reshape(-1)
        hits = lead.holds(stretch)
        if lead.at == 0 and np.count_nonzero(hits) == len(frames):
            return len(frames)
        begins = np.flatnonzero(hits) - lead.at
        rows, columns = np.divmod(begins, self.length)
        inside = (columns > 0) & (columns <= last) & (rows >= 0)
        begins, rows, columns = begins[inside], rows[inside], columns[inside]
        for check in self._checks[1:]:
            seen = columns + check.at < self.length
            fits = ~seen
            fits[seen] = check.holds(stretch[begins[seen] + check.at])
            begins, rows, columns = begins[fits], rows[fits], columns[fits]
        if self._counter is not None and self.numbers is not None and len(begins):
            seen = columns + self._counter.at + self._counter.width <= self.length
            fits = ~seen
            fits[seen] = self.numbers.at(stretch, begins[seen]) == (number + 2 + rows[seen]) % self.cycle
            rows = rows[fits]
        return int(rows[0]) if len(rows) else len(frames)

    def refuted(self, piece: Array) -> bool:
        """Whether the first bytes of what would be a frame show that it is none."""
        return any(
            not check.holds(piece[check.at : check.at + 1]).all()
            for check in self._checks
            if check.at < len(piece)
        )
