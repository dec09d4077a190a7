"""The parser of lines of text."""

import numpy as np

from nmr_emg.framing.frames import Frames, Parse
from nmr_emg.framing.lines.many import Floats
from nmr_emg.framing.lines.parts import alphabet
from nmr_emg.framing.lines.place import placing
from nmr_emg.framing.lines.rows import LONGEST, Lines
from nmr_emg.framing.lines.text import Text

SLICE = 65536
"""Bytes that are taken apart at once; more would only cost memory."""
FEW = 64
"""Bytes below which lines are read one by one, which is faster then."""


class _Ends:
    """How lines end: where two bytes end each, an empty line is seen between any two, until one is missed."""

    def __init__(self) -> None:
        self._pairs = 0
        self.empty = False

    @property
    def torn(self) -> bool:
        """The line before this one ended with one byte, though two are usual."""
        return self._pairs >= 2 and not self.empty

    def line(self, *, good: bool) -> None:
        """A line was read."""
        if good:
            self._pairs = self._pairs + 1 if self.empty else 0
        self.empty = False

    def lines(self, body: bytes) -> None:
        """Good lines were read, with the empty ones between them."""
        last = body.rstrip(b"\n").rfind(b"\n")
        before = body[: max(0, last)].rstrip(b"\n")
        if before:
            self._pairs = self._follows_empty(body, before.rfind(b"\n"))
        self._pairs = self._pairs + 1 if self._follows_empty(body, last) else 0
        self.empty = body.endswith(b"\n\n")

    def _follows_empty(self, body: bytes, end: int) -> bool:
        """Whether a line that comes after the line feed at `end` comes after an empty line."""
        return self.empty if end < 0 else end == 0 or body[end - 1] == ord("\n")


class _Stream:
    """Bytes cut into lines: the first is not believed, an overlong one is damage in pieces."""

    def __init__(self, line: Text) -> None:
        self._lines = Lines(line)
        self._table = alphabet(line.separator, line.decimal)
        self._columns = len(line.wanted)
        self._tail = b""
        self._first = True
        self._inside = False
        self._ends = _Ends()
        self.noted = self._lines.noted

    def take(self, data: bytes, rows: int) -> Floats:
        """Rows of the lines that are complete with these bytes; `rows` came before."""
        came = self._tail + data
        body = came.translate(self._table)
        end = body.rfind(b"\n") + 1
        found = self._whole(came[:end], body[:end], rows) if end else np.empty((0, self._columns))
        self._tail = self._pieces(came[end:], rows + len(found))
        return found

    def finish(self, rows: int) -> None:
        """Nothing follows: what is left is no line, but may be words."""
        if not self._inside:
            self._lines.cut(self._tail.translate(self._table), self._tail, rows)
        self._tail = b""
        self.noted.close(rows)

    def _whole(self, came: bytes, body: bytes, rows: int) -> Floats:
        if len(body) >= FEW and not self._first and not self._inside:
            found = self._lines.many(body, rows)
            if found is not None:
                self._ends.lines(body)
                return found
        picked: list[list[float]] = []
        at = 0
        for line in body[:-1].split(b"\n"):
            row = self._line(line, came[at : at + len(line)], rows + len(picked))
            at += len(line) + 1
            if row is not None:
                picked.append(row)
        return np.array(picked, np.float64).reshape(-1, self._columns)

    def _line(self, line: bytes, came: bytes, rows: int) -> list[float] | None:
        if len(line) > LONGEST:
            came = self._pieces(came, rows)
        first, inside = self._first, self._inside
        self._first = self._inside = False
        if inside:
            self.noted.damage(rows, came, "", 0)
        elif first:
            self._lines.cut(line, came, rows)
        elif line.strip(b" "):
            row = self._lines.one(line, came, rows, torn=self._ends.torn)
            self._ends.line(good=row is not None)
            return row
        self._ends.empty = not line.strip(b" ")
        return None

    def _pieces(self, came: bytes, rows: int) -> bytes:
        """Give up what is too long to be a line, and return what is left."""
        while len(came) > LONGEST:
            why = f"a line of more than {LONGEST} bytes"
            self.noted.damage(rows, came[:LONGEST], why, 0 if self._inside or self._first else 1)
            self._inside = True
            came = came[LONGEST:]
        return came


def reader(line: Text) -> Parse:
    """A parser at the beginning of a stream."""
    stream = _Stream(line)
    place = placing(line)

    def parse(data: bytes, *, final: bool = False) -> Frames:
        found: list[Floats] = []
        rows = 0
        for at in range(0, max(1, len(data)), SLICE):
            found.append(stream.take(data[at : at + SLICE], rows))
            rows += len(found[-1])
        if final:
            stream.finish(rows)
        values = found[0] if len(found) == 1 else np.concatenate(found)
        return place(values, stream.noted.take(), final)

    return parse
