"""One second after the other: what the checks find, and what follows for every channel."""

from collections.abc import Mapping

import numpy as np

from nmr_emg.block import Array, Block, StreamInfo, microvolts
from nmr_emg.dsp.continuity import bridged
from nmr_emg.dsp.quality.checks import Check
from nmr_emg.dsp.quality.hysteresis import UNKNOWN, Hysteresis
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.memory import Memory
from nmr_emg.dsp.quality.powers import Pool, Spectrum
from nmr_emg.dsp.quality.seen import Seen, columns_of
from nmr_emg.dsp.quality.slow import Slow
from nmr_emg.dsp.quality.words import sentence
from nmr_emg.event import Event

STATES = ("ok", "warn", "bad")
WORK = 0.5
"""Share of a second that a muscle is active in, for the second to be one of work."""


class Verdicts:
    """Runs the checks and keeps every channel's state."""

    def __init__(self, limits: Limits, info: StreamInfo, length: int, checks: Mapping[str, Check]) -> None:
        columns = len(info.emg)
        self._limits, self._info, self._length, self._checks = limits, info, length, checks
        self._columns = columns_of(info, calibrated=limits.calibrated)
        self._convert = microvolts(info)
        self._spectrum = Spectrum(length, info.rate, limits.mains)
        self._rest, self._work, self._newest = Pool(columns), Pool(columns), Pool(columns, 1)
        self._slow = Slow(info.rate)
        self._memory = Memory(length, columns)
        self._number = 0
        at_once = np.array([check.at_once for check in checks.values()], bool)
        self._hysteresis = Hysteresis(at_once, columns)
        self.state = np.zeros((1, columns), np.uint8)

    def take(self, held: list[Block], index: int) -> list[Event]:
        """Judge one second, which ends with a sample; the events of the channels that changed."""
        seen = self._look(held)
        before = self._hysteresis.levels
        levels = self._hysteresis.take(self._found(seen).reshape(before.shape))
        changed = (levels != before).any(axis=0)
        if not changed.any():
            return []
        self.state = levels.max(axis=0, initial=0)[np.newaxis]
        return [self._event(levels[:, c], index, self._info.emg[c]) for c in np.flatnonzero(changed)]

    def _found(self, seen: Seen) -> Array:
        found = {name: check.look(seen, self._limits) for name, check in self._checks.items()}
        standing = dict(zip(self._checks, self._hysteresis.levels, strict=True))
        for name, check in self._checks.items():
            for other in set(check.unless) & set(found):
                explained = (standing[other] > 0) | ((found[other] > 0) & (found[other] != UNKNOWN))
                found[name][(found[name] == 1) & explained] = 0
        return np.array(list(found.values()))

    def _event(self, levels: Array, index: int, channel: int) -> Event:
        names = list(self._checks)
        order = [i for i in np.argsort(-levels.astype(int), kind="stable") if levels[i]]
        found = [names[i] for i in order]
        data = {
            "state": STATES[int(levels.max(initial=0))],
            "reasons": [sentence(name) for name in found],
            "checks": found,
        }
        return Event("quality", index, channel, data)

    def _look(self, held: list[Block]) -> Seen:
        lost = [block.lost if block.events else 0 for block in held]
        torn = [one > 0 and not bridged(one, self._info.rate) for one in lost]
        if any(torn):
            for memory in (self._rest, self._work, self._newest, self._slow, self._memory):
                memory.forget()
        values, missing = self._values(held)
        blanked = self._blanked(held)
        self._slow.add(values)
        fast = self._powers(held, values, lasting=not any(torn[1:]), blanked=blanked)
        seen = Seen(
            columns=self._columns,
            values=values,
            missing=missing,
            rest=held[-1]["rest"][-1],
            blanked=blanked,
            at_rest=self._rest.mean(),
            at_work=self._work.mean(),
            newest=self._newest.mean(),
            slow=self._slow,
            memory=self._memory,
            number=self._number,
        )
        self._number += 1
        self._memory.add(sum(lost), missing, seen.still, fast)
        return seen

    def _values(self, held: list[Block]) -> tuple[Array, Array]:
        """As they came, in µV; where they were no number, what the chain took instead."""
        raw = _joined(held, "raw")
        values = self._convert(raw)
        missing = np.zeros(values.shape[1])
        if raw.dtype.kind == "f" and not np.isfinite(values.sum()):
            hole = ~np.isfinite(values)
            missing = np.count_nonzero(hole, axis=0) / self._length
            values = np.where(hole, _joined(held, "emg"), values)
        return values, missing

    def _blanked(self, held: list[Block]) -> Array:
        blanked = np.zeros(self.state.shape[1], bool)
        if "blanked" in held[0].tracks:
            blanked |= _joined(held, "blanked").any(axis=0)
        return blanked

    def _powers(self, held: list[Block], values: Array, *, lasting: bool, blanked: Array) -> Array:
        """Take in the powers of one second; that of the band before any filter."""
        active = _joined(held, "active")
        share = np.count_nonzero(active, axis=0) / self._length
        settled = lasting and not _joined(held, "settling").any()
        low, band, *hums = self._spectrum.before(values, self._slow.newest)
        filtered, low_left, *left = self._spectrum.after(_joined(held, "filtered"))
        powers = [low, band, filtered, low_left, *hums, *left]
        usable = settled & self._columns.raw & ~blanked
        rest = held[-1]["rest"][-1]
        self._newest.add(powers, usable)
        self._work.add(powers, usable & (share >= WORK))
        self._rest.add(powers, usable & (share == 0) & np.isfinite(rest))
        return band


def _joined(held: list[Block], track: str) -> Array:
    """One track over all of them, always laid out alike: sums over it must not depend on the cutting."""
    parts = [block[track] for block in held]
    whole = np.empty((sum(map(len, parts)), parts[0].shape[1]), parts[0].dtype)
    return np.concatenate(parts, out=whole)
