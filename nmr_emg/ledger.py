"""The ledger of a session: what was received, what was lost, how fast it went."""

from dataclasses import dataclass, field
from math import isnan
from typing import Any

import numpy as np

from nmr_emg.block import Block, StreamInfo
from nmr_emg.event import Event
from nmr_emg.timing.clock import Clock

MOST_GAPS = 10_000
"""Gaps listed one by one; beyond that they are only counted in `lost`."""
RATED = 1.0
"""Shortest stream of which a rate is told (s)."""
SURE = 10.0
"""Shortest stream whose rate is judged (s)."""
FAR_OFF = 0.01
"""A rate further from the nominal one than this is warned about (share)."""

MUCH, MOST = 0.02, 0.5
"""Shares of lost samples that are warned about: the link is bad; it is hardly this board."""

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
    """Counts samples, losses and events of a session, and fits the rate at which samples really came.

    Args:
        info: the stream.
        speed: how much faster than in reality it is played.
    """

    def __init__(self, info: StreamInfo, speed: float = 1.0) -> None:
        self._info = info
        self._speed = speed
        self._first: int | None = None
        self._stop = 0
        self._clock = Clock(info.rate * speed)
        self._timed: int | None = None
        self.samples = 0
        self.lost = 0
        self._away = 0
        self.gaps: list[dict[str, int]] = []
        self.events = 0
        self.dropped_blocks = 0
        self.reconnects = 0
        self.latency = Latency()
        self.jitter = Latency()

    def count(self, block: Block) -> None:
        """Count one block as it left the chain."""
        if not block.rows:
            return
        self._first = block.start if self._first is None else self._first
        self._stop = block.stop
        self.samples += block.rows
        self.events += len(block.events)
        for event in block.events:
            self._count_event(event)
        if not isnan(block.arrived):
            self._time(block)

    def _count_event(self, event: Event) -> None:
        if event.kind == "gap":
            self._count_gap(event.index, int(event.data["samples"]))
            if event.data.get("reason") == "reconnect":
                self._away += int(event.data["samples"])
        elif event.kind == "device" and event.data.get("state") == "reconnected":
            self.reconnects += 1

    def _count_gap(self, index: int, samples: int) -> None:
        self.lost += samples
        if len(self.gaps) < MOST_GAPS:
            self.gaps.append({"start": index - samples, "samples": samples})

    def _time(self, block: Block) -> None:
        last = block.stop - 1
        if self._timed is None:
            self._timed = last
        self._clock.add(last, block.arrived)
        self.jitter.add(max(0.0, block.arrived - self._clock.line(last)))

    @property
    def seconds(self) -> float:
        """Length of the stream by its sample index, lost samples included."""
        return (self._stop - (self._first or 0)) / self._info.rate

    @property
    def rate_effective(self) -> float | None:
        """Samples a second by the earliest arrivals (`nmr_emg.timing.clock`), or `None` below 1 s of arrivals."""
        if self._timed is None or self._stop - 1 - self._timed < RATED * self._info.rate:
            return None
        return round(self._clock.rate / self._speed, 3)

    @property
    def expected(self) -> int | None:
        """Samples that the nominal rate gives in the time that passed, `None` where that is not known."""
        rate = self.rate_effective
        return None if rate is None else round(self.seconds * self._info.rate / rate * self._info.rate)

    @property
    def warnings(self) -> list[str]:
        """What is worth a sentence to the user."""
        return [said for said in (self._wrong_rate(), self._much_lost()) if said is not None]

    def _wrong_rate(self) -> str | None:
        rate, nominal = self.rate_effective, self._info.rate
        if rate is None or self.seconds < SURE or abs(rate / nominal - 1) <= FAR_OFF:
            return None
        off = 100 * (rate / nominal - 1)
        sent = f"{self._name} sends {rate:.1f} samples a second, not {nominal:g} ({off:+.1f} %)"
        return f"{sent}: all times and frequencies are off by as much; choose the rate the board is set to"

    def _much_lost(self) -> str | None:
        lost = self.lost - self._away
        share = lost / max(1, lost + self.samples)
        if share <= MUCH:
            return None
        sent = f"{share:.0%} of the samples of {self._name} were lost on the way, while it was there"
        if share > MOST:
            return f"{sent}: is it this board, at this speed?"
        return f"{sent}: bring it nearer, close other programs, or ask for fewer channels or a lower rate"

    @property
    def _name(self) -> str:
        return self._info.device or "the source"

    def as_json(self) -> dict[str, Any]:
        """The summary that `record`, `replay` and `demo` print."""
        return {
            "device": self._info.device,
            "rate": self._info.rate,
            "rate_effective": self.rate_effective,
            "seconds": round(self.seconds, 6),
            "expected": self.expected,
            "samples": self.samples,
            "lost": self.lost,
            "gaps": self.gaps,
            "dropped_blocks": self.dropped_blocks,
            "reconnects": self.reconnects,
            "events": self.events,
            "jitter_ms": _quantiles(self.jitter),
            "latency_ms": _quantiles(self.latency),
            "warnings": self.warnings,
        }


def _quantiles(of: Latency) -> dict[str, float | None]:
    return {"p50": of.quantile(0.5), "p95": of.quantile(0.95)}
