"""Reads the text that an OpenBCI Cyton writes to its SD card."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from nmr_emg.block import Block, Channel, StreamInfo
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.recordings.counted import Rows, blocks
from nmr_emg.recordings.lines import lines, unreadable
from nmr_emg.recordings.openbci_card import Pause, items_of
from nmr_emg.recordings.openbci_hex import ROW, channels_of
from nmr_emg.recordings.skipped import Skipped
from nmr_emg.recordings.streamed import Started, Streamed
from nmr_emg.timing.counter import ENDLESS, Counting, detect, unwrap

UV_PER_COUNT = 4.5e6 / 24 / (2**23 - 1)
"""Reference 4.5 V, gain 24, 24-bit converter."""
G_PER_COUNT = 0.002 / 16
RATE = 250.0

_LABEL = b"%SamplingFreq:"
_SEARCHED_AT_ONCE = 1 << 20
_DEVICES = {8: "OpenBCI Cyton (SD card)", 16: "OpenBCI Cyton Daisy (SD card)"}


class OpenBCISD(Streamed):
    """A file `OBCI_xx.TXT` from the SD card of an OpenBCI Cyton, with or without Daisy.

    Counts are kept as int32; the accelerometer's (or other auxiliary) values come every few rows and are held
    in between. The file says neither the gain, taken to be 24, nor, without its footer, the rate, taken to be
    250 Hz. Where the stream was stopped and started again, the board's clock tells how many samples are missing.

    Args:
        path: the file.
        rows: most rows of a block.
        rate: samples a second, for a file without footer.
    """

    def __init__(self, path: str | Path, rate: float | None = None, rows: int | None = None) -> None:
        super().__init__(path, "openbci-sd", rows, partial(_start, rate=rate))


def is_openbci_sd(head: bytes) -> bool:
    """Whether a file that begins like this comes from an OpenBCI's SD card."""
    texts = re.split(r"[\r\n]+", head[:4096].decode("latin-1"))
    return any(ROW.fullmatch(text) for text in texts)


def _start(file: BinaryIO, path: Path, skipped: Skipped, rows: int, *, rate: float | None) -> Started:
    said = _footer_rate(file, path)
    if said is not None and rate is not None and rate != said:
        raise ConfigError(f"{path} says {said:g} Hz, not {rate:g}; leave --rate out")
    file.seek(0)
    pieces = lines(file, path)
    first = next(pieces)
    channels = channels_of(first.texts)
    if channels is None:
        raise RecordingError(f"{path}: no whole row of samples in its first 256 KB; nothing can be read")
    info = StreamInfo(said or rate or RATE, _channels(channels), "int32", _DEVICES[channels])
    sample = [item for item in items_of(channels, Skipped())(first) if isinstance(item, Rows)]
    counting = detect(np.concatenate([part.ids for part in sample]))
    read = items_of(channels, skipped)
    items = chain.from_iterable(map(read, chain([first], pieces)))
    return Started(info, _blocks(items, counting, info.rate, skipped, rows), notes=_notes(said or rate))


def _blocks(
    items: Iterable[Rows | Pause], counting: Counting | None, rate: float, skipped: Skipped, rows: int
) -> Iterator[Block]:
    """Blocks of one stretch after the other, the counter begun anew after each pause."""
    stop = 0
    place = unwrap(counting or ENDLESS)
    for item in items:
        if isinstance(item, Pause):
            place = unwrap(counting or ENDLESS, first=stop + round(item.seconds * rate))
            continue
        counted = item if counting else replace(item, ids=item.lines)
        for block in blocks([counted], place, skipped, rows):
            stop = block.stop
            yield block


def _footer_rate(file: BinaryIO, path: Path) -> float | None:
    """The rate that the footer says, if the recording was ended properly by a firmware that writes it."""
    before = b""
    try:
        while piece := file.read(_SEARCHED_AT_ONCE):
            ours, nul, _ = (before + piece).partition(b"\0")
            ends = nul or len(piece) < _SEARCHED_AT_ONCE
            found = re.search(_LABEL + rb"\s*([0-9A-Fa-f]{1,8})\s", ours + b"\n" if ends else ours)
            if found:
                return float(int(found[1], 16)) or None
            if nul:
                return None
            before = ours[-64:]
    except OSError as error:
        raise unreadable(path, error) from error
    return None


def _channels(count: int) -> tuple[Channel, ...]:
    rail = (2**23 - 1) * UV_PER_COUNT
    signals = (Channel(f"ch{i + 1}", scale=UV_PER_COUNT, full_scale=rail) for i in range(count))
    aux = (Channel(f"accel_{axis}", unit="g", kind="aux", scale=G_PER_COUNT) for axis in "xyz")
    return (*signals, *aux)


def _notes(rate: float | None) -> tuple[str, ...]:
    gain = "gain 24 is assumed: the SD card does not say it"
    return (gain,) if rate else (gain, f"{RATE:g} Hz is assumed: the SD card does not say it")
