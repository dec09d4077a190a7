"""Random numbers that depend on a seed and on what they are for, and on nothing else."""

from zlib import crc32

import numpy as np


def stream(seed: int, *purpose: object) -> np.random.Generator:
    """A generator of its own for each purpose.

    Because the purpose names it, adding a channel or a disturbance leaves the numbers of all others alone.

    >>> bool(stream(1, "noise", "gmax_r").random() == stream(1, "noise", "gmax_r").random())
    True
    >>> bool(stream(1, "noise", "gmax_r").random() == stream(1, "noise", "bf_r").random())
    False
    """
    name = "/".join(map(str, purpose))
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()),)))
