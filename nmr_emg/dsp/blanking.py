"""Stimulus artefacts held out of the filters, and marked."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nmr_emg.allowed import between
from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.unbroken import unbroken
from nmr_emg.errors import ConfigError
from nmr_emg.stage import Process

MASK = "mask"
"""The track that says where to blank; whoever knows the stimulus writes it before this stage."""

LONG_GONE = 20.0
"""After so many time constants nothing is left of a difference."""


@dataclass(frozen=True, slots=True)
class Blanking:
    """Hold `emg` where the track `mask` is true, and write the track `blanked` (bool), both (rows, EMG channels).

    `mask` is bool, (rows, 1) or (rows, EMG channels). A stream without it passes untouched. A blanked sample
    becomes the channel's last good one, before the filters, so that they do not ring of the artefact (O'Keeffe et
    al. 2001, J Neurosci Methods 109:137–145). Where the signal comes back on another level, as an
    electrode does that was polarised, the difference fades with the time constant `fade`, so that no step gets in.

    What is blanked is no EMG. Stages that average pass over the rows in `blanked`.

    Args:
        tail: how long after the mask blanking goes on (s), for what is left of the artefact, and the M-wave.
        fade: time constant of the hand-over (s); 0 for none.
    """

    tail: float = 0.0
    fade: float = 0.01

    def __post_init__(self) -> None:
        between(0, 10, tail=self.tail, fade=self.fade)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        columns = len(info.emg)
        hold = _Hold(columns, round(self.tail * info.rate), self.fade * info.rate)

        def process(block: Block) -> Block:
            mask = block.tracks.get(MASK)
            if mask is None:
                return block
            if not bridged(block.lost, info.rate):
                hold.restart()
            emg, blanked = hold(block["emg"], _wide(mask, columns))
            return block.with_tracks(emg=emg, blanked=blanked)

        return process


def _wide(mask: Array, columns: int) -> NDArray[np.bool_]:
    if mask.ndim != 2 or mask.shape[1] not in (1, columns):
        raise ConfigError(
            f"the track {MASK!r} has the shape {mask.shape}; it must have one column, or one for each of the "
            f"{columns} EMG channels"
        )
    return np.broadcast_to(mask.astype(bool, copy=False), (len(mask), columns))


class _Hold:
    """Sample and hold, column by column."""

    def __init__(self, columns: int, tail: int, fade: float) -> None:
        self._tail = tail
        self._since = np.full(columns, tail + 1)
        self._fading = np.append(np.exp(-np.arange(round(LONG_GONE * fade)) / max(fade, 1e-9)), 0.0)
        self._age = np.full(columns, len(self._fading) - 1)
        self._step = np.zeros(columns)
        self._was = np.zeros(columns, bool)
        self._held: Floats = np.zeros(0)

    def restart(self) -> None:
        """After a gap: nothing of what was blanked before still counts, but the last level does."""
        self._since[:] = self._tail + 1
        self._was = np.zeros_like(self._was)
        self._age[:] = len(self._fading) - 1

    def __call__(self, x: Floats, mask: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
        if not len(x):
            return x, np.zeros(x.shape, bool)
        if not len(self._held):
            self._held = x[0].copy()
        blanked = self._widened(mask)
        held = self._filled(x, blanked)
        self._held = held[-1].copy()
        return held, blanked

    def _widened(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if not self._tail:
            return mask
        since = unbroken(~mask, self._since)
        self._since = np.minimum(since[-1], self._tail + 1)
        return np.asarray(since <= self._tail)

    def _filled(self, x: Floats, blanked: NDArray[np.bool_]) -> Floats:
        settled = (self._age == len(self._fading) - 1).all()
        if settled and not blanked.any() and not self._was.any():
            return x
        y = np.empty_like(x)
        edges = np.flatnonzero((blanked[1:] != blanked[:-1]).any(axis=1)) + 1
        for first, last in pairwise([0, *edges.tolist(), len(x)]):
            self._stretch(x[first:last], blanked[first], y[first:last])
            self._held = y[last - 1]
        return y

    def _stretch(self, x: Floats, blanked: NDArray[np.bool_], y: Floats) -> None:
        """Rows in which every column is either blanked or not."""
        back = self._was & ~blanked
        self._step = np.where(back, self._held - x[0], self._step)
        self._age = np.where(back, 0, self._age)
        ages = np.minimum(self._age + np.arange(len(x))[:, np.newaxis], len(self._fading) - 1)
        np.copyto(y, np.where(blanked, self._held, x + self._step * self._fading[ages]))
        self._age = np.minimum(self._age + len(x), len(self._fading) - 1)
        self._was = blanked
