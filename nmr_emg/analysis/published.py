"""Bursts as a published detector finds them, to compare with those of the chain."""

from dataclasses import dataclass, field

import numpy as np

from nmr_emg.analysis.bursts import Burst, Bursts
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.published import Interval, detector
from nmr_emg.errors import ConfigError
from nmr_emg.event import Event

Stretch = tuple[float, float]


@dataclass(slots=True)
class _Kept:
    """What the detector looks at: NaN where the chain settles and at the first row after a gap."""

    index: list[Array] = field(default_factory=list)
    filtered: list[Floats] = field(default_factory=list)
    envelope: list[Floats] = field(default_factory=list)

    def add(self, block: Block, *, after_gap: bool) -> None:
        filtered = np.where(block["settling"], np.nan, block["filtered"])
        if after_gap:
            filtered[0] = np.nan
        self.index.append(np.arange(block.start, block.stop))
        self.filtered.append(filtered)
        self.envelope.append(block["envelope"])


class PublishedBursts(Bursts):
    """A sink that keeps the whole filtered signal; a published method searches it once the bursts are asked for.

    Args:
        info: the stream.
        name: of the method, as in `nmr_emg.dsp.published.METHODS`.
        rest: a stretch of rest in seconds from the first sample; `None` takes the newest rest trial.

    Raises:
        ConfigError: there is no such method.
    """

    def __init__(self, info: StreamInfo, name: str, rest: Stretch | None = None) -> None:
        super().__init__(info)
        self._name, self._detector, self._rest = name, detector(name), rest
        self._kept: _Kept | None = _Kept()
        self._heard: Stretch | None = None
        self._began: int | None = None

    def write(self, block: Block) -> None:
        """Keep one block."""
        if not block.rows or self._kept is None:
            return
        self.first = block.start if self.first is None else self.first
        self._kept.add(block, after_gap=not bridged(block.lost, self._info.rate))
        for event in block.events:
            self._hear(event)

    def _hear(self, event: Event) -> None:
        if event.kind != "trial" or event.data.get("name") != "rest":
            return
        at = event.index - (self.first or 0)
        if event.data.get("edge") == "start":
            self._began = at
        elif self._began is not None:
            self._heard = self._began / self._info.rate, at / self._info.rate
            self._began = None

    def close(self) -> None:
        """Nothing to do: a recording that could not be read is not searched."""

    def split(self, channel: int, peak: float | None) -> tuple[list[Burst], list[Burst]]:
        """A channel's bursts, and those too short or too small to count.

        Raises:
            ConfigError: no rest is known.
        """
        if self._kept is not None:
            kept, self._kept = self._kept, None
            self._search(kept)
        return super().split(channel, peak)

    def _search(self, kept: _Kept) -> None:
        """Find the bursts of every channel; what refuses one is kept in `refused`."""
        rest = self._rest or self._heard
        if rest is None:
            raise ConfigError(
                f"--detector {self._name} compares with rest, and no rest is marked in this recording; add --rest A:B, "
                "seconds in which the muscles were quiet"
            )
        if not kept.index:
            return
        index, filtered, envelope = (
            np.concatenate(one) for one in (kept.index, kept.filtered, kept.envelope)
        )
        for column, channel in enumerate(self._info.emg):
            try:
                found = self._find(channel, filtered[:, column], index, rest)
            except ConfigError as error:
                self.refused[channel] = str(error)
                continue
            self.found[channel] = [self._burst(one, index, envelope[:, column]) for one in found]

    def _find(self, channel: int, filtered: Floats, index: Array, rest: Stretch) -> list[Interval]:
        if self._info.channels[channel].kind != "raw":
            raise ConfigError("this channel is no raw EMG")
        rate, first = self._info.rate, self.first or 0
        a, b = (int(np.searchsorted(index, first + round(one * rate))) / rate for one in rest)
        if a >= b:
            raise ConfigError("no sample of rest is left in this recording")
        return self._detector.find(filtered, rate, (a, b))

    def _burst(self, one: Interval, index: Array, envelope: Floats) -> Burst:
        first, stop = self._row(one.onset), self._row(one.offset)
        part = envelope[first:stop]
        return Burst(
            onset=int(index[first]),
            declared=None
            if one.declared is None
            else int(index[min(self._row(one.declared), len(index) - 1)]),
            offset=int(index[stop - 1]) + 1,
            truncated_start=one.truncated_start,
            truncated_end=one.truncated_end,
            peak=float(part.max()),
            power=float(np.square(part).sum()),
            rows=len(part),
        )

    def _row(self, seconds: float) -> int:
        return round(seconds * self._info.rate)
