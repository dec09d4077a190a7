"""Rows of an OpenBCI SD card: hexadecimal fields of fixed width."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmr_emg.timing.counter import Integers

ROW = re.compile(r"[0-9A-Fa-f]{2}(?:,[0-9A-Fa-f]{6}){8}(?:(?:,[0-9A-Fa-f]{6}){8})?(?:,[0-9A-Fa-f]{4}){0,3}")
"""A row of 8 or 16 channels, with three auxiliary values or without."""

AUX = 3
_NO_DIGIT = 255


@dataclass(frozen=True, slots=True, eq=False)
class HexRows:
    """Rows of which some carry auxiliary values.

    Args:
        good: places, among the lines handed in, of those that are whole.
        ids: their counter.
        counts: shape (rows, channels), int32.
        has_aux: which of them carry auxiliary values.
        aux: shape (rows, 3), int32; zero where there are none.
    """

    good: Integers
    ids: Integers
    counts: NDArray[np.int32]
    has_aux: NDArray[np.bool_]
    aux: NDArray[np.int32]


def channels_of(texts: Sequence[str]) -> int | None:
    """8 or 16, from the first whole row; `None` without one."""
    found = next((text for text in texts if ROW.fullmatch(text)), None)
    return None if found is None else (16 if len(found) > 2 + 9 * 7 + 15 else 8)


def hex_rows(texts: Sequence[str], channels: int) -> HexRows:
    """Decode lines; damaged ones are missing in `good`.

    >>> rows = hex_rows(["00" + ",FFFFFF" + ",000001" * 7 + ",FFB0,0E60,03B0", "01,0000"], 8)
    >>> rows.good.tolist(), rows.counts[0].tolist(), rows.aux.tolist()
    ([0], [-1, 1, 1, 1, 1, 1, 1, 1], [[-80, 3680, 944]])
    """
    short = 2 + 7 * channels
    lengths = np.array([len(text) for text in texts], np.int64)
    fields = np.zeros((len(texts), 1 + channels + AUX), np.int64)
    good = np.zeros(len(texts), bool)
    for length in (short, short + 5 * AUX):
        places = np.flatnonzero(lengths == length)
        if not len(places):
            continue
        widths = [2, *[6] * channels, *[4] * ((length - short) // 5)]
        values, sound = _decode([texts[i] for i in places.tolist()], widths)
        fields[places, : len(widths)] = values
        good[places] = sound
    whole = np.flatnonzero(good)
    fields = fields[whole]
    counts = _signed(fields[:, 1 : 1 + channels], 24)
    return HexRows(
        whole, fields[:, 0], counts, lengths[whole] > short, _signed(fields[:, 1 + channels :], 16)
    )


def _decode(texts: list[str], widths: list[int]) -> tuple[Integers, NDArray[np.bool_]]:
    """Fields of lines of one length, and which lines are sound."""
    letters = np.frombuffer("".join(texts).encode("latin-1"), np.uint8).reshape(len(texts), -1)
    digits = _DIGITS[letters]
    ends = np.cumsum(np.array(widths) + 1) - 1
    inside = np.ones(letters.shape[1], bool)
    inside[ends[:-1]] = False
    sound = (digits[:, inside] != _NO_DIGIT).all(axis=1) & (letters[:, ~inside] == ord(",")).all(axis=1)
    values = np.zeros((len(texts), len(widths)), np.int64)
    for column, (end, width) in enumerate(zip(ends, widths, strict=True)):
        for place in range(end - width, end):
            values[:, column] = values[:, column] * 16 + digits[:, place]
    return values, sound


def _signed(values: Integers, bits: int) -> NDArray[np.int32]:
    """Two's complement."""
    return (values - ((values >> (bits - 1)) << bits)).astype(np.int32)


def _digit_table() -> NDArray[np.int64]:
    table = np.full(256, _NO_DIGIT, np.int64)
    for digit in "0123456789abcdefABCDEF":
        table[ord(digit)] = int(digit, 16)
    return table


_DIGITS = _digit_table()
