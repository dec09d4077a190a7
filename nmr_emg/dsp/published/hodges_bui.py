"""Hodges and Bui: a mean over a short window against the mean and spread of rest; and its causal simplification."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.allowed import above, at_least, between
from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.interval import Interval, Run, joined, runs
from nmr_emg.dsp.published.searched import Rest, Searched
from nmr_emg.dsp.published.smoothing import causal, over, zero_phase


@dataclass(frozen=True, slots=True)
class HodgesBui:
    """The mean of the smoothed |x| over the next `window` s exceeds µ + h·s of rest. Not causal: the window looks ahead.

    An interval covers all windows whose mean exceeds it, so that its end is the onset of the signal reversed in time.
    (Hodges & Bui 1996, Electroencephalogr Clin Neurophysiol 101:511–519, who found 25 ms, 3 standard deviations and
    50 Hz good.) Rest is judged after the same rectification and smoothing.

    Args:
        lowpass: corner of the low-pass, of order 2 and zero phase (Hz).
        deviations: h, standard deviations of rest above its mean.
        window: of the mean (s).
    """

    lowpass: float = 50.0
    deviations: float = 3.0
    window: float = 0.025

    def __post_init__(self) -> None:
        above(0, lowpass=self.lowpass)
        at_least(0, deviations=self.deviations)
        between(0.001, 1, window=self.window)

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """Activity in one channel of band-passed EMG, of any unit; `rest` is a stretch of rest (s).

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        searched, level = smoothed(x, rate, rest, self.lowpass, self.deviations)
        window = searched.rows(self.window)
        return searched.intervals(lambda values: covered(means_over(values, level, window), window))


def smoothed(x: Array, rate: float, rest: Rest, lowpass: float, deviations: float) -> tuple[Searched, float]:
    """The rectified signal smoothed without delay, and the threshold µ + h·s of its rest."""
    searched = Searched.of(x, rate, rest).map(lambda values: zero_phase(np.abs(values), lowpass, rate))
    return searched, over(searched.at_rest(), deviations)


def means_over(values: Floats, level: float, window: int) -> list[Run]:
    """First rows of the windows whose mean exceeds a level."""
    if len(values) < window:
        return []
    return runs(np.lib.stride_tricks.sliding_window_view(values, window).mean(axis=1) > level)


def covered(first: list[Run], window: int) -> list[Run]:
    """The rows that lie in any of the windows that begin at those rows."""
    return joined([Run(run.first, run.stop + window - 1) for run in first], 1)


@dataclass(frozen=True, slots=True)
class ModifiedHodges:
    """|x|, smoothed by a causal low-pass, exceeds µ + h·s of rest. Causal: an onset is known at its own sample.

    The steadiest of 13 detectors at 0 and −3 dB in Yuvaraj et al. 2024, F1000Research 12:429, who searched corners
    from 0.5 to 9.5 Hz and h from 1 to 5. The smoothing delays it by some 0.225/`lowpass` s.

    Args:
        lowpass: corner of the low-pass, of order 2 (Hz).
        deviations: h, standard deviations of rest above its mean.
    """

    lowpass: float = 5.0
    deviations: float = 3.0

    def __post_init__(self) -> None:
        above(0, lowpass=self.lowpass)
        at_least(0, deviations=self.deviations)

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """Activity in one channel of band-passed EMG, of any unit; `rest` is a stretch of rest (s).

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        rectified = Searched.of(x, rate, rest).map(np.abs)
        quiet = float(rectified.at_rest().mean())
        searched = rectified.map(lambda values: causal(values, self.lowpass, rate, quiet))
        level = over(searched.at_rest(), self.deviations)
        return searched.intervals(
            lambda values: [run._replace(known=run.first) for run in runs(values > level)]
        )
