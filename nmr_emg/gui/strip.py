"""The picture of the scrolling traces: only new columns are computed, the old ones stay where they are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nmr_emg.gui.columns import Spans, columns
from nmr_emg.ring import Snapshot

Pixels = NDArray[np.uint32]


Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of a strip, as (red, green, blue), and the thickness of its lines in pixels."""

    paper: Colour
    trace: Colour
    envelope: Colour
    thickness: float = 1.0


class Strip:
    """A picture `width` columns wide that is written round and round, each column at its number modulo `width`.

    Args:
        width: pixels.
        height: pixels.
        per_column: samples a column.
        tops: µV at the edge of each lane, one lane a channel, one below the other.
        ink: colours.
    """

    def __init__(self, width: int, height: int, per_column: float, tops: tuple[float, ...], ink: Ink) -> None:
        self.width = width
        self.height = height
        self.lane = max(1, height // max(1, len(tops)))
        self._per_column = per_column
        self._tops = np.array(tops, float)
        self._ink = ink
        self._paper = np.array(ink.paper, np.float32)
        self.pixels: Pixels = np.full((height, width), _packed(self._paper), np.uint32)
        self.end = 0
        self._started = False

    def write(self, traces: Snapshot) -> None:
        """Write the columns that have become complete since the last call."""
        if not len(traces.index):
            return
        last = int(traces.index[-1] // self._per_column)
        if not self._started:
            self.end, self._started = last - self.width, True
        first = max(self.end, last - self.width)
        if first >= last:
            return
        picture = np.broadcast_to(self._paper, (self.height, last - first, 3)).copy()
        for name, colour, thickness in (
            ("filtered", self._ink.trace, self._ink.thickness),
            ("envelope", self._ink.envelope, 1.6 * self._ink.thickness),
        ):
            if name in traces.tracks:
                spans = columns(traces.index, traces.tracks[name], self._per_column, first, last)
                self._draw(picture, spans, colour, thickness)
        self.pixels[:, np.arange(first, last) % self.width] = _packed(picture)
        self.end = last

    def column(self, index: int) -> float:
        """Where a sample lies, in columns left of the strip's end (negative)."""
        return index / self._per_column - self.end

    def _draw(self, picture: NDArray[np.float32], spans: Spans, colour: Colour, thickness: float) -> None:
        middle, reach = self.lane / 2, self.lane / 2 - 1
        low, high = (np.clip(side / self._tops, -1, 1) * reach for side in spans)
        for lane in range(len(self._tops)):
            rows = picture[lane * self.lane : (lane + 1) * self.lane]
            _ink(rows, middle - high[:, lane], middle - low[:, lane], thickness, np.array(colour, np.float32))


def _ink(
    rows: NDArray[np.float32],
    top: NDArray[np.float64],
    bottom: NDArray[np.float64],
    thickness: float,
    colour: NDArray[np.float32],
) -> None:
    """Fill from `top` to `bottom` in each column; a pixel that is covered in part takes part of the colour."""
    thicker = np.maximum(0, thickness - (bottom - top)) / 2
    upper, lower = np.nan_to_num(top - thicker, nan=-9.0), np.nan_to_num(bottom + thicker, nan=-9.0)
    line = np.arange(len(rows))[:, np.newaxis]
    cover = np.clip(np.minimum(line + 1, lower) - np.maximum(line, upper), 0, 1).astype(np.float32)
    rows += cover[:, :, np.newaxis] * (colour - rows)


def _packed(rgb: NDArray[np.float32]) -> Pixels:
    """0xffRRGGBB, as the screen takes it."""
    red, green, blue = (rgb[..., i].astype(np.uint32) for i in range(3))
    packed: Pixels = np.uint32(0xFF000000) | red << np.uint32(16) | green << np.uint32(8) | blue
    return packed
