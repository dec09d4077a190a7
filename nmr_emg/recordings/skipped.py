"""What was left out of a damaged file, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field

MOST = 100
"""Rows told one by one; beyond that they are only counted."""


@dataclass(slots=True)
class Skipped:
    """Counts rows left out and remembers why the first hundred were.

    >>> skipped = Skipped()
    >>> skipped.add(7, "cut off")
    >>> skipped.total, skipped.first
    (1, [{'line': 7, 'why': 'cut off'}])
    """

    total: int = 0
    first: list[Mapping[str, int | str]] = field(default_factory=list)

    def add(self, line: int, why: str) -> None:
        """Count the row in one line of the file (counted from 1)."""
        self.total += 1
        if len(self.first) < MOST:
            self.first.append({"line": line, "why": why})
