"""Which rows count for a number."""

import numpy as np

from nmr_emg.block import Array, Block

BAD = 2
"""The state of the track `quality` that spoils numbers."""


def usable(block: Block, columns: int) -> Array:
    """Which rows count for each of so many channels, (rows, columns) bool.

    They have settled and are, as far as the block tells, neither blanked nor of bad quality.
    """
    rows = np.repeat(~block["settling"], columns, axis=1)
    if "blanked" in block.tracks:
        rows &= ~block["blanked"]
    if "quality" in block.tracks:
        rows &= block["quality"] < BAD
    return rows
