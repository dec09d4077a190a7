"""The Teager–Kaiser energy against the mean and spread of rest."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.allowed import above, at_least, between
from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.interval import Interval, Run, joined, lasting, runs
from nmr_emg.dsp.published.searched import Rest, Searched
from nmr_emg.dsp.published.smoothing import over, zero_phase
from nmr_emg.dsp.tkeo import teager_kaiser


@dataclass(frozen=True, slots=True)
class TeagerKaiser:
    """The smoothed |ψ| stays over T = µ + h·s of rest for `shortest` s. Not causal: the low-pass has zero phase.

    Li, Zhou & Aruin 2007 (Ann Biomed Eng 35:1532–1538) and Solnik et al. 2008 (Acta Bioeng Biomech 10:65–68) ask for
    25 samples in a row at about 1 kHz; here that is a time, so that it means the same at every rate. Rest is judged
    after the same steps, not on the signal.

    Args:
        lowpass: corner of the low-pass, of order 2 (Hz).
        deviations: h; 6 to 15 in the papers.
        shortest: how long it must stay over the threshold (s).
        merge: shorter pauses are no pauses (s).
    """

    lowpass: float = 50.0
    deviations: float = 8.0
    shortest: float = 0.025
    merge: float = 0.025

    def __post_init__(self) -> None:
        above(0, lowpass=self.lowpass)
        at_least(0, deviations=self.deviations)
        between(0, 60, shortest=self.shortest, merge=self.merge)

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """Activity in one channel of band-passed EMG, of any unit; `rest` is a stretch of rest (s).

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        searched = Searched.of(x, rate, rest).map(lambda values: self._energy(values, rate))
        level = over(searched.at_rest(), self.deviations)

        def find(values: Floats) -> list[Run]:
            long = lasting(runs(values > level), searched.rows(self.shortest))
            return joined(long, searched.rows(self.merge))

        return searched.intervals(find)

    def _energy(self, values: Floats, rate: float) -> Floats:
        energy = np.abs(np.pad(teager_kaiser(values), 1, mode="edge"))
        return zero_phase(energy, self.lowpass, rate)
