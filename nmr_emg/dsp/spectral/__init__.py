"""Power spectra of EMG and the numbers that sum them up."""

from nmr_emg.dsp.spectral.moments import fatigue_index, mean_frequency, median_frequency, moment
from nmr_emg.dsp.spectral.power import low_share, periodogram

__all__ = [
    "fatigue_index",
    "low_share",
    "mean_frequency",
    "median_frequency",
    "moment",
    "periodogram",
]
