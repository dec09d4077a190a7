"""The newest rows, put together only when somebody asks."""

from collections import deque

import numpy as np

from nmr_emg.dsp.continuity import Floats


class History:
    """Keeps what was added last, and at least `length` rows before it, of arrays (…, rows, columns)."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._held: deque[Floats] = deque()
        self._rows = 0

    def add(self, rows: Floats) -> None:
        """Keep these as well; they must not change afterwards."""
        self._held.append(rows)
        self._rows += rows.shape[-2]
        while self._rows - self._held[0].shape[-2] - rows.shape[-2] >= self._length:
            self._rows -= self._held.popleft().shape[-2]

    def column(self, column: int, later: int, most: int) -> Floats:
        """Up to `most` rows of one column, (…, rows), ending `later` rows before the newest."""
        parts: list[Floats] = []
        wanted = min(most + later, self._rows)
        for part in reversed(self._held):
            if wanted <= 0:
                break
            parts.append(part[..., max(0, part.shape[-2] - wanted) :, column])
            wanted -= part.shape[-2]
        joined = np.concatenate(parts[::-1], axis=-1)
        return joined[..., : joined.shape[-1] - later]
