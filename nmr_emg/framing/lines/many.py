"""Many lines at once: those that all look like one line that is known are read in one go, any others not at all."""

import re
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.framing.lines.parts import CUT, Part

Floats: TypeAlias = NDArray[np.float64]

_NUMBER = re.compile(rb"(?:^|(?<=[:; ]))[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?=[; ]|$)")
_DIGITS = b"0123456789+-."
_NUMERIC = _DIGITS + b"eE" + CUT + b"\n"


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands around the numbers of a line: `between[0]` before the first, …, `between[-1]` after the last."""

    between: tuple[bytes, ...]

    @property
    def width(self) -> int:
        """How many numbers."""
        return len(self.between) - 1

    @property
    def bare(self) -> bool:
        """Whether there is nothing but numbers, and one separator between any two."""
        return self.between[0] == self.between[-1] == b"" and set(self.between[1:-1]) <= {CUT}


def shape_of(line: bytes, parts: list[Part]) -> Shape | None:
    """The shape of a line that was read, or `None` if lines like it can only be read one by one."""
    between = _NUMBER.split(line)
    found = [float(one) for one in _NUMBER.findall(line)]
    signs = any(byte in _DIGITS for byte in b"".join(between))
    if signs or found != [value for _, value in parts] or not all(between[1:-1]):
        return None
    return Shape(tuple(between))


def read_many(body: bytes, shape: Shape, longest: int) -> Floats | None:
    """All values of complete lines, shape (lines, width); `None` unless every line has this shape.

    Empty lines don't count; none may have more than `longest` bytes.
    """
    while b"\n\n" in body:
        body = body.replace(b"\n\n", b"\n")
    body = b"\n" + body.lstrip(b"\n")
    ends = np.flatnonzero(np.frombuffer(body, np.uint8) == ord("\n"))
    if len(ends) < 2 or int(np.diff(ends).max()) > longest + 1:
        return None
    numbers = body if shape.bare else _bared(body, shape, len(ends) - 1)
    if numbers is None or numbers.translate(None, _NUMERIC):
        return None
    try:
        values: Floats = np.loadtxt(
            numbers[1:-1].decode("ascii").split("\n"), delimiter=CUT.decode(), comments=None, ndmin=2
        )
    except ValueError:
        return None
    return values if values.shape == (len(ends) - 1, shape.width) and np.isfinite(values).all() else None


def _bared(body: bytes, shape: Shape, lines: int) -> bytes | None:
    """The numbers alone, if the lines differ from the shape in nothing but digits."""
    if body.translate(None, _DIGITS) != b"\n" + (b"".join(shape.between) + b"\n") * lines:
        return None
    first, *inner, last = shape.between
    for one in sorted(set(inner), key=len, reverse=True):
        body = body.replace(one, CUT)
    return body.replace(last + b"\n", b"\n").replace(b"\n" + first, b"\n")
