"""The level of a muscle at rest, told or found."""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from math import isfinite, isnan, nan

import numpy as np

from nmr_emg.allowed import LONGEST, above, between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import bridged
from nmr_emg.dsp.tumbling import known_mean, tumbling
from nmr_emg.event import Event
from nmr_emg.stage import Process


@dataclass(frozen=True, slots=True)
class Baseline:
    """Write the track `rest`: RMS of `filtered` at rest in µV, NaN until it is known, (rows, EMG channels).

    Power is measured in windows of `window` s, once the chain has settled. Without a declared rest the level is a low quantile of the windows
    of the last `memory` s that were not activity, that is, not over `excess` times the level in power; after
    `patience` s of unbroken activity the level gives way and follows. A `trial` named "rest", or a `rest` event
    with values, declares it: from then on it may fall by itself but rise to no more than `excess` in power.
    A window in which a raw channel does not change at all (lead off, switched off, filled holes), or of which over three
    quarters are blanked, says nothing about rest, and no rest of 0 can be declared.

    At the end of a rest trial the event `rested` tells the level of every channel.

    Args:
        window: of one power value (s).
        memory: how far back windows count (s).
        excess: power ratio above which a window is activity.
        quantile: of the windows' powers that is taken for rest.
        patience: how long activity may go on before it counts as the new rest (s).
    """

    window: float = 0.25
    memory: float = 15.0
    excess: float = 4.0
    quantile: float = 0.3
    patience: float = 120.0

    def __post_init__(self) -> None:
        between(0.001, LONGEST, window=self.window)
        between(0.001, 3600, memory=self.memory, patience=self.patience)
        above(1, excess=self.excess)
        between(0, 1, quantile=self.quantile)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        length = max(2, round(self.window * info.rate))
        columns = len(info.emg)
        levels = [_Level(self, may_be_silent=info.channels[i].kind != "raw") for i in info.emg]
        raw = np.array([not one.may_be_silent for one in levels], bool)
        feed = tumbling(length, 2 * columns)
        trial = _RestTrial()
        level = np.full((1, columns), np.nan)

        def declare(event: Event) -> Event | None:
            if event.kind == "rest":
                values = event.data["values"]
                powers = [_square(values.get(info.channels[i].label)) for i in info.emg]
                _declare(levels, powers)
            elif event.kind == "trial" and event.data.get("name") == "rest":
                powers = trial.edge(event.data.get("edge"))
                _declare(levels, powers)
                if powers:
                    return _rested(event.index, info, powers)
            return None

        def process(block: Block) -> Block:
            nonlocal feed, level
            if not bridged(block.lost, info.rate):
                feed = tumbling(length, 2 * columns)
            derived = [told for event in block.events if (told := declare(event)) is not None]
            if block.events:
                level = np.array([[one.rms for one in levels]])
            unsettled = int(np.count_nonzero(block["settling"]))
            rest = np.empty((block.rows, columns))
            rest[:unsettled] = level
            first = unsettled
            both = np.concatenate([_counting(block), block["emg"]], axis=1)
            for last, window in feed(both[unsettled:]):
                rest[first : unsettled + last] = level
                first = unsettled + last
                if window is not None:
                    powers = known_mean(np.square(window[:, :columns]))
                    powers[raw & (np.ptp(window[:, columns:], axis=0) == 0)] = np.nan
                    trial.add(powers)
                    level = np.array([[one.add(float(p)) for one, p in zip(levels, powers, strict=True)]])
            return block.with_tracks(rest=rest).with_events(derived)

        return process


def _counting(block: Block) -> Array:
    """`filtered`, not a number where it is blanked."""
    blanked = block.tracks.get("blanked")
    return block["filtered"] if blanked is None else np.where(blanked, np.nan, block["filtered"])


class _Level:
    """One channel's rest power, window by window."""

    def __init__(self, settings: Baseline, *, may_be_silent: bool) -> None:
        self._settings = settings
        self.may_be_silent = may_be_silent
        self._most = max(4, round(settings.memory / settings.window))
        self._patience = round(settings.patience / settings.window)
        self._held: deque[float] = deque()
        self._sorted: list[float] = []
        self._busy = 0
        self._declared: float | None = None
        self.rms = nan

    def declare(self, power: float) -> None:
        self._declared = power
        self._forget()
        self._hold(power)
        self.rms = power**0.5

    def add(self, power: float) -> float:
        s = self._settings
        if isnan(power):
            return self.rms
        if self._held and power > s.excess * self.rms**2 and self._busy < self._patience:
            self._busy += 1
            return self.rms
        if self._busy >= self._patience:
            self._forget()
        self._hold(power)
        level = _quantile(self._sorted, s.quantile)
        if self._declared is not None:
            level = min(level, s.excess * self._declared)
        self.rms = level**0.5
        return self.rms

    def _forget(self) -> None:
        self._held.clear()
        self._sorted.clear()

    def _hold(self, power: float) -> None:
        self._busy = 0
        if len(self._held) == self._most:
            del self._sorted[bisect_left(self._sorted, self._held.popleft())]
        self._held.append(power)
        insort(self._sorted, power)


def _quantile(ordered: list[float], share: float) -> float:
    """A quantile with linear interpolation; `np.quantile` takes fifty times as long on so few values."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


class _RestTrial:
    """The powers of the windows between the start and the stop of a rest trial."""

    def __init__(self) -> None:
        self._powers: list[Array] | None = None

    def add(self, powers: Array) -> None:
        if self._powers is not None:
            self._powers.append(powers)

    def edge(self, which: str | None) -> list[float | None]:
        """Start or stop; at the stop, each channel's median power."""
        held, self._powers = self._powers, [] if which == "start" else None
        if which == "start" or not held:
            return []
        return [_median(powers) for powers in np.transpose(held)]


def _median(powers: Array) -> float | None:
    known = powers[np.isfinite(powers)]
    return float(np.median(known)) if len(known) else None


def _square(value: float | None) -> float | None:
    return None if value is None else float(value) ** 2


def _declare(levels: list[_Level], powers: list[float | None]) -> None:
    for one, power in zip(levels, powers, strict=False):
        if power is not None and isfinite(power) and (power > 0 or one.may_be_silent):
            one.declare(power)


def _rested(index: int, info: StreamInfo, powers: list[float | None]) -> Event:
    values = {info.channels[i].label: p**0.5 for i, p in zip(info.emg, powers, strict=True) if p is not None}
    return Event("rested", index, data={"values": values, "statistic": "median", "unit": "uV"})
