"""This project in the league of onset detectors and signal chains: two onset entries, one offline, one stream.

    LEAGUE_EXTRA=benchmarks/league_adapter.py python -m league accuracy --set dev --only nmr_emg

The league's interfaces are met by name alone, so this file does not import the league. It imports this project only in
functions, because the league reads it in an environment of its own first.

The onset entries run the chain of the profile that fits the rate, at its defaults, over a stream of blocks. Nothing is
told beside the samples, their rate and their unit: no rest, no mains frequency. `nmr_emg.online` dates an onset as it
was known when it was declared, `nmr_emg.refined` as it was known later; both declare at the same sample. The offline
and the stream entry do the league's work with this project's stages: offset, 20–450 Hz, one notch at 50 Hz, 250 ms RMS.
"""
# ruff: noqa: ARG002, PLC0415

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_BESIDE = Path(__file__).resolve().parent.parent / ".venv"
VENV = os.environ.get("NMR_EMG_VENV") or (str(_BESIDE) if _BESIDE.exists() else sys.prefix)
"""The environment with this project in it; the league starts `bin/python` of it."""

ROWS = 0.1
"""Seconds a block of the onset entries; they find the same with any other."""
WINDOW = 0.25
"""Of the league's RMS (s)."""
OFFLINE_ROWS = 4096
"""Rows a block of the offline entry: few enough to stay in a processor's cache."""
TOLD = ("restart", "onset", "offset", "refined")
PLAIN = ("microvolts", "bandpass", "envelope")
DECIDING = ("microvolts", "settling", "bandpass", "envelope", "baseline", "activation")


class Detection(NamedTuple):
    """What an onset entry found: intervals (n, 2) and when each onset was declared, in seconds."""

    intervals: Any
    decisions: Any


@dataclass
class Found:
    """One burst: where it was declared, when it began and ended (sample indices; `None` while it lasts)."""

    declared: int
    onset: float
    offset: float | None = None


def events_of(x: Any, rate: float, *, tell_rest: bool = False) -> list[Any]:
    """The onset events of one channel in mV, by the chain of the profile for its rate.

    With `tell_rest` the first two seconds are announced as rest, as a person would with the button.
    """
    from nmr_emg import Block, Channel, Event, StreamInfo
    from nmr_emg.dsp.profile import profile_for

    info = StreamInfo(rate, (Channel("emg", unit="mV"),))
    process = profile_for(info).chain().start(info)
    edges = ((0, "start"), (round(2 * rate), "stop")) if tell_rest else ()
    told = tuple(Event("trial", at, data={"name": "rest", "edge": edge}) for at, edge in edges)
    whole = Block(0, {"raw": np.asarray(x, float)[:, np.newaxis]}, events=told)
    rows = max(1, round(ROWS * rate))
    found: list[Any] = []
    for first in range(0, len(x), rows):
        done = process(whole.cut(first, min(first + rows, len(x))))
        found += [event for event in done.events if event.kind in TOLD]
    return found


def bursts(events: Iterable[Any], *, refined: bool) -> list[Found]:
    """Bursts of one channel's events, with the dates known at the declaration or those known later."""
    found: list[Found] = []
    for event in events:
        if event.kind == "onset":
            found.append(Found(event.index, event.data["onset"]))
        elif event.kind == "offset" and found and found[-1].offset is None:
            found[-1].offset = event.data["offset"]
        elif event.kind == "refined" and refined:
            for one in found:
                if one.declared == event.data["declared"]:
                    one.onset = event.data["onset"]
    return found


def detection(events: Iterable[Any], rate: float, rows: int, *, refined: bool) -> Detection:
    """The same in seconds; what is still active at the end lasts until there."""
    found = bursts(events, refined=refined)
    spans = [(one.onset, rows if one.offset is None else one.offset) for one in found]
    intervals = np.array(spans, float).reshape(-1, 2) / rate
    return Detection(intervals, np.array([one.declared for one in found], float) / rate)


class Online:
    """Onsets dated as known when they were declared."""

    name = "nmr_emg.online"
    peer = "nmr-emg"
    venv = VENV
    causal = True
    needs_rest = False
    human_threshold = "none"
    oracle = False
    slow = False
    groups = None
    grid: Mapping[str, Any] = {}
    refined = False

    def detect(
        self, x: Any, fs: float, rest: Any, meta: Any, params: Any = None, oracle: Any = None
    ) -> Detection:
        """Find the bursts of one channel in mV; only `x` and `fs` are looked at."""
        tell = os.environ.get("NMR_EMG_LEAGUE_REST") == "1"
        return detection(events_of(x, fs, tell_rest=tell), fs, len(x), refined=self.refined)


class Refined(Online):
    """The same onsets, dated as known a few tenths of a second later."""

    name = "nmr_emg.refined"
    refined = True


def started(channels: int, rate: float, names: tuple[str, ...]) -> Any:
    """The league's work as a chain of this project's stages, started."""
    from nmr_emg import Channel, StreamInfo
    from nmr_emg.dsp.bandpass import Bandpass
    from nmr_emg.dsp.envelope import Envelope
    from nmr_emg.dsp.profile import profile_for
    from nmr_emg.registry import stage_name
    from nmr_emg.stage import Chain, Stage

    info = StreamInfo(rate, tuple(Channel(f"ch{i + 1}") for i in range(channels)))
    ours: dict[str, Stage] = {
        "bandpass": Bandpass(low=20.0, high=450.0, order=4, mains=(50.0,), harmonics=1),
        "envelope": Envelope(WINDOW),
    }
    stages = {stage_name(one): one for one in profile_for(info).chain().stages}
    return Chain(tuple(ours.get(name, stages[name]) for name in names)).start(info)


class WholeRecording:
    """The league's work on a whole recording, in blocks, as `analyze` would."""

    name = "nmr_emg"
    venv = VENV
    layout = "TC"
    notes = "blocks of 4096 rows through the stages; onset = settling, baseline and activation"
    rate = 2000.0

    def setup(self, n_ch: int, fs: float) -> None:
        """Remember the rate."""
        self.rate = fs

    def run(self, x: Any, with_onset: bool) -> list[Any]:
        """The RMS by channel, and the events."""
        from nmr_emg import Block

        process = started(x.shape[1], self.rate, DECIDING if with_onset else PLAIN)
        envelope = np.empty_like(x)
        events: list[Any] = []
        for first in range(0, len(x), OFFLINE_ROWS):
            block = process(Block(first, {"raw": x[first : first + OFFLINE_ROWS]}))
            envelope[first : block.stop] = block["envelope"]
            events += block.events
        return [envelope.T, events] if with_onset else [envelope.T]


class Live:
    """The league's work block by block."""

    name = "nmr_emg"
    venv = VENV
    notes = "microvolts, bandpass with one notch, envelope: the stages of the live chain"
    stateful = True

    def setup(self, n_ch: int, fs: float, chunk: int) -> None:
        """Start the chain."""
        self._process = started(n_ch, fs, PLAIN)
        self._start = 0

    def push(self, chunk: Any) -> Any:
        """The newest RMS by channel."""
        from nmr_emg.block import Block

        block = self._process(Block(self._start, {"raw": chunk}))
        self._start = block.stop
        return block["envelope"][-1]


ONSET = [Online(), Refined()]
OFFLINE = [WholeRecording()]
STREAM = [Live()]
