"""Activation as a percentage of a reference contraction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from nmr_emg.allowed import LONGEST, between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.envelope import moving_sum
from nmr_emg.errors import ConfigError
from nmr_emg.event import Event
from nmr_emg.stage import Process

METHODS = ("mvc_task", "mvc_isometric", "submax_reference", "task_peak", "task_mean", "none", "m_max")
"""Amplitude normalisation methods of the CEDE project (Besomi et al. 2020, J Electromyogr Kinesiol 53:102438)."""

SMALLEST = 3.0
"""A reference below this multiple of rest is refused."""


@dataclass(frozen=True, slots=True)
class Normalise:
    """Write the track `percent`: `envelope` in % of each channel's reference; NaN without one, (rows, EMG channels).

    percent = 100 · E_c / E_ref,c with E_c = √(max(E² − E_rest², 0)), both corrected for the same declared rest
    (power domain; Law, Krishnan & Avin 2011, J Biomech 44:202–205). Without a declared rest nothing is subtracted.
    Nothing else moves the scale: the same effort reads the same, now and ten minutes later.

    A `trial` named "reference" is measured from its start to its stop, one named "rest" likewise (always the mean);
    `reference` and `rest` events bring values from elsewhere. Each change is told as an event `referenced` with
    values, statistic, window, method and what was refused.

    Args:
        statistic: "mean" over the trial, or "peak": the largest mean over `window` s.
        window: of the peak (s).
        method: how the reference was made, in the CEDE project's words.
    """

    statistic: Literal["mean", "peak"] = "mean"
    window: float = 0.5
    method: str = "mvc_isometric"

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(f"method is {self.method!r}; it must be one of {', '.join(METHODS)}")
        if self.statistic not in ("mean", "peak"):
            raise ConfigError(f"statistic is {self.statistic!r}; it must be mean or peak")
        between(0.001, LONGEST, window=self.window)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        scale = _Scale(self, info)
        trials = {"rest": _Trial(self, info, "mean"), "reference": _Trial(self, info, self.statistic)}

        def events(block: Block) -> list[Event]:
            changed = False
            for event in block.events:
                name = event.data.get("name")
                if event.kind in ("rest", "reference"):
                    scale.declare(event.kind, event.data)
                    changed = True
                elif event.kind == "trial" and name in trials:
                    if event.data.get("edge") == "start":
                        trials[name].begin()
                    elif (value := trials[name].end()) is not None:
                        scale.measure(name, value, trials[name].seconds)
                        changed = True
            return [scale.told(block.start)] if changed and scale.complete else []

        def process(block: Block) -> Block:
            for trial in trials.values():
                trial.interrupt(block)
            derived = events(block)
            for trial in trials.values():
                trial.add(block)
            return block.with_tracks(percent=scale.percent(block["envelope"])).with_events(derived)

        return process


class _Trial:
    """What is measured between a trial's start and its stop, without the rows that were still settling."""

    def __init__(self, settings: Normalise, info: StreamInfo, statistic: str) -> None:
        self._length = max(1, round(settings.window * info.rate))
        self._info = info
        self._peak = statistic == "peak"
        self._open = False
        self._count = 0

    @property
    def seconds(self) -> float:
        return self._count / self._info.rate

    def begin(self) -> None:
        columns = len(self._info.emg)
        self._open = True
        self._count = 0
        self._total = np.zeros((1, columns))
        self._largest = np.zeros(columns)
        self._restart()

    def _restart(self) -> None:
        self._add = moving_sum(self._length, len(self._info.emg))
        self._filled = 0

    def interrupt(self, block: Block) -> None:
        if self._open and not bridged(block.lost, self._info.rate):
            self._restart()

    def add(self, block: Block) -> None:
        if not self._open:
            return
        settled = block["envelope"][int(np.count_nonzero(block["settling"])) :]
        self._count += len(settled)
        if not self._peak:
            self._total = np.add.accumulate(np.concatenate([self._total, settled]), axis=0)[-1:]
            return
        sums = self._add(settled)[max(0, self._length - 1 - self._filled) :]
        self._filled += len(settled)
        if len(sums):
            self._largest = np.maximum(self._largest, sums.max(axis=0))

    def end(self) -> Floats | None:
        """Its value per channel, or `None` if it never began or holds nothing."""
        was_open, self._open = self._open, False
        if not was_open or not self._count:
            return None
        return self._largest / self._length if self._peak else self._total[0] / self._count


class _Scale:
    """Rest and reference of every channel, and what follows from them."""

    def __init__(self, settings: Normalise, info: StreamInfo) -> None:
        self._info = info
        self._rest = np.zeros(len(info.emg))
        self._reference = np.full(len(info.emg), np.nan)
        self._data: dict[str, Any] = {
            "statistic": settings.statistic,
            "window_s": settings.window if settings.statistic == "peak" else None,
            "method": settings.method,
        }
        self._update()

    @property
    def complete(self) -> bool:
        return bool(np.isfinite(self._reference).any())

    def declare(self, kind: str, data: Mapping[str, Any]) -> None:
        values = self._rest if kind == "rest" else self._reference
        for column, i in enumerate(self._info.emg):
            value = data["values"].get(self._info.channels[i].label)
            if value is not None:
                values[column] = float(value)
        if kind == "reference":
            self._data |= {key: data[key] for key in self._data if key in data}
        self._update()

    def measure(self, name: str, value: Floats, seconds: float) -> None:
        if name == "rest":
            self._rest = value
        else:
            self._reference = value
            self._data["seconds"] = round(seconds, 3)
        self._update()

    def _update(self) -> None:
        corrected = np.sqrt(np.maximum(np.square(self._reference) - np.square(self._rest), 0))
        self._small = self._reference < SMALLEST * self._rest
        self._factor = np.where(
            self._small | ~(corrected > 0), np.nan, 100 / np.where(corrected > 0, corrected, 1)
        )
        self._power = np.square(self._rest)

    def percent(self, envelope: Array) -> Floats:
        corrected: Floats = np.sqrt(np.maximum(np.square(envelope) - self._power, 0)) * self._factor
        return corrected

    def told(self, index: int) -> Event:
        labels = [self._info.channels[i].label for i in self._info.emg]
        refused = {
            label: f"the reference ({reference:.1f} µV) is under {SMALLEST:g} times rest ({rest:.1f} µV)"
            for label, small, reference, rest in zip(
                labels, self._small, self._reference, self._rest, strict=True
            )
            if small
        }
        data = {
            **self._data,
            "values": {k: _number(v) for k, v in zip(labels, self._reference, strict=True)},
            "rest": {k: _number(v) for k, v in zip(labels, self._rest, strict=True)},
            "unit": "uV",
            "refused": refused,
        }
        return Event("referenced", index, data=data)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
