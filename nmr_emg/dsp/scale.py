"""Rest and reference of every channel, and what follows from them."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nmr_emg.block import Array, StreamInfo
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.measure import unlike
from nmr_emg.event import Event

SMALLEST = 3.0
"""A reference below this multiple of rest is refused."""


class Scale:
    """What 100 % is, and why it is not known where it is not.

    Args:
        info: the stream.
        facts: how a reference is made here, as the event `referenced` tells it.
        measured: how amplitudes are measured here, as `measure.measured` says; empty if nobody knows.
        best: whether a trial that falls short of the reference leaves it.
    """

    def __init__(
        self, info: StreamInfo, facts: Mapping[str, Any], measured: str = "", *, best: bool = False
    ) -> None:
        self._labels = [info.channels[i].label for i in info.emg]
        self._rest = np.zeros(len(info.emg))
        self._reference = np.full(len(info.emg), np.nan)
        self._own = {**facts, "measured": measured}
        self._facts: dict[str, Any] = self._own
        self._measured = measured
        self._best = best
        self._foreign: dict[str, str] = {}
        self._update()

    @property
    def known(self) -> bool:
        """Whether there is something to tell: a reference, or why one was refused."""
        return bool(self._foreign) or bool(np.isfinite(self._reference).any())

    def declare(self, kind: str, data: Mapping[str, Any]) -> None:
        """Take rest or reference from elsewhere, unless they were measured otherwise."""
        given = {label: value for label, value in data["values"].items() if value is not None}
        if why := unlike(kind, data, self._measured):
            self._foreign |= {label: why for label in self._labels if label in given and kind == "reference"}
            return
        values = self._rest if kind == "rest" else self._reference
        for column, label in enumerate(self._labels):
            if label in given:
                values[column] = float(given[label])
        if kind == "reference":
            told = {key: data[key] for key in (*self._own, "seconds") if key in data}
            self._facts = {**self._own, "measured": "", **told}
            self._forgive(given)
        self._update()

    def measure(self, kind: str, value: Floats, seconds: float) -> None:
        """Take what a trial measured; a channel of which no row counted keeps what it has."""
        seen = np.isfinite(value)
        if kind == "rest":
            self._rest = np.where(seen, value, self._rest)
        else:
            self._reference = (
                np.fmax(self._reference, value) if self._best else np.where(seen, value, self._reference)
            )
            self._facts = {**self._own, "seconds": round(seconds, 3)}
            self._forgive(label for label, one in zip(self._labels, seen, strict=True) if one)
        self._update()

    def percent(self, envelope: Array) -> Floats:
        """An envelope in % of the reference, (rows, channels); NaN where there is none or it is refused."""
        corrected: Floats = np.sqrt(np.maximum(np.square(envelope) - self._power, 0)) * self._factor
        return corrected

    def told(self, index: int) -> Event:
        """The event `referenced`."""
        data = {
            **self._facts,
            "values": {k: _number(v) for k, v in zip(self._labels, self._reference, strict=True)},
            "rest": {k: _number(v) for k, v in zip(self._labels, self._rest, strict=True)},
            "unit": "uV",
            "refused": {**self._foreign, **self._too_small()},
        }
        return Event("referenced", index, data=data)

    def _too_small(self) -> dict[str, str]:
        rows = zip(self._labels, self._small, self._reference, self._rest, strict=True)
        return {
            label: f"the reference ({reference:.1f} µV) is under {SMALLEST:g} times rest ({rest:.1f} µV)"
            for label, small, reference, rest in rows
            if small
        }

    def _forgive(self, labels: Iterable[str]) -> None:
        for label in labels:
            self._foreign.pop(label, None)

    def _update(self) -> None:
        corrected = np.sqrt(np.maximum(np.square(self._reference) - np.square(self._rest), 0))
        self._small = self._reference < SMALLEST * self._rest
        refused = self._small | ~(corrected > 0)
        self._factor = np.where(refused, np.nan, 100 / np.where(corrected > 0, corrected, 1))
        self._power = np.square(self._rest)


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
