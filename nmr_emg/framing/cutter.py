"""Cuts a stream of bytes into frames, keeps in step, and finds its step again after damage.

What happens at a byte depends on the bytes up to a fixed distance after it and never on where reads ended:

* In step, a frame that is just what was due is taken at once.
* If it has the right checks but an unexpected number, or the next frame seems to begin inside it, the frame after it
  must confirm it.
* Otherwise a window of bytes is waited for, and the likeliest chain of frames in it decides where to go on.
"""

import re
from dataclasses import dataclass

import numpy as np

from nmr_emg.block import Array
from nmr_emg.framing.anatomy import Anatomy
from nmr_emg.framing.chain import Before, best
from nmr_emg.framing.skipped import Run, Skipped

LONGEST_TEXT = 256
FEWEST, MOST = 8, 4096
MEMORY = 128
MOST_PLACES = 64
REGION = 1 << 16


@dataclass(slots=True)
class _Cut:
    """What one call found."""

    frames: list[Array]
    skipped: list[Skipped]
    count: int = 0


class Cutter:
    """Cuts one stream.

    Args:
        anatomy: what makes a frame.
        text: matches text that the board may send between frames, at most `LONGEST_TEXT` bytes of it.
    """

    def __init__(self, anatomy: Anatomy, text: re.Pattern[bytes] | None = None) -> None:
        self._anatomy = anatomy
        self._text = text
        proof = anatomy.depth * anatomy.length
        self._stride = proof + 1
        self._window = proof + max(proof if anatomy.closed else 3 * proof, LONGEST_TEXT if text else 0)
        self._memory = min(MEMORY, anatomy.cycle // 2 or 2 * anatomy.depth) * anatomy.length
        self._ahead = 0 if anatomy.closed else 1
        self._tail = b""
        self._known = False
        self._number = 0
        self._kind = 0
        self._gap = 0
        self._run = Run()
        self._region = 4 * self._window
        self._batch = FEWEST

    def __call__(self, data: bytes, *, final: bool = False) -> tuple[Array, list[Skipped]]:
        """Frames, uint8 of shape (frames, length), and what lay between them, in order."""
        buffer = self._tail + data
        stretch = np.frombuffer(buffer, np.uint8)
        cut = _Cut([], [])
        at = self._go_on(stretch, 0, cut)
        while (moved := self._search(buffer, stretch[at:], at, cut, final=final)) > 0:
            at = self._go_on(stretch, at + moved, cut)
        self._tail = buffer[at:]
        if len(cut.frames) == 1:
            return cut.frames[0], cut.skipped
        empty = np.empty((0, self._anatomy.length), np.uint8)
        return np.concatenate([empty, *cut.frames]), cut.skipped

    @property
    def _counts(self) -> bool:
        """Whether the last frame is not too long ago to count from."""
        return self._known and self._gap <= self._memory

    def _go_on(self, stretch: Array, at: int, cut: _Cut) -> int:
        """Take frames while each is what was due; gives where that ends."""
        length = self._anatomy.length
        while self._known and not self._gap:
            count = min(self._batch, (len(stretch) - at - self._ahead) // length)
            if count <= 0:
                break
            frames = stretch[at : at + count * length].reshape(count, length)
            good = self._anatomy.in_step(frames, self._number, self._kind)
            if self._ahead:
                good = min(
                    good, self._anatomy.followed(stretch[at + length : at + count * length + 1 : length])
                )
            if good:
                self._take(frames[:good], cut)
                self._number = (self._number + good) % (self._anatomy.cycle or 1)
                at += good * length
            if good < count:
                self._batch = FEWEST
                break
            self._batch = min(2 * self._batch, MOST)
        return at

    def _search(self, buffer: bytes, stretch: Array, at: int, cut: _Cut, *, final: bool) -> int:
        """Take the next frame or skip bytes; gives by how many bytes it went on, 0 if more are needed."""
        size, length = len(stretch), self._anatomy.length
        if not size or (size < length + self._ahead and not final and not self._refuted(stretch)):
            return 0
        text = self._find_text(buffer, at, at + min(size, self._window))
        needed = self._confirming * length
        if text is not None and text[1] <= needed:
            return self._decide(stretch, text, cut)
        if size >= needed and self._confirmed(stretch[:needed]):
            return self._accept(stretch, 0, cut)
        if text is not None:
            return self._decide(stretch, text, cut)
        if size >= self._window:
            return self._look_on(buffer, stretch, at, cut)
        return self._decide(stretch, None, cut) if final else 0

    def _refuted(self, stretch: Array) -> bool:
        """Whether text, which may be shorter than a frame, is worth looking for."""
        return self._text is not None and self._anatomy.refuted(stretch)

    @property
    def _confirming(self) -> int:
        """How many frames in a row are believed at the present place."""
        due = self._counts and self._gap % self._anatomy.length == 0
        return 2 if due else self._anatomy.depth

    def _confirmed(self, stretch: Array) -> bool:
        frames = stretch.reshape(-1, self._anatomy.length)
        return bool(self._anatomy.valid(frames).all()) and self._anatomy.consecutive(frames)

    def _find_text(self, buffer: bytes, start: int, stop: int) -> tuple[int, int] | None:
        """The text that is complete first, as (begin, end) counted from `start`."""
        if self._text is None or not self._text.search(buffer, start, stop):
            return None
        low, high = start, stop
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._text.search(buffer, start, middle) else (middle, high)
        found = self._text.search(buffer, start, high)
        return (found.start() - start, found.end() - start) if found else None

    def _decide(self, whole: Array, text: tuple[int, int] | None, cut: _Cut) -> int:
        """Decide with what there is: nothing follows, or text does."""
        stretch = whole if text is None else whole[: text[0]]
        place = self._likeliest(stretch, len(stretch) + 1)
        if place is not None:
            return self._accept(stretch, place, cut)
        cut_off = text is None and not self._gap and not self._anatomy.refuted(stretch)
        if not (cut_off and len(stretch) < self._anatomy.length):
            self._skip(len(stretch), cut)
        cut.skipped += self._run.close(cut.count)
        if text is None:
            return len(stretch)
        words = bytes(whole[text[0] : text[1]]).decode("latin-1")
        cut.skipped.append(Skipped("text", cut.count, len(words), words))
        return text[1]

    def _likeliest(self, stretch: Array, starts: int) -> int | None:
        candidates = self._anatomy.read(stretch, self._anatomy.offsets(stretch)[:MOST_PLACES])
        before = None
        if self._counts:
            due = (self._number + 1) % (self._anatomy.cycle or 1)
            torn = not self._gap and self._anatomy.torn(stretch, due)
            whole = stretch[: self._anatomy.length]
            doubled = (
                torn and len(whole) == self._anatomy.length and self._anatomy.doubled(whole, self._number)
            )
            before = Before(self._gap, self._number, self._kind, torn, doubled)
        first = not self._known and not self._gap
        return best(self._anatomy, candidates, starts, before, first=first)

    def _look_on(self, buffer: bytes, stretch: Array, at: int, cut: _Cut) -> int:
        """Decide with a whole window, or pass over as many windows as hold nothing."""
        region = stretch[: self._region]
        windows = (len(region) - self._window) // self._stride + 1
        hopeful = self._hopeful(region)
        idle = min(windows, int(hopeful[0]) // self._stride) if len(hopeful) else windows
        if idle > 1 and self._text is not None:
            found = self._text.search(buffer, at, at + len(region))
            if found is not None:
                idle = max(1, min(idle, (found.start() - at - self._window) // self._stride + 1))
        if idle:
            self._region = min(2 * self._region, REGION)
            self._skip(idle * self._stride, cut)
            return idle * self._stride
        place = self._likeliest(stretch[: self._window], self._stride)
        if place is not None:
            return self._accept(stretch, place, cut)
        self._skip(self._stride, cut)
        return self._stride

    def _hopeful(self, region: Array) -> Array:
        """Places where the next frame may begin: any valid one, but a frame and its successor in the dark."""
        places = self._anatomy.offsets(region)
        if self._counts or not len(places):
            return places
        numbers = self._anatomy.counts(region, places)
        successor = np.searchsorted(places, places + self._anatomy.length)
        successor[successor == len(places)] = 0
        follows = places[successor] == places + self._anatomy.length
        if self._anatomy.cycle:
            follows &= numbers[successor] == (numbers + 1) % self._anatomy.cycle
        if not self._known and not self._gap and places[0] == 0:
            follows[0] = True
        return np.asarray(places[follows])

    def _accept(self, stretch: Array, place: int, cut: _Cut) -> int:
        """Take the frame at a place, and skip what is before it."""
        if place:
            self._skip(place, cut)
        cut.skipped += self._run.close(cut.count)
        end = place + self._anatomy.length
        frames = stretch[place:end].reshape(1, -1)
        self._take(frames, cut)
        self._known, self._gap, self._region = True, 0, 4 * self._window
        ((_, self._number, self._kind),) = self._anatomy.read(stretch, np.array([place]))
        return end

    def _take(self, frames: Array, cut: _Cut) -> None:
        cut.frames.append(frames)
        cut.count += len(frames)

    def _skip(self, count: int, cut: _Cut) -> None:
        self._gap += count
        cut.skipped += self._run.skip(count, cut.count)
