"""The one thing that flows: consecutive samples, and what is known of their stream."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from itertools import pairwise
from math import isfinite, nan
from types import MappingProxyType
from typing import Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nmr_emg.errors import ConfigError
from nmr_emg.event import Event

Array: TypeAlias = NDArray[Any]
Kind = Literal["raw", "rectified", "envelope", "aux"]

KINDS = ("raw", "rectified", "envelope", "aux")
MICROVOLTS = MappingProxyType({"uV": 1.0, "µV": 1.0, "mV": 1e3, "V": 1e6})
"""How many microvolts one of each unit is."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One column of a stream.

    Args:
        label: short name, unique in its stream ("ch1", "gmax_l").
        muscle: the muscle under the electrodes, in words ("gluteus maximus"), or empty.
        side: "left", "right" or empty.
        role: what it is for ("target", "monitor", "agonist", "antagonist"), or empty.
        unit: of the stored value times `scale`: "uV", "mV", "V", or any other for an `aux` channel.
        kind: "raw" EMG, "rectified" or "envelope" from a board that computes it, "aux" for anything else.
        scale: `unit` per stored value.
        offset: stored value that means zero.
        full_scale: the converter's rail, in `unit`, if known.
    """

    label: str
    muscle: str = ""
    side: str = ""
    role: str = ""
    unit: str = "uV"
    kind: Kind = "raw"
    scale: float = 1.0
    offset: float = 0.0
    full_scale: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(
                f"channel {self.label!r}: kind is {self.kind!r}; it must be one of {', '.join(KINDS)}"
            )
        if self.kind != "aux" and self.unit not in MICROVOLTS:
            units = ", ".join(MICROVOLTS)
            raise ConfigError(
                f"channel {self.label!r}: unit is {self.unit!r}; an EMG channel has one of {units}"
            )
        if not (isfinite(self.scale) and self.scale != 0 and isfinite(self.offset)):
            raise ConfigError(f"channel {self.label!r}: scale and offset must be finite and scale not zero")


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What a source of samples sends.

    Args:
        rate: samples a second, nominal (Hz).
        channels: one `Channel` a column.
        dtype: NumPy name of the stored values, kept as they came ("int32", "float64").
        device: what sent it, in words.
        profile: acquisition profile that its numbers belong to; empty until one was chosen.

    >>> info = StreamInfo(250, (Channel("vm"), Channel("accel_x", unit="g", kind="aux")))
    >>> info.emg, info.labels
    ((0,), ('vm', 'accel_x'))
    """

    rate: float
    channels: tuple[Channel, ...]
    dtype: str = "float64"
    device: str = ""
    profile: str = ""

    def __post_init__(self) -> None:
        if not (isfinite(self.rate) and self.rate > 0):
            raise ConfigError(f"rate is {self.rate}; it must be a positive number of samples a second")
        if not self.channels:
            raise ConfigError("a stream needs at least one channel")
        twice = {label for label in self.labels if self.labels.count(label) > 1}
        if twice:
            raise ConfigError(
                f"channel labels must differ, but {', '.join(sorted(twice))} stands more than once"
            )
        if not _is_number(self.dtype):
            raise ConfigError(f"dtype is {self.dtype!r}; samples are integers or floats")

    @property
    def labels(self) -> tuple[str, ...]:
        """The channels' labels, in order."""
        return tuple(channel.label for channel in self.channels)

    @property
    def emg(self) -> tuple[int, ...]:
        """Indices of the channels that carry EMG: all but `aux`."""
        return tuple(i for i, channel in enumerate(self.channels) if channel.kind != "aux")

    def index(self, label: str) -> int:
        """Index of the channel called `label` (or of its muscle, when only one has it).

        Raises:
            ConfigError: no channel, or more than one, answers to it.
        """
        hits = [i for i, channel in enumerate(self.channels) if channel.label == label]
        hits = hits or [i for i, channel in enumerate(self.channels) if channel.muscle == label]
        if len(hits) != 1:
            why = "no channel" if not hits else "more than one channel"
            raise ConfigError(f"{why} is called {label!r}; there are {', '.join(self.labels)}")
        return hits[0]

    def as_json(self) -> dict[str, Any]:
        """As a JSON object; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From what `as_json` gave; keys of a newer version are passed over."""
        known = {f.name for f in fields(Channel)}
        channels = tuple(Channel(**{k: v for k, v in one.items() if k in known}) for one in data["channels"])
        rest = {f.name for f in fields(cls)} - {"channels"}
        return cls(channels=channels, **{k: v for k, v in data.items() if k in rest})


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Consecutive samples of one stream. Every track has the same rows.

    Args:
        start: sample index of the first row, counted from 0 at the stream's first sample. A jump from
            one block to the next means lost samples; nothing ever invents rows for them.
        tracks: arrays of shape (rows, columns) by name. A driver brings "raw"; stages add to it.
        arrived: `time.monotonic()` when the last row came in, or NaN.
        events: in the order of their index, each inside the block.
        time: `time.monotonic()` when the last row was sampled, by a clock fitted to the board's count; NaN where
            none was fitted.
    """

    start: int
    tracks: Mapping[str, Array]
    arrived: float = nan
    events: tuple[Event, ...] = field(default=())
    time: float = nan

    @property
    def rows(self) -> int:
        """How many samples."""
        return len(self.tracks["raw"])

    @property
    def stop(self) -> int:
        """Sample index one past the last row."""
        return self.start + self.rows

    def __getitem__(self, track: str) -> Array:
        try:
            return self.tracks[track]
        except KeyError:
            have = ", ".join(self.tracks)
            raise ConfigError(
                f"no stage before this one writes the track {track!r}; there are {have}"
            ) from None

    def with_tracks(self, **tracks: Array) -> "Block":
        """The same block with tracks added or replaced."""
        return Block(self.start, {**self.tracks, **tracks}, self.arrived, self.events, self.time)

    def with_events(self, events: Iterable[Event]) -> "Block":
        """The same block with events added, kept in the order of their index."""
        more = tuple(events)
        if not more:
            return self
        return replace(self, events=tuple(sorted((*self.events, *more), key=lambda event: event.index)))

    def cut(self, first: int, last: int, rate: float = nan) -> "Block":
        """Rows `first` to `last` (from this block's start), with the events that lie in them.

        A piece that ends before the block does has a `time` only if `rate` (samples a second) is given.
        """
        inside = range(self.start + first, self.start + last)
        tracks = {name: track[first:last] for name, track in self.tracks.items()}
        time = self.time if last >= self.rows else self.time - (self.rows - last) / rate
        events = tuple(e for e in self.events if e.index in inside)
        return Block(inside.start, tracks, self.arrived, events, time)

    @property
    def lost(self) -> int:
        """Samples lost just before the first row, as its gap event says."""
        return next(
            (int(e.data["samples"]) for e in self.events if e.kind == "gap" and e.index == self.start), 0
        )


def _alike(values: list[float]) -> NDArray[np.float64]:
    """One value a column, or a single one where all are the same: that is faster."""
    return np.array(values[0] if len(set(values)) == 1 else values)


def _is_number(dtype: str) -> bool:
    try:
        return np.dtype(dtype).kind in "iuf"
    except TypeError:
        return False


def empty_block(start: int, info: StreamInfo) -> Block:
    """A block without rows: what a driver hands out when nothing has come in."""
    return Block(start, {"raw": np.empty((0, len(info.channels)), info.dtype)})


def join(blocks: Iterable[Block]) -> Block:
    """One block from consecutive ones.

    Raises:
        ConfigError: there are none, or samples are missing between two of them.
    """
    parts = list(blocks)
    if not parts:
        raise ConfigError("there are no blocks to join")
    if any(a.stop != b.start for a, b in pairwise(parts)):
        raise ConfigError("blocks with samples missing between them can't be joined")
    tracks = {name: np.concatenate([part.tracks[name] for part in parts]) for name in parts[0].tracks}
    last = parts[-1]
    events = tuple(event for part in parts for event in part.events)
    return Block(parts[0].start, tracks, last.arrived, events, last.time)


def microvolts(info: StreamInfo) -> Callable[[Array], NDArray[np.float64]]:
    """The function that makes stored values of this stream float64 µV: the only such conversion there is.

    It takes shape (rows, channels) and returns shape (rows, number of EMG channels), in µV:
    `(value − offset) · scale`, in the unit's microvolts.

    >>> info = StreamInfo(250, (Channel("a", unit="mV", scale=0.5),), "int32")
    >>> microvolts(info)(np.array([[2]], "int32"))
    array([[1000.]])
    """
    columns = list(info.emg)
    picked = [info.channels[i] for i in columns]
    offset = _alike([c.offset for c in picked])
    factor = _alike([c.scale * MICROVOLTS[c.unit] for c in picked])
    every = len(columns) == len(info.channels)

    def convert(raw: Array) -> NDArray[np.float64]:
        picked = raw if every else raw[:, columns]
        return np.asarray(np.multiply(np.subtract(picked, offset, dtype=np.float64), factor))

    return convert
