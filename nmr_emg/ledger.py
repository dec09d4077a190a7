"""The ledger of a session: what was received, what was lost, how fast it went."""

from dataclasses import dataclass, field
from math import isnan, nan
from typing import Any

import numpy as np

from nmr_emg.block import Block, StreamInfo
from nmr_emg.event import Event
from nmr_emg.timing.clock import Clock

MOST_GAPS = 10_000
"""Gaps listed one by one; beyond that they are only counted in `lost`."""
MOST_NOTICES = 20
"""Messages of a device that are kept, each once."""
RATED = 1.0
"""Shortest stream of which a rate is told (s)."""
SURE = 10.0
"""Shortest stream whose rate is judged (s)."""
FAR_OFF = 0.01
"""A rate further from the nominal one than this is warned about (share)."""

UNEXPLAINED = 0.2
"""So much time without samples (s) is warned about if nothing tells where they were lost."""
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
        self.trouble: str | None = None
        self.notices: list[str] = []
        self._began = self._newest = nan
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
        elif event.kind == "device":
            self.reconnects += event.data.get("state") == "reconnected"
            text = str(event.data.get("text", ""))
            if text and text not in self.notices and len(self.notices) < MOST_NOTICES:
                self.notices.append(text)

    def _count_gap(self, index: int, samples: int) -> None:
        self.lost += samples
        if len(self.gaps) < MOST_GAPS:
            self.gaps.append({"start": index - samples, "samples": samples})

    def _time(self, block: Block) -> None:
        last = block.stop - 1
        if self._timed is None:
            self._timed, self._began = last, block.arrived
        self._newest = block.arrived
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
        if self.rate_effective is None or self._timed is None:
            return None
        before = self._timed + 1 - (self._first or 0)
        return before + round((self._newest - self._began) * self._speed * self._info.rate)

    @property
    def warnings(self) -> list[str]:
        """What is worth a sentence to the user."""
        told = (self._wrong_rate(), self._much_lost(), self._unexplained(), self._still_lost())
        return [said for said in told if said is not None]

    def _still_lost(self) -> str | None:
        if self.trouble is None:
            return None
        return (
            f"{self._name} was lost after {self.seconds:.1f} s and had not come back when the session ended"
        )

    def _unexplained(self) -> str | None:
        expected, rate = self.expected, self.rate_effective
        if expected is None or rate is None or abs(rate / self._info.rate - 1) > FAR_OFF:
            return None
        missing = expected - self.samples - self.lost
        if missing < UNEXPLAINED * self._info.rate:
            return None
        return (
            f"{missing} samples fewer came from {self._name} than {expected / self._info.rate:.0f} s should have brought, "
            f"and nothing tells where: what comes after the loss is up to {missing / self._info.rate:.1f} s too early"
        )

    def _wrong_rate(self) -> str | None:
        rate, nominal = self.rate_effective, self._info.rate
        if rate is None or self.seconds < SURE or abs(rate / nominal - 1) <= FAR_OFF:
            return None
        off = 100 * (rate / nominal - 1)
        sent = f"{self._name} sends {rate:.1f} samples a second, not {nominal:g} ({off:+.1f} %)"
        return f"{sent}: all times and frequencies are off by as much; if the device takes a rate, say --set rate={rate:.5g}"

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
            "notices": list(self.notices),
            "warnings": self.warnings,
        }


def _quantiles(of: Latency) -> dict[str, float | None]:
    return {"p50": of.quantile(0.5), "p95": of.quantile(0.95)}
