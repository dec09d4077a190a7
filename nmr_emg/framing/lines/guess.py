"""What a text is, from its first second or two: its columns, its rate, and what each column looks like."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_emg.errors import DriverError
from nmr_emg.framing.frames import Wire
from nmr_emg.framing.lines.dialect import FARTHEST, Dialect, dialect_of
from nmr_emg.framing.lines.line import Line
from nmr_emg.framing.lines.look import Look, bits_of, is_whole, look_at
from nmr_emg.framing.lines.many import Floats
from nmr_emg.framing.lines.pace import Pace, pace_of
from nmr_emg.framing.lines.parts import plain

FEWEST = 5
"""Lines that must be alike."""
GOOD = 0.6
"""Part of the lines that must be alike; less than that is another speed of the port, or no text."""
MOST_VOLTS = 5.5
LARGEST = 65535
"""What converters of up to 16 bits send at most."""

_TIME = re.compile(r"(?i)t|time.*|.*stamp|ms|us|millis|micros")
_LIMIT = re.compile(r"(?i)(y_?)?(min|max|low|high|lower|upper)(limit|imum|er)?")


@dataclass(frozen=True, slots=True)
class Column:
    """One wanted column of a text.

    Args:
        wire: its label in the lines, or its number, from 0, among the values without one.
        label: what its channel is called.
        look: what it looks like.
        low: least value seen.
        high: largest.
        whole: only whole numbers were seen.
    """

    wire: str
    label: str
    look: Look
    low: float
    high: float
    whole: bool


@dataclass(frozen=True, slots=True)
class LineFormat:
    """What a text is.

    Args:
        line: the framing that reads it.
        columns: the wanted columns, in order.
        pace: how fast its lines come, and by which time.
        bits: the fewest bits of a usual converter that hold the values.
        volts: the values are volts rather than counts.
        damaged: lines that were like no other.
        words: what was said between the lines.
        warnings: what a user should know, in sentences.
    """

    line: Line
    columns: tuple[Column, ...]
    pace: Pace
    bits: int
    volts: bool
    damaged: int
    words: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def names(self) -> Mapping[str, Any]:
        """What a board's file may use of it; a list holds one value a column."""
        line = self.line
        return {
            "columns": len(self.columns),
            "column": [column.wire for column in self.columns],
            "label": [column.label for column in self.columns],
            "word": [column.look.kind for column in self.columns],
            "centre": [column.look.centre for column in self.columns],
            "counted": int(not self.volts),
            "volt": 1e6,
            "bits": self.bits,
            "decimal": line.decimal,
            "width": line.width,
            "time": line.time,
            "time_column": line.time_column,
            "regular": int(self.pace.regular),
            "wrap": line.wrap,
            "low": line.low,
            "high": line.high,
            "rate": self.pace.rate,
            "warnings": list(self.warnings),
        }


def guess(text: bytes, seconds: float, baud: int = 0) -> LineFormat:
    r"""What a text is that came within some seconds.

    Args:
        text: all bytes; the first and the last line may be cut.
        seconds: how long they took.
        baud: speed of the port, if it limits how much can come.

    Raises:
        DriverError: it holds no lines of numbers that are alike.

    >>> found = guess(b"".join(b"%d,EMG:%d\n" % (4 * i, 512 + i % 3) for i in range(250)), 1.0)
    >>> found.columns[0].label, found.columns[0].look.kind, found.pace.unit, found.pace.rate
    ('EMG', 'raw', 'ms', 250.0)
    """
    dialect = dialect_of(text)
    count = len(dialect.values)
    if count < FEWEST or dialect.good < GOOD or not dialect.labels:
        raise DriverError(_no_numbers(text, dialect))
    twice = [label for label, number in Counter(dialect.labels).items() if label and number > 1]
    if twice:
        raise DriverError(
            f"a line has several values called {twice[0]!r}; let the sketch give each its own name"
        )
    lines = (count + dialect.other + 1) / max(seconds, 1e-3)
    spoken = tuple(i for i, label in enumerate(dialect.labels) if _TIME.fullmatch(label))
    pace = pace_of(dialect.values, lines, spoken)
    wanted = _wanted(dialect, pace)
    columns = _columns(dialect, wanted, pace.rate)
    whole = all(column.whole for column in columns)
    values = dialect.values[:, wanted]
    volts = not whole and bool((values >= 0).all() and (values <= MOST_VOLTS).all())
    limit = LARGEST if whole and bool((np.abs(values) <= LARGEST).all()) else FARTHEST
    wires = _wires(dialect.labels)
    line = Line(
        columns=tuple(Wire(label=column.wire) for column in columns),
        decimal=dialect.decimal,
        width=len(dialect.labels),
        time=pace.unit,
        time_column="0" if pace.column is None else wires[pace.column],
        rate=pace.rate if pace.regular else 0.0,
        wrap=pace.wrap,
        low=-limit,
        high=limit,
    )
    load = 10 * len(text) / max(seconds, 1e-3) / baud if baud else 0.0
    told = (*_told(columns, volts=volts), *_left_out(dialect, wanted, pace), *_throttled(load, pace.rate))
    bits = bits_of(values) if whole else 10
    return LineFormat(line, columns, pace, bits, volts, dialect.other, dialect.words, told)


def _no_numbers(text: bytes, dialect: Dialect) -> str:
    if dialect.words and not dialect.other:
        return f"the board sends words but no numbers: {dialect.words[-1]!r}"
    shown = dialect.example or plain(text[:60])
    return f"{len(text)} bytes came, but no lines of numbers: {shown!r}; check the speed (--set baud=…) and the sketch"


def _wires(labels: Sequence[str]) -> list[str]:
    """How each value is found in a line."""
    numbers = iter(range(len(labels)))
    return [label or str(next(numbers)) for label in labels]


def _wanted(dialect: Dialect, pace: Pace) -> list[int]:
    """All columns but time and the lines that fix a plot's limits; a flat one alone may be a loose electrode."""
    free = [i for i in range(len(dialect.labels)) if i != pace.column]
    flat = [i for i in free if np.ptp(dialect.values[:, i]) == 0]
    limits = [i for i in flat if _LIMIT.fullmatch(dialect.labels[i])]
    if not limits and len(flat) > 1 and not any(dialect.labels):
        limits = flat
    return [i for i in free if i not in limits] or free


def _columns(dialect: Dialect, wanted: Sequence[int], rate: float) -> tuple[Column, ...]:
    wires = _wires(dialect.labels)
    titles = _titles(dialect)
    columns: list[Column] = []
    for number, i in enumerate(wanted, 1):
        values: Floats = dialect.values[:, i]
        label = titles[i] or f"ch{number}"
        if label in {column.label for column in columns}:
            label = f"{label}_{number}"
        low, high = float(values.min()), float(values.max())
        columns.append(Column(wires[i], label, look_at(values, rate), low, high, is_whole(values)))
    return tuple(columns)


def _titles(dialect: Dialect) -> list[str]:
    """Names of the columns: their labels, or those of a header."""
    width = len(dialect.labels)
    headers = [re.split(r"\s*[,;\t]\s*|\s+", line.strip(" ,;\t")) for line in dialect.words]
    header = next((one for one in headers if len(one) == width and len(set(one)) == width), [""] * width)
    return [
        re.sub(r"[^\w-]+", "_", label or title) for label, title in zip(dialect.labels, header, strict=True)
    ]


def _told(columns: Sequence[Column], *, volts: bool) -> list[str]:
    told = [
        f"{column.label} looks like {_KINDS[column.look.kind]}: {column.look.why}; say what it is with --set kind=…"
        for column in columns
    ]
    if volts:
        told.append("the values look like volts; say what they are with --set unit=…")
    return told


_KINDS = {"raw": "raw EMG", "rectified": "rectified EMG", "envelope": "an envelope", "aux": "no EMG"}


def _left_out(dialect: Dialect, wanted: Sequence[int], pace: Pace) -> list[str]:
    out = [i for i in range(len(dialect.labels)) if i not in wanted and i != pace.column]
    wires = _wires(dialect.labels)
    told = [f"column {wires[i]} is always {dialect.values[0, i]:g} and left out" for i in out]
    if pace.column is not None and not pace.regular:
        told.append("the board's time is too coarse or uneven to show lost lines; let it print micros()")
    return told


def _throttled(load: float, rate: float) -> list[str]:
    """A port that is full slows the board down; far more than full means that its speed is only a name (USB)."""
    if not 0.93 <= load <= 1.07:
        return []
    return [
        f"the port is full: {rate:g} lines a second is what fits, not the converter's rate; raise its speed"
    ]
