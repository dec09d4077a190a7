"""How a text writes its lines: the decimal point, what stands in every line, what is said in words."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from nmr_emg.framing.lines.many import Floats
from nmr_emg.framing.lines.parts import Decimal, Part, alphabet, is_words, parts_of, plain

FARTHEST = 1e20
"""No board sends larger numbers; a line that holds one is damaged."""
MOST_SPOKEN = 200
"""Characters of a line of words that are kept."""

_COMMA = re.compile(rb",")
_IN_NUMBER = re.compile(rb"(?<=\d),(?=\d)")
_FRACTION = re.compile(rb"\d,(\d+)")
_APART = re.compile(rb"\d[;\t ]+-?\d")


@dataclass(frozen=True, slots=True, eq=False)
class Dialect:
    """What most lines of a text have in common.

    Args:
        decimal: the decimal point.
        labels: label of each value in a line, empty for none.
        values: of the lines that are so, shape (lines, values).
        other: how many lines are neither so nor words.
        words: lines of words.
        example: one of the other lines, or empty.
    """

    decimal: Decimal
    labels: tuple[str, ...]
    values: Floats
    other: int
    words: tuple[str, ...]
    example: str

    @property
    def good(self) -> float:
        """Part of the lines, but those of words, that are so."""
        return len(self.values) / max(1, len(self.values) + self.other)


def dialect_of(text: bytes) -> Dialect:
    """The dialect of a text. Its first line and what follows the last line's end may have been cut, and don't count."""
    whole = text.translate(bytes.maketrans(b"\r\0", b"\n ")).split(b"\n")
    first, lines = whole[0], [line for line in whole[1:-1] if line.strip()]
    decimal: Decimal = "," if _has_decimal_commas(lines) else "."
    table = alphabet("any", decimal)
    read = [parts_of(line.translate(table)) for line in lines]
    kinds = Counter(tuple(label for label, _ in parts) for parts in read if _sound(parts))
    labels = kinds.most_common(1)[0][0] if kinds else ()
    rows: list[list[float]] = []
    other: list[bytes] = []
    words: list[bytes] = []
    for line, parts in zip(lines, read, strict=True):
        if tuple(label for label, _ in parts) == labels and _sound(parts):
            rows.append([value for _, value in parts])
        elif is_words(line):
            words.append(line)
        else:
            other.append(line)
    values = np.array(rows, np.float64).reshape(len(rows), len(labels))
    said = [first, *words] if is_words(first) else words
    example = plain(other[0]) if other else ""
    return Dialect(decimal, labels, values, len(other), tuple(_spoken(line) for line in said), example)


def _sound(parts: list[Part]) -> bool:
    return all(abs(value) <= FARTHEST for _, value in parts)


def _spoken(line: bytes) -> str:
    return line.strip(b" \t\0").decode()[:MOST_SPOKEN]


def _has_decimal_commas(lines: list[bytes]) -> bool:
    """Whether commas are decimal points.

    All stand between digits, and either something else separates the values, or what follows them is always as long and
    sometimes begins with a zero, as no whole number does.
    """
    commas = [line for line in lines if b"," in line]
    if not commas or any(len(_COMMA.findall(line)) != len(_IN_NUMBER.findall(line)) for line in commas):
        return False
    if all(_APART.search(line) for line in commas):
        return True
    fractions = [fraction for line in commas for fraction in _FRACTION.findall(line)]
    single = all(line.count(b",") == 1 for line in commas)
    lengths = {len(fraction) for fraction in fractions}
    zeros = any(fraction.startswith(b"0") for fraction in fractions)
    return single and len(lengths) == 1 and min(lengths) >= 2 and zeros
