"""Which of a line's values are wanted, and what is wrong with a line that doesn't hold them."""

from collections.abc import Sequence
from math import isfinite

from nmr_emg.framing.lines.parts import Part


class Columned:
    """Finds the wanted values of a line.

    Args:
        wanted: label of each, or its number, from 0, among the values without a label.
        width: values in a line; 0 for as many as the wanted ones tell.
    """

    def __init__(self, wanted: Sequence[str], width: int = 0) -> None:
        self._wanted = tuple(wanted)
        numbers = {int(one) for one in wanted if one.isdecimal()}
        names = {one for one in wanted if not one.isdecimal()}
        self._width = width or len(names) + max(numbers, default=-1) + 1
        self._labels: list[str] | None = None
        self._places: list[int] | str = "nothing"

    def places(self, parts: Sequence[Part]) -> list[int] | str:
        """Where the wanted values stand among a line's, or what is wrong."""
        labels = [label for label, _ in parts]
        if labels != self._labels:
            self._labels, self._places = labels, self._found(labels)
        if not isinstance(self._places, str) and not all(isfinite(parts[i][1]) for i in self._places):
            return "a value is missing or no number"
        return self._places

    def _found(self, labels: list[str]) -> list[int] | str:
        if len(labels) != self._width:
            return f"{len(labels)} instead of {self._width} values"
        bare = [place for place, label in enumerate(labels) if not label]
        places = []
        for one in self._wanted:
            if labels.count(one) == 1:
                places.append(labels.index(one))
            elif one.isdecimal() and int(one) < len(bare):
                places.append(bare[int(one)])
            else:
                return f"there is no value {one!r}, or several"
        return places

    def names_one(self, parts: Sequence[Part]) -> bool:
        """Whether a line has a label that is wanted."""
        return any(label in self._wanted for label, _ in parts if label)

    def may_be_cut(self, parts: Sequence[Part]) -> bool:
        """Whether this may be a piece of a line of values."""
        return any(isfinite(value) or any(label in one for one in self._wanted) for label, value in parts)
