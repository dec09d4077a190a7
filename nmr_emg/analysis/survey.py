"""The first pass over a recording: each channel's rest, its reference, and how high it goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from nmr_emg.analysis.histogram import Histogram
from nmr_emg.analysis.quiet import Quiet
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.heartbeat import told_ahead
from nmr_emg.dsp.scale import SMALLEST
from nmr_emg.dsp.usable import usable
from nmr_emg.event import Event


@dataclass(frozen=True, slots=True)
class Levels:
    """What the first pass found, by label and in µV.

    Args:
        rest: RMS at rest.
        rest_sd: standard deviation of the envelope while inactive.
        peak: envelope that 99.5 % of the active samples stay under; `None` without activity.
        reference: data of the newest `referenced` event, or `None`.
        rows: samples from the first to the last, lost ones included.
        beats: input events for the heart beats that were recognised.
        bands: power at rest in the bands by which onsets are decided (µV²).
    """

    rest: Mapping[str, float | None]
    rest_sd: Mapping[str, float]
    peak: Mapping[str, float | None]
    reference: Mapping[str, Any] | None
    rows: int
    beats: tuple[Event, ...] = ()
    bands: Mapping[str, list[float]] = field(default_factory=dict)

    @property
    def told_rest(self) -> dict[str, float | None]:
        """The rest that a second pass is told: what the reference was measured against, else what was found."""
        measured = (self.reference or {}).get("rest", {})
        return {label: measured.get(label) or found for label, found in self.rest.items()}

    @property
    def told_reference(self) -> Event | None:
        """The newest reference as an input event."""
        if self.reference is None:
            return None
        keys = ("values", "statistic", "window_s", "method", "measured")
        return Event("reference", data={k: self.reference[k] for k in keys if k in self.reference})

    def has_reference(self, label: str) -> bool:
        """Whether a channel has a reference that is not too small."""
        value = (self.reference or {}).get("values", {}).get(label)
        return value is not None and value >= SMALLEST * (self.told_rest[label] or 0.0)

    def as_events(self) -> list[Event]:
        """Input events that tell a second pass what the first one found."""
        data = {"values": self.told_rest, "bands": self.bands, "source": "first pass"}
        rest = Event("rest", data=data)
        return [rest, *([] if (told := self.told_reference) is None else [told]), *self.beats]


@dataclass(slots=True)
class Survey:
    """A sink that measures `Levels`."""

    info: StreamInfo
    reference: Mapping[str, Any] | None = None
    rested: Mapping[str, float] = field(default_factory=dict)

    _rest: list[Histogram] = field(init=False)
    _active: list[Histogram] = field(init=False)
    _moments: Any = field(init=False)
    _quiet: Quiet = field(init=False)
    _first: int | None = None
    _end: int = 0
    _beats: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rest = [Histogram() for _ in self.info.emg]
        self._active = [Histogram() for _ in self.info.emg]
        self._moments = np.zeros((3, len(self.info.emg)))
        self._quiet = Quiet(self.info)

    def write(self, block: Block) -> None:
        """Measure one block."""
        self._quiet.write(block)
        if block.rows:
            self._first = block.start if self._first is None else self._first
            self._end = block.stop
        for event in block.events:
            if event.kind == "referenced":
                self.reference = event.data
            elif event.kind == "rested":
                self.rested = event.data["values"]
            elif event.kind == "beat":
                self._beats.append(event)
        settled = ~block["settling"][:, 0]
        envelope, active = block["envelope"][settled], block["active"][settled]
        good = usable(block, len(self.info.emg))[settled]
        for column in range(len(self.info.emg)):
            self._rest[column].add(block["rest"][settled, column][good[:, column]])
            self._active[column].add(envelope[active[:, column] & good[:, column], column])
        quiet = np.where(active, 0.0, envelope)
        self._moments += ((~active).sum(axis=0), quiet.sum(axis=0), np.square(quiet).sum(axis=0))

    def close(self) -> None:
        """Nothing to do."""

    def levels(self) -> Levels:
        """What was found."""
        labels = [self.info.channels[i].label for i in self.info.emg]
        count, total, squares = self._moments
        mean = total / np.maximum(count, 1)
        spread = np.sqrt(np.maximum(squares / np.maximum(count, 1) - mean**2, 0))
        rest = {
            label: self.rested.get(label, h.quantile(0.5))
            for label, h in zip(labels, self._rest, strict=True)
        }
        return Levels(
            rest=rest,
            rest_sd={label: float(s) for label, s in zip(labels, spread, strict=True)},
            peak={label: h.quantile(0.995) for label, h in zip(labels, self._active, strict=True)},
            reference=self.reference,
            rows=self._end - (self._first or 0),
            bands=self._quiet.powers(),
            beats=tuple(told_ahead(self._beats, self.info.rate, self._first or 0)),
        )
