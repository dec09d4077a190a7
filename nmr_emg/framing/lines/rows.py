"""Rows of complete lines, one by one or many at once, and notes of what is no row."""

from math import inf

import numpy as np

from nmr_emg.framing.lines.columns import Columned
from nmr_emg.framing.lines.many import Floats, Shape, read_many, shape_of
from nmr_emg.framing.lines.notes import Noted
from nmr_emg.framing.lines.parts import Part, is_words, parts_of
from nmr_emg.framing.lines.text import Text

LONGEST = 1024
"""Bytes of the longest line."""
MOST_MERGED = 8
"""Samples that a single damaged line stands for at most."""


class Lines:
    """Rows of complete lines: columns as wanted."""

    def __init__(self, line: Text) -> None:
        self._columned = Columned(line.wanted, line.width)
        self._range = line.low, line.high
        self._values = len(line.columns)
        self._limited = line.low > -inf or line.high < inf
        self._shape: Shape | None = None
        self._last: tuple[bytes, list[Part]] | None = None
        self._places: list[int] = []
        self._read_bytes = self._read_lines = 0
        self.noted = Noted()

    def many(self, body: bytes, rows: int) -> Floats | None:
        """Rows of lines that all have the known shape, or `None`."""
        if self._last is not None:
            self._shape, self._last = shape_of(*self._last), None
        found = None if self._shape is None else read_many(body, self._shape, LONGEST)
        if found is None:
            return None
        picked: Floats = np.ascontiguousarray(found[:, self._places])
        if self._limited and not self._inside(picked):
            return None
        self._read_lines += len(found)
        self._read_bytes += len(body) - body.count(b"\n")
        self.noted.row(rows, len(found))
        return picked

    def _inside(self, picked: Floats) -> bool:
        low, high = self._range
        values = picked[:, : self._values]
        return bool(((values >= low) & (values <= high)).all())

    def one(self, line: bytes, came: bytes, rows: int, *, torn: bool) -> list[float] | None:
        """The row of one line, or `None`.

        Args:
            line: in the one alphabet.
            came: as it came.
            rows: how many rows came before it.
            torn: its first byte may be what is left of the end of the line before.
        """
        parts = parts_of(line)
        places = self._columned.places(parts)
        if (
            isinstance(places, str)
            and torn
            and not isinstance(self._columned.places(parts_of(line[1:])), str)
        ):
            self.noted.damage(rows, came[:1], "the end of a line", 0)
            return self.one(line[1:], came[1:], rows, torn=False)
        if isinstance(places, str):
            if is_words(came) and not self._columned.names_one(parts):
                self.noted.words(rows, came)
            else:
                self.noted.damage(rows, came, places, self._samples(line))
            return None
        picked = [parts[place][1] for place in places]
        low, high = self._range
        if self._limited and not all(low <= value <= high for value in picked[: self._values]):
            self.noted.damage(rows, came, f"a value is not from {low:g} to {high:g}", self._samples(line))
            return None
        self._last, self._places = (line, parts), places
        self._read_lines += 1
        self._read_bytes += len(line)
        self.noted.row(rows)
        return picked

    def cut(self, line: bytes, came: bytes, rows: int) -> None:
        """A line that may be a piece of one: no row, but perhaps words."""
        if is_words(came) and not self._columned.may_be_cut(parts_of(line)):
            self.noted.words(rows, came)

    def _samples(self, line: bytes) -> int:
        """How many samples a damaged line stands for: several, if the ends of lines between them were lost."""
        if not self._read_bytes:
            return 1
        return min(max(1, round(len(line) * self._read_lines / self._read_bytes)), MOST_MERGED)
