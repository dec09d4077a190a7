"""The parser of `msb7`."""

from collections.abc import Sequence

import numpy as np

from nmr_emg.block import Array
from nmr_emg.framing.frames import Frames, Note, Parse
from nmr_emg.framing.tally import Tally

LONGEST_MESSAGE = 512
FIRST = 0x80


def reader(places: Sequence[int], size: int, begin: bytes, end: bytes) -> Parse:
    """A parser at the beginning of a stream.

    Args:
        places: at which byte of a frame each column begins.
        size: of a frame, in bytes.
        begin: of a message; empty if there are none.
        end: of a message.
    """
    return _Reader(places, size, begin, end)


class _Reader:
    """Keeps the bytes that aren't settled yet: at most a frame, or a message that hasn't ended."""

    def __init__(self, places: Sequence[int], size: int, begin: bytes, end: bytes) -> None:
        self._places = np.array(places)
        self._size = size
        self._begin, self._end = begin, end
        self._tail = b""
        self._begun = False
        self._tally = Tally(size)

    def __call__(self, data: bytes, *, final: bool = False) -> Frames:
        """What can be told from the bytes so far."""
        buffer = self._tail + data
        pieces: list[Array] = []
        notes: list[Note] = []
        at = rows = 0
        while True:
            stop, message, after = self._next_message(buffer, at, final=final)
            whole = message is not None or (final and stop == len(buffer))
            found, at = self._frames(buffer, at, stop, rows, notes, whole=whole)
            pieces.append(found)
            rows += len(found)
            if message is None:
                break
            notes += self._tally.close(rows, begun=self._begun) + self._tally.until(rows)
            notes += [_note(one, rows) for one in message.split(";") if one.strip()]
            at = after
        self._tail = b"" if final else buffer[at:]
        notes += self._tally.passed(rows, final=final)
        return Frames(np.concatenate(pieces), None, tuple(notes))

    def _next_message(self, buffer: bytes, at: int, *, final: bool) -> tuple[int, str | None, int]:
        """Up to where samples go, the message there if it is complete, and where it ends."""
        begin, end = self._begin, self._end
        if not begin:
            return len(buffer), None, 0
        look = at
        while (start := buffer.find(begin, look)) >= 0:
            body = start + len(begin)
            stop = buffer.find(end, body, body + LONGEST_MESSAGE + len(end))
            if stop >= 0:
                return start, buffer[body:stop].decode("latin-1"), stop + len(end)
            if len(buffer) < body + LONGEST_MESSAGE + len(end) and not final:
                return start, None, 0
            look = start + 1
        if final:
            return len(buffer), None, 0
        for held in range(min(len(begin) - 1, len(buffer) - at), 0, -1):
            if buffer.endswith(begin[:held]):
                return len(buffer) - held, None, 0
        return len(buffer), None, 0

    def _frames(
        self, buffer: bytes, at: int, stop: int, before: int, notes: list[Note], *, whole: bool
    ) -> tuple[Array, int]:
        """Frames among the bytes from `at` to `stop`, and where what is not settled begins.

        Args:
            buffer: the bytes.
            at: the first that counts.
            stop: one past the last; a frame may begin there.
            before: rows before in this call.
            notes: damage is added to them.
            whole: a last frame of the right length ends at `stop`.
        """
        stretch = np.frombuffer(buffer, np.uint8)[at:stop]
        heads = np.flatnonzero(stretch >= FIRST)
        full = len(heads) > 0 and len(stretch) - int(heads[-1]) == self._size
        ended = stop < len(buffer) or (whole and full)
        marks = np.append(heads, len(stretch)) if ended else heads
        if not len(heads):
            notes += self._tally.skip(len(stretch), before, begun=self._begun)
            return np.empty((0, len(self._places)), np.int32), stop
        good = np.diff(marks) == self._size
        found = np.flatnonzero(good)
        self._tell(marks, good, before, notes)
        self._begun |= len(found) > 0
        firsts = heads[found]
        spots = firsts[:, None] + self._places
        values = (stretch[spots] & np.uint8(0x7F)).astype(np.int32) << 7
        values += stretch[spots + 1]
        last = int(marks[-1])
        if len(stretch) - last > self._size:
            notes += self._tally.skip(len(stretch) - last, before + len(values), begun=self._begun)
            last = len(stretch)
        return values, at + last

    def _tell(self, marks: Array, good: Array, before: int, notes: list[Note]) -> None:
        """Note what lies before the first mark and between marks that hold no frame."""
        notes += self._tally.skip(int(marks[0]), before, begun=self._begun)
        if not len(good):
            return
        edges = np.diff(good, prepend=True, append=True)
        turns = np.flatnonzero(edges)
        rows = np.concatenate([[0], np.cumsum(good)])
        if good[0]:
            notes += self._tally.close(before, begun=self._begun)
        for first, last in zip(turns[::2], turns[1::2], strict=True):
            row = before + int(rows[first])
            self._begun |= row > before
            notes += self._tally.skip(int(marks[last] - marks[first]), row, begun=self._begun)
            if last < len(good):
                notes += self._tally.close(row, begun=self._begun)


def _note(message: str, row: int) -> Note:
    kind, _, value = message.strip().partition(":")
    if kind == "EVNT":
        return Note("marker", row, {"text": value})
    return Note("text", row, {"text": message.strip()})
