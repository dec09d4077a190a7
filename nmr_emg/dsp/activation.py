"""Whether a muscle is active, decided in the stream, and since when, dated back to where the evidence begins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmr_emg.allowed import above, between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import bridged
from nmr_emg.dsp.onset.bands import bands
from nmr_emg.dsp.onset.dates import Change
from nmr_emg.dsp.onset.floor import Floor, window_length
from nmr_emg.dsp.onset.levels import Levels
from nmr_emg.dsp.onset.muscles import Muscles, Needed, Rows
from nmr_emg.event import Event
from nmr_emg.stage import Process

WANDERING = 1.5
"""What is told of a whole recording may be so much more at its beginning, in power; what is measured there brings it down."""


@dataclass(frozen=True, slots=True)
class Activation:
    """Write the track `active` (bool) and the events `onset`, `refined` and `offset`.

    `emg` is split by filters of a few milliseconds into bands, each measured against its own level at rest. A muscle
    becomes active when the samples are so much more likely in activity than at rest that the logarithm of the ratio
    reaches `onset` (Page's test for three expected strengths), and when they look like muscle: enough evidence is left
    without the strongest few milliseconds, and the high band has its share. So a pop, a blow against a lead and
    a heart beat declare nothing. It becomes inactive when the ratio for rest reaches `offset`. No threshold is set by
    hand, and no unit matters. Rest is learned from the quiet moments, measured in a rest trial, or told by a `rest` event with `bands` (power by
    label, µV²).

    An event's index is the sample at which it was decided. Its `data` dates the change itself (`onset`, `offset`: a
    sample index), with `error_ms`, the standard deviation of that date, and `snr_db`. The event `refined` dates an onset
    again when `refine` s more are known, or when the activity ends before; its `declared` is the index of the onset's
    event. Nothing is declared while the chain settles or before rest is known; a gap over 10 ms ends what was active,
    with `truncated` in the event's data. Channels whose board sends an envelope have a threshold at 1.8 times rest.

    Args:
        onset: evidence for an onset: logarithm of the likelihood ratio.
        beside: the same without the strongest stretch.
        offset: evidence for an offset.
        refine: when a date is refined, after its declaration (s).
    """

    onset: float = 11.0
    beside: float = 4.0
    offset: float = 8.0
    refine: float = 0.15

    def __post_init__(self) -> None:
        above(0, onset=self.onset, offset=self.offset)
        between(0, 1000, onset=self.onset, beside=self.beside, offset=self.offset)
        between(0.02, 1, refine=self.refine)

    def delay(self, info: StreamInfo) -> float:
        """How far the bands lag (s); dates have it taken off.

        >>> from nmr_emg.block import Channel
        >>> Activation().delay(StreamInfo(250, (Channel("a"),)))
        0.006
        """
        return bands(info.rate).delay / info.rate

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        raw = [column for column, i in enumerate(info.emg) if info.channels[i].kind == "raw"]
        sent = [column for column, i in enumerate(info.emg) if info.channels[i].kind != "raw"]
        muscles, levels = _Raw(self, info, raw), _Sent(info, sent)

        def process(block: Block) -> Block:
            if not sent and raw:
                active, events = muscles(block)
                return block.with_tracks(active=active).with_events(events)
            active, events = np.zeros((block.rows, len(raw) + len(sent)), bool), []
            for kind, columns in ((muscles, raw), (levels, sent)):
                if columns:
                    active[:, columns], found = kind(block)
                    events += found
            return block.with_tracks(active=active).with_events(events)

        return process


class _Raw:
    """Raw channels."""

    def __init__(self, settings: Activation, info: StreamInfo, columns: list[int]) -> None:
        self._info = info
        self._columns = columns
        self._every = len(columns) == len(info.emg)
        self._needed = Needed(settings.onset, settings.beside, settings.offset)
        self._refine = max(1, round(settings.refine * info.rate))
        self._floor = Floor(window_length(info.rate), bands(info.rate).freedom, len(columns))
        self._first = 0
        self._muscles: Muscles | None = None

    def __call__(self, block: Block) -> tuple[NDArray[np.bool_], list[Event]]:
        """Whether every row is active, and the events of it."""
        events: list[Event] = []
        if self._muscles is None or not bridged(block.lost, self._info.rate):
            events = self._interrupted(block)
            self._muscles = Muscles(self._info.rate, self._floor, self._needed, self._refine)
        for event in block.events:
            self._hear(event)
        rows = Rows(
            self._picked(block["emg"]),
            self._picked(block["filtered"]),
            self._picked(block["rest"]),
            int(np.count_nonzero(block["settling"])),
            self._blanked(block),
        )
        if not block.rows:
            return np.zeros(rows.emg.shape, bool), events
        self._first = block.start - self._muscles.row
        active, changes = self._muscles(rows, block.lost)
        return active, [*events, *(self._event(change) for change in changes)]

    def _picked(self, track: Array) -> Array:
        return track if self._every else track[:, self._columns]

    def _blanked(self, block: Block) -> NDArray[np.bool_] | None:
        blanked = block.tracks.get("blanked")
        if blanked is None or not blanked.any():
            return None
        return self._picked(blanked)

    def _interrupted(self, block: Block) -> list[Event]:
        """A gap refines what can be, and ends what was active."""
        if self._muscles is None:
            return []
        refined = [self._event(change, block.start) for change in self._muscles.end()]
        return [*refined, *_truncated(block, self._muscles.active, self._channel)]

    def _hear(self, event: Event) -> None:
        if event.kind == "trial" and event.data.get("name") == "rest":
            self._floor.trial(event.data.get("edge"))
        elif event.kind == "rest" and "bands" in event.data:
            labels = [self._info.channels[self._channel(c)].label for c in range(len(self._columns))]
            unknown = [np.nan] * len(self._floor.power)
            told = [event.data["bands"].get(label) or unknown for label in labels]
            if all(len(one) == len(unknown) for one in told):
                self._floor.declare(WANDERING * np.transpose(told))

    def _channel(self, column: int) -> int:
        return self._info.emg[self._columns[column]]

    def _event(self, change: Change, known: int | None = None) -> Event:
        return _as_event(change, self._first, self._channel(change.column), known)


class _Sent:
    """Channels whose board sends an envelope."""

    def __init__(self, info: StreamInfo, columns: list[int]) -> None:
        self._info = info
        self._columns = columns
        self._levels = Levels(info.rate, len(columns))

    def __call__(self, block: Block) -> tuple[NDArray[np.bool_], list[Event]]:
        """Whether every row is active, and the events of it."""
        events: list[Event] = []
        if not bridged(block.lost, self._info.rate):
            events = _truncated(block, self._levels.active, self._channel)
            self._levels = Levels(self._info.rate, len(self._columns))
        first = block.start - self._levels.row
        envelope, rest = block["envelope"][:, self._columns], block["rest"][:, self._columns]
        active, changes = self._levels(envelope, rest, int(np.count_nonzero(block["settling"])))
        made = (_as_event(c, first, self._channel(c.column)) for c in changes)
        return active, [*events, *made]

    def _channel(self, column: int) -> int:
        return self._info.emg[self._columns[column]]


def _truncated(block: Block, active: NDArray[np.bool_], channel: Callable[[int], int]) -> list[Event]:
    """What was active ends where the gap before a block begins."""
    data = {"offset": block.start - block.lost, "truncated": True}
    return [Event("offset", block.start, channel(int(column)), data) for column in np.flatnonzero(active)]


def _as_event(change: Change, first: int, channel: int, known: int | None = None) -> Event:
    name = "offset" if change.kind == "offset" else "onset"
    data: dict[str, Any] = {name: first + round(change.happened)}
    if change.dated is not None:
        data |= {"error_ms": round(change.dated.error * 1e3, 1), "snr_db": round(change.dated.snr, 1)}
    if change.declared is not None:
        data["declared"] = first + change.declared
    return Event(change.kind, first + change.row if known is None else known, channel, data)
