"""Which column of an OpenBCI text file holds what."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nmr_emg.block import Channel
from nmr_emg.errors import RecordingError
from nmr_emg.recordings.openbci_header import Header

CLOCK = re.compile(r"(?:\d{4}-\d\d-\d\d )?(\d\d):(\d\d):(\d\d)\.(\d{3})")
"""Time of day as the GUI writes it, from version 6.0 on after the date."""

_SIGNAL = re.compile(r"(?:EXG|EEG|EMG|ECG|EOG) Channel", re.IGNORECASE)
_ACCEL = ("accel_x", "accel_y", "accel_z")
_SAMPLE_ROWS = 50
_EARLIEST, _LATEST = 1e8, 1e11


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file; each is given by its place.

    Args:
        width: how many there are.
        signals: EXG, in µV.
        others: accelerometer, analog and digital inputs.
        labels: of the others.
        stamp: time since 1970, or `None`.
        per_second: of the stamp's unit: 1, or 1000 for milliseconds.
        clock: whether the last column holds the time of day and is the only time there is.
        marker: marker channel, or `None`.
        example: a whole row, for telling a last one that was cut off.
    """

    width: int
    signals: tuple[int, ...]
    others: tuple[int, ...]
    labels: tuple[str, ...]
    stamp: int | None
    per_second: float
    clock: bool
    marker: int | None
    example: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """Places of all columns that must hold numbers: counter, signals, others, stamp, marker."""
        extra = (place for place in (self.stamp, self.marker) if place is not None)
        return (0, *self.signals, *self.others, *extra)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels of the stream: `ch1`… in µV, then the others as they are."""
        signals = (Channel(f"ch{i + 1}") for i in range(len(self.signals)))
        others = (Channel(label, unit="g" if label in _ACCEL else "", kind="aux") for label in self.labels)
        return (*signals, *others)


def work_out(header: Header, texts: Iterable[str], path: Path) -> Layout:
    """The layout, from the header and the first rows; a few damaged ones do no harm.

    Raises:
        RecordingError: among them is no whole row of samples.
    """
    fields = _example(texts)
    if fields is None:
        raise RecordingError(f"{path}: no whole row of samples follows its header")
    if len(header.names) == len(fields) and any(map(_SIGNAL.match, header.names)):
        return _by_names(header.names, fields)
    return _by_place(header, fields)


def _example(texts: Iterable[str]) -> list[str] | None:
    """The first of the rows that look alike in most of the sample."""
    split = ([field.strip() for field in text.split(",")] for text in texts)
    rows = list(islice((fields for fields in split if _is_whole(fields)), _SAMPLE_ROWS))
    if not rows:
        return None
    shapes = Counter(tuple(map(_kind, row)) for row in rows)
    common = max(shapes, key=lambda shape: shapes[shape])
    return next(row for row in rows if tuple(map(_kind, row)) == common)


def _is_whole(fields: list[str]) -> bool:
    return len(fields) >= 5 and all(_number(one) is not None for one in fields[:5])


def _kind(field: str) -> str:
    number = _number(field)
    if number is None:
        return "clock" if CLOCK.fullmatch(field) else "text"
    return "stamp" if number > _EARLIEST else "number"


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _by_names(names: Sequence[str], fields: list[str]) -> Layout:
    signals = tuple(i for i, name in enumerate(names) if _SIGNAL.match(name))
    stamp = next((i for i, name in enumerate(names) if name == "Timestamp"), None)
    dated = stamp if stamp is not None and _kind(fields[stamp]) == "stamp" else None
    marker = next((i for i, name in enumerate(names) if name.startswith("Marker")), None)
    used = {0, *signals, stamp, marker}
    others = tuple(i for i in range(len(names)) if i not in used and _number(fields[i]) is not None)
    return _layout(fields, signals, others, _labels([names[i] for i in others]), stamp=dated, marker=marker)


def _by_place(header: Header, fields: list[str]) -> Layout:
    """Counter, signals, accelerometer, anything else, times: the order of all files without column names."""
    numbers = [i for i, field in enumerate(fields) if _number(field) is not None]
    stamp = next((i for i in reversed(numbers) if _kind(fields[i]) == "stamp"), None)
    clocks = [i for i, field in enumerate(fields) if _kind(field) == "clock"]
    end = min((i for i in (stamp, *clocks) if i is not None), default=len(fields))
    count = header.channels if header.channels and header.channels < end else end - 1 - len(_ACCEL)
    rest = range(1 + max(count, 1), end)
    names = [*(f"Accel Channel {i}" for i in range(3)), *["Other"] * end][: len(rest)]
    others = tuple(i for i in rest if i in numbers)
    return _layout(fields, tuple(range(1, rest.start)), others, _labels(names), stamp=stamp, marker=None)


def _layout(
    fields: list[str],
    signals: tuple[int, ...],
    others: tuple[int, ...],
    labels: tuple[str, ...],
    *,
    stamp: int | None,
    marker: int | None,
) -> Layout:
    per_second = 1.0
    while stamp is not None and float(fields[stamp]) / per_second > _LATEST:
        per_second *= 1000
    return Layout(
        width=len(fields),
        signals=signals,
        others=others,
        labels=labels,
        stamp=stamp,
        per_second=per_second,
        clock=stamp is None and _kind(fields[-1]) == "clock",
        marker=marker,
        example=",".join(fields),
    )


def _labels(names: Sequence[str]) -> tuple[str, ...]:
    """Names in snake_case; one that stands more than once gets a number.

    >>> _labels(["Accel Channel 0", "Not Used", "Digital Channel 0 (D11)", "Not Used"])
    ('accel_x', 'not_used', 'digital_channel_0_d11', 'not_used_2')
    """
    labels: list[str] = []
    for name in names:
        plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_") or "unnamed"
        accel = re.fullmatch(r"accel_channel_([012])", plain)
        label, count = _ACCEL[int(accel[1])] if accel else plain, 2
        stem = label
        while label in labels:
            label, count = f"{stem}_{count}", count + 1
        labels.append(label)
    return tuple(labels)
