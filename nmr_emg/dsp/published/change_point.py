"""The most likely sample at which the variance rises, once."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.allowed import between
from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.interval import Interval, Run
from nmr_emg.dsp.published.searched import Rest, Searched


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Exactly one onset, where the likelihood of Gaussian noise whose variance rises once is largest. Not causal.

    Maximises n/2·ln v0 − k/2·ln v1 − (n − k)/2·ln v2 over k, v0, v1 and v2 being the variances of all n samples, of the
    first k and of the others; accepted where it exceeds ln n (Schwarz 1978, Ann Stat 6:461–464) and v2 > v1. The end is
    the same in reversed time, from the onset on. It sees one burst and no more; of several it takes what fits best, and
    `rest` is asked for only to refuse what the others refuse. Its Bayesian relative found single onsets best in Tenan,
    Tweedell & Haynes 2017, PLoS ONE 12:e0177312.

    Args:
        shortest: of either side of a change (s).
    """

    shortest: float = 0.02

    def __post_init__(self) -> None:
        between(0.001, 10, shortest=self.shortest)

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """The one burst in a channel of band-passed EMG, of any unit; in pieces where gaps cut it.

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        searched = Searched.of(x, rate, rest)
        ends = np.cumsum([len(piece.values) for piece in searched.pieces])
        squares = np.square(np.concatenate([piece.values for piece in searched.pieces]))
        least = searched.rows(self.shortest, 2)
        onset = rise(squares, least)
        if onset is None:
            return []
        end = rise(squares[onset:][::-1], least)
        stop = len(squares) - (end or 0)
        parts = iter(zip(ends - [len(piece.values) for piece in searched.pieces], ends, strict=True))

        def within(values: Floats) -> list[Run]:
            a, b = (int(one) for one in next(parts))
            first, last = max(onset, a) - a, min(stop, b) - a
            return [Run(first, last)] if first < min(last, len(values)) else []

        return searched.intervals(within)


def rise(squares: Floats, least: int) -> int | None:
    """The first sample of the larger variance, at least so many from both ends; `None` where nothing rises.

    >>> rise(np.repeat([1.0, 9.0], 50), 5), rise(np.repeat([9.0, 1.0], 50), 5)
    (50, None)
    """
    n = len(squares)
    if n < 2 * least:
        return None
    k = np.arange(least, n - least + 1)
    total = np.cumsum(squares)
    before, after = total[k - 1] / k, (total[-1] - total[k - 1]) / (n - k)
    tiny = np.finfo(float).tiny
    log0, log1, log2 = (np.log(np.maximum(v, tiny)) for v in (total[-1] / n, before, after))
    gain = np.where(after > before, n * log0 - k * log1 - (n - k) * log2, 0.0) / 2
    best = int(np.argmax(gain))
    return int(k[best]) if gain[best] > np.log(n) else None
