"""What is noted between the rows of a text: words of the board, and damaged lines, one note for each run of them."""

from dataclasses import dataclass

from nmr_emg.framing.frames import Note
from nmr_emg.framing.lines.parts import plain

FIRST_BYTES = 1024
"""A run of damage is told when it ends, or as soon as it is so long, …"""
MOST_BYTES = 65536
"""… and then four times as long, up to this."""
MOST_TEXTS = 32
"""Lines of words that are told at once; more count as damage, …"""
ROWS_A_TEXT = 100
"""… until as many rows have come for each."""
SHOWN = 200
"""Characters of a line of words that are kept."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Damaged lines with no row between them."""

    lines: int = 0
    bytes: int = 0
    rows: int = 0
    text: str = ""
    why: str = ""


class Noted:
    """Gathers notes. Where a run ends depends on the bytes alone, never on how they were cut."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._run = _Run()
        self._limit = FIRST_BYTES
        self._texts = 0.0
        self._rows = 0

    def row(self, rows: int, many: int = 1) -> None:
        """Rows were read; `rows` came before them."""
        if self._run.bytes:
            self._tell(rows)
        self._limit = FIRST_BYTES
        self._rows += many

    def words(self, rows: int, line: bytes) -> None:
        """The board said something after `rows` rows."""
        self._texts = max(0.0, self._texts - self._rows / ROWS_A_TEXT)
        self._rows = 0
        if self._texts > MOST_TEXTS - 1:
            self.damage(rows, line, "words, and more of them than values", lost=0)
            return
        self._texts += 1
        self.close(rows)
        self._notes.append(Note("text", rows, {"text": plain(line, SHOWN)}))

    def damage(self, rows: int, line: bytes, why: str, lost: int) -> None:
        """A line, or a piece of one, is no row; about `lost` samples are lost with it."""
        run = self._run
        self._run = _Run(
            run.lines + 1,
            run.bytes + len(line) + 1,
            run.rows + lost,
            run.text if run.lines else plain(line),
            run.why or why,
        )
        if self._run.bytes >= self._limit:
            self._limit = min(4 * self._limit, MOST_BYTES)
            self._tell(rows)

    def close(self, rows: int) -> None:
        """Tell what has not been told."""
        if self._run.bytes:
            self._tell(rows)

    def take(self) -> list[Note]:
        """The notes since the last time."""
        notes, self._notes = self._notes, []
        return notes

    def _tell(self, rows: int) -> None:
        run, self._run = self._run, _Run()
        data = {"lines": run.lines, "bytes": run.bytes, "rows": run.rows, "text": run.text, "why": run.why}
        self._notes.append(Note("damage", rows, data))
