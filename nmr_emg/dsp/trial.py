"""What is measured between the start and the stop of a trial."""

import numpy as np

from nmr_emg.block import Array, Block, StreamInfo
from nmr_emg.dsp.continuity import Floats, bridged
from nmr_emg.dsp.moving import moving_sum
from nmr_emg.dsp.usable import usable


class Trial:
    """The envelope of every channel over one trial: its mean, or its largest mean over a window.

    Rows that settle, are blanked or of bad quality don't count; a window counts where at least half of it does.

    Args:
        info: the stream.
        window: length of the window (s); `None` for the mean of the whole trial.
    """

    def __init__(self, info: StreamInfo, window: float | None) -> None:
        self._rate = info.rate
        self._columns = len(info.emg)
        self._length = None if window is None else max(1, round(window * info.rate))
        self.is_open = False
        self._rows = 0

    @property
    def seconds(self) -> float:
        """How long it was, less what settled."""
        return self._rows / self._rate

    def begin(self) -> None:
        """Forget the last one."""
        self.is_open = True
        self._rows = 0
        self._total = np.zeros((1, self._columns))
        self._count = np.zeros(self._columns, int)
        self._largest = np.full(self._columns, np.nan)
        self._restart()

    def interrupt(self, block: Block) -> None:
        """Begin windows anew where a gap is too long to bridge."""
        if self.is_open and not bridged(block.lost, self._rate):
            self._restart()

    def add(self, block: Block) -> None:
        """Measure one block."""
        if not self.is_open:
            return
        first = int(np.count_nonzero(block["settling"]))
        good = usable(block, self._columns)[first:]
        settled = np.where(good, block["envelope"][first:], 0.0)
        self._rows += len(settled)
        self._count += good.sum(axis=0)
        if self._length is None:
            self._total = np.add.accumulate(np.concatenate([self._total, settled]), axis=0)[-1:]
        else:
            self._slide(settled, good, self._length)

    def _slide(self, settled: Floats, good: Array, length: int) -> None:
        sums = self._add(np.concatenate([settled, good], axis=1))[max(0, length - 1 - self._filled) :]
        self._filled += len(settled)
        if len(sums):
            total, count = sums[:, : self._columns], sums[:, self._columns :]
            means = np.where(2 * count >= length, total / np.maximum(count, 1), np.nan)
            self._largest = np.fmax(self._largest, np.fmax.reduce(means, axis=0))

    def end(self) -> Floats | None:
        """Its value per channel, NaN where no row counted; `None` if it never began or holds nothing."""
        was_open, self.is_open = self.is_open, False
        if not was_open or not self._rows:
            return None
        if self._length is not None:
            return self._largest
        return np.where(self._count > 0, self._total[0] / np.maximum(self._count, 1), np.nan)

    def _restart(self) -> None:
        self._filled = 0
        if self._length is not None:
            self._add = moving_sum(self._length, 2 * self._columns)
