"""Lines of an OpenBCI text file as rows of numbers: whole pieces at once, and line by line where one is damaged."""

from collections.abc import Callable
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from nmr_emg.recordings.counted import Rows
from nmr_emg.recordings.lines import Lines
from nmr_emg.recordings.openbci_layout import CLOCK, Layout
from nmr_emg.recordings.skipped import Skipped
from nmr_emg.timing.counter import Integers, Times

DAY = 86_400.0
_DIGITS = np.array([0, 1, 3, 4, 6, 7, 9, 10, 11])
_THOUSANDTHS = np.array([36_000_000, 3_600_000, 600_000, 60_000, 10_000, 1_000, 100, 10, 1])

Table = tuple[NDArray[np.float64], Times]


class _DamagedRow(ValueError):  # noqa: N818  (named for what it says)
    """Why a line can't be read."""


def rows_of(layout: Layout, skipped: Skipped) -> Callable[[Lines], Rows]:
    """Start reading rows; the function returned takes a file's lines in order.

    What can't be read is told to `skipped` and left out.
    """
    on_one_day = _on_one_day()
    first_other = 1 + len(layout.signals)
    stop = first_other + len(layout.others)

    def read(piece: Lines) -> Rows:
        lines = piece.number + np.flatnonzero([bool(text) for text in piece.texts])
        texts = [text for text in piece.texts if text]
        found = _whole(layout, texts) if piece.ended else None
        if found is None:
            kept, found = _one_by_one(layout, lines, texts, piece.ended, skipped)
            lines = lines[kept]
        table, clock = found
        ids = table[:, 0].astype(np.int64)
        times = on_one_day(clock) if layout.clock else _stamps(layout, table, stop)
        marks = np.zeros(len(table)) if layout.marker is None else np.nan_to_num(table[:, -1])
        return Rows(lines, ids, table[:, 1:stop].copy(), times, marks)

    return read


def _stamps(layout: Layout, table: NDArray[np.float64], place: int) -> Times:
    """Recorded times in seconds; a stamp of 0 is none."""
    if layout.stamp is None:
        return np.full(len(table), np.nan)
    stamps = table[:, place] / layout.per_second
    return np.where(stamps > 0, stamps, np.nan)


def _whole(layout: Layout, texts: list[str]) -> Table | None:
    """All lines at once, or `None` if one of them is damaged."""
    if not texts:
        return np.empty((0, len(layout.numbers))), np.empty(0)
    if any(text.count(",") != layout.width - 1 for text in texts):
        return None
    try:
        table = np.loadtxt(texts, delimiter=",", usecols=layout.numbers, comments=None, ndmin=2)
    except ValueError:
        return None
    clock = _clocks(texts) if layout.clock else np.empty(0)
    if clock is None or len(table) != len(texts) or not _is_sound(layout, table):
        return None
    return table, clock


def _is_sound(layout: Layout, table: NDArray[np.float64]) -> bool:
    ids = table[:, 0]
    with np.errstate(invalid="ignore"):
        counts = (ids >= 0) & (ids == np.floor(ids)) & (ids < 2**53)
    return bool(counts.all() and np.isfinite(table[:, 1 : 1 + len(layout.signals)]).all())


def _clocks(texts: list[str]) -> Times | None:
    """Seconds of the day from the last twelve characters of each line, or `None` if one is no time."""
    last = [text.rstrip()[-12:] for text in texts]
    if any(len(text) != 12 for text in last):
        return None
    digits = np.frombuffer("".join(last).encode("latin-1"), np.uint8).reshape(-1, 12)
    numbers = digits[:, _DIGITS].astype(np.int64) - ord("0")
    marks = digits[:, [2, 5, 8]] == np.frombuffer(b"::.", np.uint8)
    if not (marks.all() and ((numbers >= 0) & (numbers <= 9)).all()):
        return None
    return np.asarray((numbers * _THOUSANDTHS).sum(axis=1) / 1000)


def _on_one_day() -> Callable[[Times], Times]:
    """Make times of the day go on past midnight."""
    last, days = np.nan, 0

    def go_on(clock: Times) -> Times:
        nonlocal last, days
        if not len(clock):
            return clock
        nights = days + np.cumsum(np.diff(clock, prepend=last) < -DAY / 2)
        last, days = float(clock[-1]), int(nights[-1])
        return clock + nights * DAY

    return go_on


def _one_by_one(
    layout: Layout, lines: Integers, texts: list[str], ended: bool, skipped: Skipped
) -> tuple[list[int], Table]:
    """The readable lines of a damaged piece: their places, and what they hold."""
    kept: list[int] = []
    table: list[list[float]] = []
    clocks: list[float] = []
    for at, text in enumerate(texts):
        if not text.strip():
            continue
        try:
            if not ended and at == len(texts) - 1:
                _check_end(layout, text)
            numbers, clock = _one(layout, text)
        except _DamagedRow as why:
            skipped.add(int(lines[at]), str(why))
        else:
            kept.append(at)
            table.append(numbers)
            clocks.append(clock)
    return kept, (np.array(table).reshape(-1, len(layout.numbers)), np.array(clocks))


def _one(layout: Layout, text: str) -> tuple[list[float], float]:
    fields = text.split(",")
    if text.lstrip().startswith("%"):
        raise _DamagedRow("a header line amid the samples")
    if len(fields) != layout.width:
        raise _DamagedRow(f"{len(fields)} columns instead of {layout.width}")
    numbers = [_number(fields[place], place) for place in layout.numbers]
    counts = 0 <= numbers[0] < 2**53 and numbers[0].is_integer()
    if not counts or not all(map(isfinite, numbers[1 : 1 + len(layout.signals)])):
        raise _DamagedRow("the counter is no whole number, or a signal is not finite")
    return numbers, _clock(fields[-1]) if layout.clock else np.nan


def _number(field: str, place: int) -> float:
    try:
        if "_" not in field:
            return float(field)
    except ValueError:
        pass
    raise _DamagedRow(f"column {place + 1} is {field.strip()[:20]!r}, which is no number")


def _clock(field: str) -> float:
    found = CLOCK.fullmatch(field.strip())
    if found is None:
        raise _DamagedRow(f"the last column is {field.strip()[:20]!r}, which is no time of day")
    hours, minutes, seconds, thousandths = map(int, found.groups())
    return (((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths) / 1000


def _check_end(layout: Layout, text: str) -> None:
    """A last line without an end may be whole; it is cut if its last column has lost a digit."""
    ours, whole = (row.rpartition(",")[2].strip() for row in (text, layout.example))
    if len(ours.partition(".")[2]) < len(whole.partition(".")[2]) or ("." in whole) > ("." in ours):
        raise _DamagedRow("cut off at the end of the file")
    if "." not in whole and len(ours) < len(whole):
        raise _DamagedRow("cut off at the end of the file")
