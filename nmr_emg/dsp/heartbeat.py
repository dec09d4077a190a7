"""Heart beats in the EMG: marked when they are recognised, subtracted where they were known beforehand."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.beats import Beats
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.template import BEFORE, Still, Template
from nmr_emg.errors import ConfigError
from nmr_emg.event import Event
from nmr_emg.stage import Process

Mode = Literal["off", "mark", "subtract"]
MODES = get_args(Mode)

HALF = 0.06
"""The QRS complex lies this far around the R wave at most (s)."""
SCATTER = 0.1
"""Share of the interval by which the next beat may come early or late."""
MISSED = 3
"""After so many intervals without a beat none is expected."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Write the track `heartbeat` (bool, (rows, 1)) and the event `beat`; with "subtract" rewrite `emg` too.

    A beat is a peak between 6 and 18 Hz that comes regularly, 40 to 180 times a minute. It is recognised about 0.2 s
    after its R wave, the first five together: the event `beat` is stamped then, and tells in `ago` how many samples
    ago the wave was and in `interval_s` the usual interval. `heartbeat` is true where the next beat is expected.

    To subtract a beat it must be known before it begins: a template that starts at the R wave or later leaves as
    much in 20–450 Hz as none. Live there is no such knowledge, and "subtract" changes nothing. A second pass over a
    recording has it: input events `heartbeat` say in `ahead` how many samples later (a fraction counts) the R wave
    comes. From the fifth of them on the mean of the last beats, −0.25 … +0.45 s around R, is subtracted, each weighted
    by how quiet the muscle was; `heartbeat` then marks 60 ms around each R wave.

    Live, a high-pass at 30 Hz is the better choice (Drake & Callaghan 2006, J Electromyogr Kinesiol 16:175–187).

    Args:
        mode: "off" passes every block untouched; "mark"; "subtract".
    """

    mode: Mode = "off"

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ConfigError(f"mode is {self.mode!r}; it must be one of {', '.join(MODES)}")

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        raw = [column for column, i in enumerate(info.emg) if info.channels[i].kind == "raw"]
        if self.mode == "off" or not raw:
            return lambda block: block
        run = _Run(info.rate, raw, subtracting=self.mode == "subtract")

        def process(block: Block) -> Block:
            run.hear(block)
            if not block.rows:
                return block.with_tracks(heartbeat=np.zeros((0, 1), bool))
            x = np.ascontiguousarray(block["emg"][:, raw])
            marked, beats = run.mark(x, block)
            return run.cleaned(x, block).with_tracks(heartbeat=marked).with_events(beats)

        return process


class _Run:
    """The state of one run."""

    def __init__(self, rate: float, raw: list[int], *, subtracting: bool) -> None:
        self._rate = rate
        self._raw = raw
        self._subtracting = subtracting
        self._beats = Beats(rate, len(raw))
        self._expected = _Expected(rate)
        self._template = Template(rate, len(raw))
        self._still = Still(rate, len(raw))

    def hear(self, block: Block) -> None:
        """Take in what events say: of a gap, and of beats to come."""
        if not bridged(block.lost, self._rate):
            self._beats.restart()
            self._expected.restart()
            self._template.restart()
        elif block.lost:
            self._template.torn()
        for event in block.events:
            if event.kind == "heartbeat" and "ahead" in event.data:
                where = event.index + float(event.data["ahead"])
                self._expected.tell(where)
                if self._subtracting:
                    self._template.begin(where, event.index)

    def mark(self, x: Floats, block: Block) -> tuple[NDArray[np.bool_], list[Event]]:
        """Where a beat is expected, (rows, 1), and the beats that were recognised."""
        marked, done = np.empty((block.rows, 1), bool), 0
        events = []
        for row, beat in self._beats.feed(x, block.lost):
            marked[done : row + 1, 0] = self._expected(block.start + done, block.start + row + 1)
            done = row + 1
            events.append(_beat(block.start + row, beat.ago, beat.interval / self._rate))
            self._expected.found(block.start + row - beat.ago, beat.interval)
        marked[done:, 0] = self._expected(block.start + done, block.stop)
        return marked, events

    def cleaned(self, x: Floats, block: Block) -> Block:
        """The block without the beats that were told."""
        if not self._subtracting:
            return block
        still, waves = self._still(x), self._template(x, block.start)
        if waves is None:
            return block
        emg = block["emg"].copy()
        emg[:, self._raw] -= np.where(still, 0.0, waves)
        return block.with_tracks(emg=emg)


def _beat(index: int, ago: float, interval: float) -> Event:
    return Event("beat", index, data={"ago": round(ago, 2), "interval_s": round(interval, 4)})


def told_ahead(beats: Iterable[Event], rate: float, first: int = 0) -> list[Event]:
    """Input events that tell a second pass of the beats that a first one recognised.

    Args:
        beats: events `beat` of the first pass; others are passed over.
        rate: samples a second.
        first: sample index of the recording's first sample; the events given count from there.

    >>> told_ahead([Event("beat", 700, data={"ago": 99.5, "interval_s": 0.9})], 250)[0]
    Event(kind='heartbeat', index=535, channel=None, data={'ahead': 65.5})
    """
    lead = round(BEFORE * rate) + 3
    events = []
    for beat in beats:
        if beat.kind == "beat":
            place = beat.index - first - beat.data["ago"]
            index = max(0, floor(place) - lead)
            events.append(Event("heartbeat", index, data={"ahead": round(place - index, 2)}))
    return events


class _Expected:
    """Where beats are to come: told ones exactly, others an interval after the last."""

    def __init__(self, rate: float) -> None:
        self._half = HALF * rate
        self.restart()

    def restart(self) -> None:
        """None is expected."""
        self._last = self._interval = 0.0
        self._told: list[float] = []

    def tell(self, where: float) -> None:
        """A beat is known beforehand."""
        self._told = [*self._told[-3:], where]

    def found(self, where: float, interval: float) -> None:
        """A beat was recognised."""
        self._last, self._interval = where, interval

    def __call__(self, first: int, last: int) -> NDArray[np.bool_]:
        rows = np.arange(first, last)
        near = np.zeros(len(rows), bool)
        if self._told:
            for where in self._told:
                near |= np.abs(rows - where) <= self._half
        elif self._interval:
            turns = (rows - self._last) / self._interval
            off = np.abs(turns - np.rint(turns)) * self._interval
            near = (turns > 0.5) & (turns < MISSED + 0.5) & (off <= self._half + SCATTER * self._interval)
        return near
