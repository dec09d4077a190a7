"""Staude and Wolf: the approximated generalised likelihood ratio of a variance that changes once."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import special

from nmr_emg.allowed import above, between
from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.interval import Interval, Run, joined, runs
from nmr_emg.dsp.published.searched import Rest, Searched
from nmr_emg.dsp.published.whitening import thinned, whitened
from nmr_emg.errors import ConfigError


def likelihood(ratio: Array | float, count: Array | float) -> Array:
    """Test value g = L/2·(r − 1 − ln r) of `count` samples whose variance is `ratio` times that of rest; 0 where it is less.

    >>> likelihood(4.0, 25).round(6)
    np.float64(20.17132)
    """
    more = np.maximum(ratio, 1.0)
    value: Array = np.asarray(count) / 2 * (more - 1 - np.log(more))
    return value


def threshold(false_alarm: float) -> float:
    """Threshold h for the probability of a false alarm of one test: half the χ²₁ value that twice it exceeds (Wilks 1938).

    >>> round(threshold(0.01), 4)
    2.7059
    """
    return float(special.chdtri(1, 2 * false_alarm)) / 2


@dataclass(frozen=True, slots=True)
class Aglr:
    """g = L/2·(r − 1 − ln r) exceeds h, r being the whitened signal's variance over the last L samples to that of rest.

    h follows from the probability of a false alarm of one test; there is one test a sample, so 10⁻⁵ is not little. The
    change is dated to the sample from which the likelihood is largest, up to L samples after the alarm: then it is
    `declared`. Causal; signals that are sampled faster than 2.5 times their band are resampled first, which looks 10 ms
    ahead or so, and `declared` counts that. Ends are found by the same steps in reversed time, and look ahead.
    (Staude & Wolf 1999, Med Eng Phys 21:449–467; Staude 2001, IEEE Trans Biomed Eng 48:1292–1305.)

    Args:
        window: L (s).
        false_alarm: of one test.
        merge: shorter pauses are no pauses (s).
        order: of the autoregression that whitens; 0 for none.
        band_edge: upper edge of the band of x (Hz); `None` takes 450 Hz or 0.46 of the rate.
    """

    window: float = 0.05
    false_alarm: float = 1e-5
    merge: float = 0.05
    order: int = 8
    band_edge: float | None = None

    def __post_init__(self) -> None:
        between(0.001, 1, window=self.window)
        between(1e-12, 0.4, false_alarm=self.false_alarm)
        between(0, 60, merge=self.merge)
        between(0, 64, order=self.order)
        if self.order % 1:
            raise ConfigError(f"order is {self.order}; it must be a whole number")
        if self.band_edge is not None:
            above(0, band_edge=self.band_edge)

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """Activity in one channel of band-passed EMG, of any unit; `rest` is a stretch of rest (s).

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        searched = whitened(thinned(Searched.of(x, rate, rest), self.band_edge), self.order)
        length, alarm = max(2, int(self.window * searched.rate)), threshold(self.false_alarm)
        merge = searched.rows(self.merge)
        return searched.intervals(lambda values: joined(_bursts(np.square(values), length, alarm), merge))


def _bursts(squares: Floats, length: int, alarm: float) -> list[Run]:
    if len(squares) < length:
        return []
    ratio = sliding_window_view(squares, length).mean(axis=1)
    found, done = [], 0
    for windows in joined(runs(likelihood(ratio, length) > alarm), length):
        first = _onset(squares, done, windows.first + length - 1, length)
        done = max(first + 1, _offset(squares, windows.stop - 1, length))
        found.append(Run(first, done, min(windows.first + 2 * length - 1, len(squares) - 1)))
    return found


def _onset(squares: Floats, after: int, alarmed: int, length: int) -> int:
    """The likeliest first row of activity, not before `after`, given the row of the alarm."""
    began = min(max(after, alarmed - 2 * length), alarmed)
    part = squares[began : alarmed + length + 1]
    count = np.arange(len(part), 0, -1)
    ratio = np.add.accumulate(part[::-1])[::-1] / count
    return began + int(np.argmax(likelihood(ratio, count)[: max(1, alarmed - began + 1)]))


def _offset(squares: Floats, alarmed: int, length: int) -> int:
    """The likeliest first row of rest, given the row at which the last window with an alarm begins."""
    back = squares[::-1]
    return len(squares) - _onset(back, 0, len(squares) - 1 - alarmed, length)
