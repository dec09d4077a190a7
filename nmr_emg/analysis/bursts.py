"""Bursts of activity, from the onset and offset events of the chain."""

from dataclasses import dataclass
from math import log10
from typing import Any

from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.continuity import SETTLING_SECONDS, bridged

SHORTEST = 0.2
SMALLEST = 0.2
"""A burst shorter than this (s), or under this share of the channel's peak, is listed as minor."""


@dataclass(slots=True)
class Burst:
    """One burst; indices are samples."""

    onset: int
    declared: int | None
    offset: int | None = None
    first_onset: int | None = None
    onset_error: float | None = None
    offset_error: float | None = None
    truncated_start: bool = False
    truncated_end: bool = False
    peak: float = 0.0
    power: float = 0.0
    rows: int = 0

    def as_json(self, first: int, rate: float, rest: float | None) -> dict[str, Any]:
        """In seconds from the recording's first sample."""
        mean = self.power / self.rows if self.rows else 0.0
        over = mean - rest**2 if rest else 0.0
        return {
            "onset": round((self.onset - first) / rate, 6),
            "offset": None if self.offset is None else round((self.offset - first) / rate, 6),
            "declared": None if self.declared is None else round((self.declared - first) / rate, 6),
            "first_onset": None if self.first_onset is None else round((self.first_onset - first) / rate, 6),
            "onset_error_ms": self.onset_error,
            "offset_error_ms": self.offset_error,
            "snr_db": round(10 * log10(over / rest**2), 2) if rest and over > 0 else None,
            "peak_uV": round(self.peak, 3),
            "truncated_start": self.truncated_start,
            "truncated_end": self.truncated_end,
        }


class Bursts:
    """A sink that lists every channel's bursts."""

    def __init__(self, info: StreamInfo) -> None:
        self._info = info
        self._open: dict[int, Burst] = {}
        self.first: int | None = None
        self._since = 0
        self._end = 0
        self.found: dict[int, list[Burst]] = {channel: [] for channel in info.emg}
        self.refused: dict[int, str] = {}

    def write(self, block: Block) -> None:
        """Take one block's events and measure what is active."""
        if not block.rows:
            return
        if self.first is None or not bridged(block.lost, self._info.rate):
            self._since = block.start
        self.first = block.start if self.first is None else self.first
        self._measure(block)
        for event in block.events:
            if event.kind == "restart":
                self._end_all(event.index)
                self._since = event.index
            elif event.kind == "onset" and event.channel is not None:
                onset = int(event.data["onset"])
                early = onset - self._since < SETTLING_SECONDS * self._info.rate + 1
                error = event.data.get("error_ms")
                burst = Burst(onset, event.index, first_onset=onset, onset_error=error, truncated_start=early)
                self._open[event.channel] = burst
                self._measure_one(block, event.channel, event.index)
            elif event.kind == "refined" and event.channel in self._open:
                self._open[event.channel].onset = int(event.data["onset"])
                self._open[event.channel].onset_error = event.data["error_ms"]
            elif event.kind == "offset" and event.channel in self._open:
                burst = self._open.pop(event.channel)
                burst.offset = int(event.data["offset"])
                burst.offset_error = event.data.get("error_ms")
                burst.truncated_end = bool(event.data.get("truncated", False))
                self.found[event.channel].append(burst)
        self._end = block.stop

    def _measure(self, block: Block) -> None:
        for channel in self._open:
            self._measure_one(block, channel, block.start)

    def _measure_one(self, block: Block, channel: int, index: int) -> None:
        column = self._info.emg.index(channel)
        rows = slice(index - block.start, None)
        active = block["active"][rows, column]
        envelope = block["envelope"][rows, column]
        stop = len(active) if active.all() else int(active.argmin())
        burst = self._open[channel]
        if stop:
            burst.peak = max(burst.peak, float(envelope[:stop].max()))
            burst.power += float((envelope[:stop] ** 2).sum())
            burst.rows += stop

    def close(self) -> None:
        """End what is still active with the recording."""
        self._end_all(self._end)

    def _end_all(self, index: int) -> None:
        for channel, burst in self._open.items():
            burst.offset = index
            burst.truncated_end = True
            self.found[channel].append(burst)
        self._open.clear()

    def split(self, channel: int, peak: float | None) -> tuple[list[Burst], list[Burst]]:
        """A channel's bursts, and those too short or too small to count."""
        rate = self._info.rate
        counts = [
            burst.offset is not None
            and (burst.offset - burst.onset >= SHORTEST * rate)
            and burst.peak >= SMALLEST * (peak or 0.0)
            for burst in self.found[channel]
        ]
        pairs = list(zip(self.found[channel], counts, strict=True))
        return [b for b, yes in pairs if yes], [b for b, yes in pairs if not yes]
