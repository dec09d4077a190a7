"""The settings of signal quality."""

from dataclasses import dataclass

from nmr_emg.allowed import above, between, frequencies
from nmr_emg.dsp.quality.words import WORDS
from nmr_emg.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a signal is complained of.

    Args:
        flat: standard deviation (µV) below which a channel carries no signal.
        clipped: share of samples at 99.5 % of the converter's range, above which a channel is bad.
        hum: mains hum at rest (µV RMS, before any notch) that is a warning.
        noise: RMS of `filtered` at rest (µV), hum apart, that is a warning.
        mains: mains frequencies (Hz) looked for.
        calibrated: whether the channels' µV are true. If not, nothing is judged by µV, only by ratios.
        without: names of checks to leave out.
    """

    flat: float = 0.1
    clipped: float = 0.01
    hum: float = 8.0
    noise: float = 8.0
    mains: tuple[float, ...] = (50.0, 60.0)
    calibrated: bool = True
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        above(0, hum=self.hum, noise=self.noise)
        between(0, 1e6, flat=self.flat)
        between(0, 1, clipped=self.clipped)
        frequencies(mains=self.mains)
        if not isinstance(self.calibrated, bool):
            raise ConfigError(f"calibrated is {self.calibrated!r}; it must be true or false")
        if not isinstance(self.without, tuple) or not all(one in tuple(WORDS) for one in self.without):
            raise ConfigError(f"without is {self.without!r}; it must be a list out of {', '.join(WORDS)}")
