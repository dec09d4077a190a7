"""Something that the simulator knows to happen, laid out ahead of time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from math import inf
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens from `start` to `stop` (s of simulated time; `stop` may be infinite).

    `data` holds what the signal needs to know of it and what the truth tells of it.
    """

    what: str
    start: float
    stop: float = inf
    data: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


Between: TypeAlias = Callable[[float, float], list[Happening]]


def overlapping(happenings: Iterator[Happening]) -> Between:
    """A function that gives what happens between two times, asked from early to late.

    Args:
        happenings: in the order of their start; may be endless.
    """
    held: list[Happening] = []
    coming = next(happenings, None)

    def between(first: float, last: float) -> list[Happening]:
        nonlocal coming
        while coming is not None and coming.start < last:
            held.append(coming)
            coming = next(happenings, None)
        held[:] = [one for one in held if one.stop > first]
        return list(held)

    return between


def passes(start: float, stop: float, length: float) -> Iterator[tuple[float, float]]:
    """The spans in which a window is open, in a scene of `length` seconds that repeats for ever.

    >>> from itertools import islice
    >>> list(islice(passes(2, 5, 10), 2)), list(passes(0, inf, 10))
    ([(2, 5), (12, 15)], [(0.0, inf)])
    """
    if start <= 0 and stop >= length:
        yield 0.0, inf
        return
    for turn in count():
        yield turn * length + start, turn * length + min(stop, length)


def times(
    random: np.random.Generator, every: float, spread: float, spans: Iterator[tuple[float, float]]
) -> Iterator[float]:
    """Moments inside the spans, at least one in each, `every` seconds apart give or take a share `spread`."""
    for first, last in spans:
        moment = first + min(every, last - first) * random.uniform(0.2, 0.8)
        while moment < last:
            yield moment
            moment += every * (1 + spread * random.uniform(-1, 1))
