"""The ledger of a session: what was received, what was lost, how fast it went."""

from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np

from nmr_emg.block import Block, StreamInfo

MOST_GAPS = 10_000
"""Gaps listed one by one; beyond that they are only counted in `lost`."""

_EDGES_MS = np.geomspace(0.01, 100_000, 701)


@dataclass(slots=True)
class Latency:
    """Quantiles of a duration in bounded memory: a histogram of 700 bins, each 2.3 % wide."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(_EDGES_MS) + 1))

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[int(np.searchsorted(_EDGES_MS, seconds * 1e3))] += 1

    def quantile(self, share: float) -> float | None:
        """The duration (ms) that `share` of all stay under, or `None` without any."""
        total = sum(self.counts)
        if not total:
            return None
        place = int(np.searchsorted(np.cumsum(self.counts), share * total))
        return round(float(_EDGES_MS[min(place, len(_EDGES_MS) - 1)]), 3)


class Ledger:
    """Counts samples, losses and events of a session, and fits the rate at which samples really came."""

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        self._first: int | None = None
        self._stop = 0
        self._fit = np.zeros(5)
        self._origin: tuple[float, float] | None = None
        self.samples = 0
        self.lost = 0
        self.gaps: list[dict[str, int]] = []
        self.events = 0
        self.dropped_blocks = 0
        self.latency = Latency()

    def count(self, block: Block) -> None:
        """Count one block as it left the chain."""
        if not block.rows:
            return
        self._first = block.start if self._first is None else self._first
        self._stop = block.stop
        self.samples += block.rows
        self.events += len(block.events)
        for event in block.events:
            if event.kind == "gap":
                self._count_gap(event.index, int(event.data["samples"]))
        if not isnan(block.arrived):
            self._add_arrival(block)

    def _count_gap(self, index: int, samples: int) -> None:
        self.lost += samples
        if len(self.gaps) < MOST_GAPS:
            self.gaps.append({"start": index - samples, "samples": samples})

    def _add_arrival(self, block: Block) -> None:
        if self._origin is None:
            self._origin = float(block.stop), block.arrived
        x, y = block.stop - self._origin[0], block.arrived - self._origin[1]
        self._fit += (1, x, y, x * x, x * y)

    @property
    def seconds(self) -> float:
        """Length of the stream by its sample index, lost samples included."""
        return (self._stop - (self._first or 0)) / self._info.rate

    @property
    def rate_effective(self) -> float | None:
        """Samples a second by their arrival (least squares), or `None` below 1 s of arrivals."""
        n, x, y, xx, xy = self._fit
        spread = n * xx - x * x
        slope = (n * xy - x * y) / spread if spread > 0 else 0.0
        if slope <= 0 or self._origin is None or self._stop - self._origin[0] < self._info.rate:
            return None
        return round(float(1 / slope), 3)

    def as_json(self) -> dict[str, Any]:
        """The summary that `record`, `replay` and `demo` print."""
        return {
            "device": self._info.device,
            "rate": self._info.rate,
            "rate_effective": self.rate_effective,
            "seconds": round(self.seconds, 6),
            "samples": self.samples,
            "lost": self.lost,
            "gaps": self.gaps,
            "dropped_blocks": self.dropped_blocks,
            "events": self.events,
            "latency_ms": {"p50": self.latency.quantile(0.5), "p95": self.latency.quantile(0.95)},
        }
