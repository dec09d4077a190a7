"""Damage told in few words: at once where it is rare, gathered where it is dense."""

from typing import Any

from nmr_emg.framing.frames import Note

APART = 64
MOST = 1024


class Tally:
    """Gathers bytes of one stream that were no sample into notes.

    The first damage is told where it was. What follows within `APART` rows is told after them, or once it comes to
    `MOST` bytes, and then each time it has doubled. Rows are counted from the beginning of the present call.

    Args:
        size: bytes of a row, to tell how many rows were probably lost; 0 if the rows themselves tell.
    """

    def __init__(self, size: int = 0) -> None:
        self._size = size
        self._run = 0
        self._bytes = 0
        self._rows = 0
        self._due = 0
        self._limit = MOST

    def skip(self, count: int, row: int, *, begun: bool = True) -> list[Note]:
        """Bytes that are no sample go by before a row; `begun` says that there were samples before them."""
        notes: list[Note] = []
        self._run += count
        while self._run >= MOST:
            notes += self._add(MOST, row, begun)
            self._run -= MOST
        return notes

    def close(self, row: int, *, begun: bool = True) -> list[Note]:
        """Samples begin again."""
        run, self._run = self._run, 0
        return self._add(run, row, begun) if run else []

    def _add(self, count: int, row: int, begun: bool) -> list[Note]:
        notes = self.until(row)
        self._bytes += count
        self._rows += max(1, round(count / self._size)) if self._size and begun else 0
        if self._due <= row or self._bytes >= self._limit:
            self._limit = 2 * self._limit if self._due > row else MOST
            notes.append(self._tell(row))
        return notes

    def until(self, row: int) -> list[Note]:
        """What is due before a row."""
        return [self._tell(max(0, self._due))] if self._bytes and self._due <= row else []

    def passed(self, rows: int, *, final: bool) -> list[Note]:
        """A call ends after so many rows."""
        notes = self.close(rows) if final else []
        notes += self.until(rows)
        if final and self._bytes:
            notes.append(self._tell(rows))
        self._due = max(self._due - rows, 0)
        return notes

    def _tell(self, row: int) -> Note:
        data: dict[str, Any] = {"bytes": self._bytes}
        if self._rows:
            data["rows"] = self._rows
        self._bytes = self._rows = 0
        self._due = row + APART
        return Note("damage", row, data)
