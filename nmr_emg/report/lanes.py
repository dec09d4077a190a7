"""Labels beside each other without touching."""

from collections.abc import Iterable
from dataclasses import dataclass

LETTER = 5.4
"""Width of a letter of a figure's small text (user units)."""
LONGEST = 26


@dataclass(frozen=True, slots=True)
class Label:
    """A text that begins at `x` in a lane; lane 0 is the lowest, `None` is for one that found no room."""

    x: float
    text: str
    lane: int | None


def width(text: str) -> float:
    """How wide a text is, about.

    >>> width("rest")
    21.6
    """
    return LETTER * len(text)


def shortened(text: str, most: int = LONGEST) -> str:
    """A text that is not too long.

    >>> shortened("a very long marker indeed", 12)
    'a very long…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def lanes(wanted: Iterable[tuple[float, str]], right: float, count: int) -> list[Label]:
    """Labels from places and texts in order of place; each goes into the lowest lane where it is free.

    >>> [one.lane for one in lanes([(0, "one"), (5, "two"), (8, "three"), (90, "x")], 100, 2)]
    [0, 1, None, 0]
    """
    free = [float("-inf")] * count
    placed = []
    for place, text in wanted:
        x = min(place, right - width(text))
        lane = next((i for i, edge in enumerate(free) if edge <= x), None)
        if lane is not None:
            free[lane] = x + width(text) + LETTER
        placed.append(Label(x, text, lane))
    return placed
