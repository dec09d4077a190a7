"""Lidierth: the statistic of Hodges and Bui, which must last, and may pause briefly."""

from dataclasses import dataclass

from nmr_emg.allowed import above, at_least, between
from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.hodges_bui import covered, means_over, smoothed
from nmr_emg.dsp.published.interval import Interval, Run, joined, lasting
from nmr_emg.dsp.published.searched import Rest


@dataclass(frozen=True, slots=True)
class Lidierth:
    """As `HodgesBui`, but activity counts once it has lasted `shortest` s, pauses up to `merge` s included. Not causal.

    (Lidierth 1986, Electroencephalogr Clin Neurophysiol 64:378–380.)

    Args:
        lowpass: corner of the low-pass, of order 2 and zero phase (Hz).
        deviations: h, standard deviations of rest above its mean.
        window: of the mean (s).
        shortest: t1, how long activity must last (s).
        merge: t2, how long it may pause meanwhile (s).
    """

    lowpass: float = 50.0
    deviations: float = 3.0
    window: float = 0.025
    shortest: float = 0.05
    merge: float = 0.02

    def __post_init__(self) -> None:
        above(0, lowpass=self.lowpass)
        at_least(0, deviations=self.deviations)
        between(0.001, 1, window=self.window)
        between(0, 60, shortest=self.shortest, merge=self.merge)

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """Activity in one channel of band-passed EMG, of any unit; `rest` is a stretch of rest (s).

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        searched, level = smoothed(x, rate, rest, self.lowpass, self.deviations)
        window, pause = searched.rows(self.window), searched.rows(self.merge) + 1

        def find(values: Floats) -> list[Run]:
            long = lasting(joined(means_over(values, level, window), pause), searched.rows(self.shortest))
            return covered(long, window)

        return searched.intervals(find)
