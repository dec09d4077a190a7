"""What stands in an OpenBCI SD card's file line after line: rows, stamps of the board's clock, the end."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nmr_emg.recordings.counted import Rows, rows_without_times
from nmr_emg.recordings.lines import Lines
from nmr_emg.recordings.openbci_hex import AUX, HexRows, hex_rows
from nmr_emg.recordings.skipped import Skipped

MOST_GARBAGE = 64
"""So many unreadable lines in a row are what an earlier recording left on the card, not damage."""

_STAMP = re.compile(r"[0-9A-Fa-f]{8}")
_LABELS = ("%START AT", "%STOP AT")


@dataclass(frozen=True, slots=True)
class Pause:
    """The stream was stopped and started again; its counter begins anew.

    Args:
        seconds: by the board's clock; 0 if it does not say.
    """

    seconds: float


Item = Rows | Pause


@dataclass(slots=True)
class _Card:
    """Where reading stands."""

    aux: NDArray[np.int32] = field(default_factory=lambda: np.zeros(AUX, np.int32))
    stamps: list[int] = field(default_factory=list)
    begun: bool = False
    stamp_follows: bool = False
    garbage: int = 0
    ended: bool = False


def items_of(channels: int, skipped: Skipped) -> Callable[[Lines], Iterator[Item]]:
    """Start reading a card's file; the function returned takes its lines in order.

    A footer, a NUL or a long stretch of garbage ends it: the file was laid out beforehand, and what follows
    is not of this recording.
    """
    card = _Card()

    def read(piece: Lines) -> Iterator[Item]:
        if card.ended:
            return
        texts, nul = _up_to_nul(piece.texts)
        found = hex_rows(texts, channels)
        others = np.setdiff1d(np.arange(len(texts)), found.good).tolist()
        first = 0
        for at in [*others, len(texts)]:
            yield from _rows(card, piece.number, found, slice(*np.searchsorted(found.good, [first, at])))
            if at < len(texts):
                card.ended = _ends(card, piece.number + at, texts[at], skipped)
            if at < len(texts) and card.ended:
                return
            first = at
        card.ended = nul

    return read


def _up_to_nul(texts: list[str]) -> tuple[list[str], bool]:
    """The lines before the first NUL, and whether there was one."""
    at = next((i for i, text in enumerate(texts) if "\0" in text), None)
    return (texts, False) if at is None else ([*texts[:at], texts[at].partition("\0")[0]], True)


def _rows(card: _Card, number: int, found: HexRows, places: slice) -> Iterator[Item]:
    """The rows of a stretch, after the pause that the stamps before them tell of."""
    if places.start == places.stop:
        return
    if card.begun and card.stamps:
        yield Pause(max(0, card.stamps[-1] - card.stamps[0]) / 1000)
    card.begun, card.garbage = True, 0
    card.stamps.clear()
    aux = _held(card, found.aux[places], found.has_aux[places])
    values = np.concatenate([found.counts[places], aux], axis=1)
    yield rows_without_times(number + found.good[places], found.ids[places], values)


def _held(card: _Card, aux: NDArray[np.int32], has_aux: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Auxiliary values of every row: its own, else the last there were."""
    since = np.maximum.accumulate(np.where(has_aux, np.arange(len(aux)), -1))
    held: NDArray[np.int32] = np.where(since[:, None] < 0, card.aux, aux[since])
    card.aux = held[-1]
    return held


def _ends(card: _Card, line: int, text: str, skipped: Skipped) -> bool:
    """Take a line that is no row; whether it ends the recording."""
    stamp_follows, card.stamp_follows = card.stamp_follows, text in _LABELS
    if not text or card.stamp_follows:
        return False
    if stamp_follows and _STAMP.fullmatch(text):
        card.stamps.append(int(text, 16))
        return False
    if text.startswith("%"):
        return True
    skipped.add(line, f"{text[:20]!r} is no whole row")
    card.garbage += 1
    return card.garbage >= MOST_GARBAGE
