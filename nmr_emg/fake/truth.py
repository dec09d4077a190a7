"""What a fake board truly sampled, and what became of it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

State = Literal["sent", "damaged", "withheld", "unheard"]

WORST: tuple[State, ...] = ("sent", "damaged", "withheld", "unheard")


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a fake board.

    Args:
        index: running number of samples taken by the board.
        time: when it was taken: `time.monotonic()` live, seconds from the first sample in a pure stream.
        values: of the channels, as counts.
        aux: what else the board measured (acceleration, digital inputs), as it stands at this sample.
        state: "sent" whole; "damaged" on its way; "withheld": never sent; "unheard": nobody had the port open.
    """

    index: int
    time: float
    values: tuple[int, ...]
    aux: tuple[int, ...]
    state: State


class Truth:
    """Samples in their order; the oldest are forgotten beyond `keep`.

    >>> truth = Truth()
    >>> truth.add(Sample(0, 0.0, (5, 6), (), "sent"))
    >>> truth.add(Sample(1, 0.004, (7, 8), (), "withheld"))
    >>> truth.values().tolist(), truth.values("withheld").tolist(), len(truth)
    ([[5, 6]], [[7, 8]], 2)
    """

    def __init__(self, keep: int | None = None) -> None:
        self._samples: deque[Sample] = deque(maxlen=keep)

    def add(self, sample: Sample) -> None:
        """One more sample, or the second frame of the last one: then its worse state counts."""
        if self._samples and self._samples[-1].index == sample.index:
            last = self._samples.pop()
            state = max(last.state, sample.state, key=WORST.index)
            sample = replace(last, state=state, aux=sample.aux)
        self._samples.append(sample)

    def __len__(self) -> int:
        return len(self._samples)

    def __iter__(self) -> Iterator[Sample]:
        return iter(self._samples.copy())

    def __getitem__(self, number: int) -> Sample:
        return self._samples[number]

    def having(self, *states: State) -> list[Sample]:
        """Samples in any of these states."""
        return [sample for sample in self if sample.state in states]

    def values(self, *states: State) -> NDArray[Any]:
        """Values of the samples in these states ("sent" unless named), shape (samples, channels), int64."""
        return np.array([sample.values for sample in self.having(*(states or ("sent",)))], dtype=np.int64)

    def indices(self, *states: State) -> NDArray[Any]:
        """Indices of the samples in these states ("sent" unless named), int64."""
        return np.array([sample.index for sample in self.having(*(states or ("sent",)))], dtype=np.int64)
