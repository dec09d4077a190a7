"""How long something has been so without a break."""

import numpy as np

from nmr_emg.block import Array


def unbroken(true: Array, before: Array) -> Array:
    """For how many rows each column of booleans has been true without a break, (rows, columns).

    Args:
        true: (rows, columns).
        before: the same at the row before the first, (columns,).

    >>> unbroken(np.array([[True], [False], [True]]), np.array([4])).ravel()
    array([5, 0, 1])
    """
    order = np.arange(1, len(true) + 1)[:, np.newaxis]
    lasted: Array = order - np.maximum.accumulate(np.where(true, -before, order), axis=0)
    return lasted
