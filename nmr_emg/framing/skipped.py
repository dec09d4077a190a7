"""Bytes of a stream that are no frame, told in few words."""

from dataclasses import dataclass
from typing import Literal

FIRST_TOLD = 1024


@dataclass(frozen=True, slots=True)
class Skipped:
    """Bytes that are no frame.

    Args:
        kind: "text" that was expected, or "damage".
        frame: how many frames of the same call came before them.
        count: how many bytes.
        text: what they say.
    """

    kind: Literal["text", "damage"]
    frame: int
    count: int
    text: str = ""


class Run:
    """Bytes skipped one after another; of a long run is told after 1 KiB, 2 KiB, 4 KiB, ... and at its end.

    >>> run = Run()
    >>> [one.count for one in run.skip(3000, 7)], [one.count for one in run.close(7)]
    ([1024, 1024], [952])
    """

    def __init__(self) -> None:
        self._length = 0
        self._told = 0

    def skip(self, count: int, frame: int) -> list[Skipped]:
        """Some more bytes go by, after so many frames of this call."""
        self._length += count
        told = []
        while self._length >= (due := max(FIRST_TOLD, 2 * self._told)):
            told.append(Skipped("damage", frame, due - self._told))
            self._told = due
        return told

    def close(self, frame: int) -> list[Skipped]:
        """A frame begins, or a text."""
        left = self._length - self._told
        self._length = self._told = 0
        return [Skipped("damage", frame, left)] if left else []
