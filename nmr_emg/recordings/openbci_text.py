"""Reads what the OpenBCI GUI records as text, in all its generations."""

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nmr_emg.block import StreamInfo
from nmr_emg.errors import ConfigError
from nmr_emg.recordings.counted import Rows, blocks
from nmr_emg.recordings.lines import lines
from nmr_emg.recordings.openbci_header import Header, read_header
from nmr_emg.recordings.openbci_layout import Layout, work_out
from nmr_emg.recordings.openbci_rows import rows_of
from nmr_emg.recordings.skipped import Skipped
from nmr_emg.recordings.streamed import Started, Streamed
from nmr_emg.timing.counter import BYTE, ENDLESS, HUB, detect, unwrap

_NAMED = re.compile(r"(\d{4}-\d\d-\d\d)_(\d\d)-(\d\d)-(\d\d)")
"""How the GUI puts date and time into a file's name."""


class OpenBCIText(Streamed):
    """A text file of the OpenBCI GUI: 2016, version 4, 5 or 6; Cyton, Daisy, Ganglion, WiFi or synthetic board.

    Values are float64 as the file has them. The board's counter gives the sample index, so that a loss shows
    as a jump; recorded times settle how many whole cycles of the counter a long one swallowed, and are the
    blocks' time of arrival (seconds since 1970, else of the day). Damaged lines are left out and reported.

    Args:
        path: the file.
        rows: most rows of a block.
        rate: samples a second, for a file that does not say.
    """

    def __init__(self, path: str | Path, rows: int | None = None, rate: float | None = None) -> None:
        super().__init__(path, "openbci-text", rows, partial(_start, rate=rate))


def _start(file: BinaryIO, path: Path, skipped: Skipped, rows: int, *, rate: float | None) -> Started:
    pieces = lines(file, path)
    first = next(pieces)
    header = read_header(first.texts, path)
    for line in header.strays:
        skipped.add(line, "neither header nor samples")
    first = first.from_(header.lines)
    layout = work_out(header, first.texts, path)
    info = StreamInfo(
        rate=_rate(header, rate, path),
        channels=layout.channels,
        device=header.device(len(layout.signals)),
    )
    sample = rows_of(layout, Skipped())(first)
    counting = detect(sample.ids, HUB if len(layout.signals) == 4 else BYTE)
    parts = map(rows_of(layout, skipped), chain([first], pieces))
    counted = parts if counting else (replace(part, ids=part.lines) for part in parts)
    notes = () if counting else ("its first column counts no samples; lost ones can't be seen",)
    placed = blocks(counted, unwrap(counting or ENDLESS, info.rate), skipped, rows)
    return Started(info, placed, _start_time(layout, sample, path), notes, header.generation)


def _rate(header: Header, rate: float | None, path: Path) -> float:
    if header.rate is None and rate is None:
        raise ConfigError(f"{path} does not say its sample rate; give it with --rate HZ")
    if header.rate is not None and rate is not None and rate != header.rate:
        raise ConfigError(f"{path} says {header.rate:g} Hz, not {rate:g}; leave --rate out")
    return float(header.rate or rate or 0)


def _start_time(layout: Layout, sample: Rows, path: Path) -> str | None:
    """From the first stamp; else from the file's name, which the GUI makes of the local time."""
    known = sample.times[np.isfinite(sample.times)]
    if layout.stamp is not None and len(known):
        return datetime.fromtimestamp(float(known[0]), UTC).isoformat(timespec="milliseconds")
    found = _NAMED.search(path.name)
    if found:
        with suppress(ValueError):
            return datetime.fromisoformat("{} {}:{}:{}".format(*found.groups())).isoformat()
    return None
