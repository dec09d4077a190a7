"""How the power of EMG rises in a few bands when a muscle begins to work: what a date is compared with."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from scipy import fft, signal

from nmr_emg.dsp.bandpass import Bandpass, upper_edge
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.emg_spectrum import emg_power

SLOT = 0.004
"""Energies are compared slot by slot, each about as long (s)."""
SPAN = 1.2
"""Longest stretch of signal that is compared (s)."""
CUTS = (70.0, 130.0, 220.0)
"""Where the band is divided (Hz): EMG and noise differ in their spectra, and so tell themselves apart."""
FRESH = 0.04
"""The first energies of a stretch are not used: the bands' filters start there (s)."""
CALM = 0.04
"""Whatever is over so long before an onset, and rest since, is no part of it (s)."""
SETTLED = 0.12
"""A filter's answer to a step of power is followed for so long (s)."""
LEVELS = np.array([-6.0, -3, 0, 3, 6, 9, 12, 15, 18, 21, 25, 30, 36, 42])
"""Ratios of EMG to noise that are tried (dB)."""
RISES = (
    ("step", 0.0, 6.0),
    ("line", 0.10, 1.0),
    ("line", 0.15, 1.0),
    ("line", 0.20, 1.0),
    ("line", 0.27, 1.0),
    ("curve", 0.04, 1.0),
    ("curve", 0.07, 1.0),
)
"""Rises of amplitude that are tried: shape, its duration or time constant (s), and how likely beforehand."""
LOUD, SUDDEN = 9.0, 3.0
"""From so many dB on a step is so many times as likely: dates are good there anyway, and a step keeps its own."""
CAUTION = 0.8
"""Share of the independent values that is believed: EMG is no ideal Gaussian process."""


@dataclass(frozen=True, slots=True, eq=False)
class Rising:
    """Everything that dating needs to know of a sampling rate.

    Args:
        step: samples a slot.
        slots: how many are compared at most.
        fresh: how many of a stretch's first ones are not.
        calm: how many of rest lie between a transient and an onset.
        bands: second-order sections that divide `filtered`; `None` leaves it whole.
        share: each band's share of the power of white noise.
        weight: independent values a slot, (bands,).
        size: length of the transforms.
        onsets: transforms of the weights of a slot's energy, (rises, levels, bands, size // 2 + 1), each rise
            beginning at slot `slots`.
        onset_costs: what a model costs before a slot, (rises, levels, 2 · slots + 1).
        ends: as `onsets`, for activity that ends before slot `slots`.
        end_costs: as `onset_costs`.
        peaks: power of activity and rest in units of rest, (levels, bands).
        prior: logarithm of how likely a rise to a level is beforehand, (rises, levels).
    """

    step: int
    slots: int
    fresh: int
    calm: int
    bands: tuple[Floats | None, ...]
    share: Floats
    weight: Floats
    size: int
    onsets: Floats
    onset_costs: Floats
    ends: Floats
    end_costs: Floats
    peaks: Floats
    prior: Floats


def rising(rate: float) -> Rising:
    """The models of a sampling rate; the first call takes some hundredths of a second, later ones nothing."""
    return _made(float(rate))


@lru_cache(maxsize=16)
def _made(rate: float) -> Rising:
    """Models of noise that is white in the band and of EMG with a model spectrum.

    The bands' statistical bandwidths are those of Bendat & Piersol (2010, ch. 8).
    """
    step = max(1, round(SLOT * rate))
    slots = round(SPAN * rate / step)
    size = fft.next_fast_len(2 * slots)
    bands = _divided(rate)
    answers = np.array([_impulse(band, rate) for band in bands])
    points = 1 << int(np.ceil(np.log2(max(answers.shape[1], rate))))
    f = fft.rfftfreq(points, 1 / rate)
    emg, noise = emg_power(f), np.abs(fft.rfft(answers, points, axis=1)) ** 2
    whole = np.abs(signal.sosfreqz(_band(rate), worN=f, fs=rate)[1]) ** 2
    heard, share = noise * emg, noise.sum(axis=1) / whole.sum()
    weight = CAUTION * heard.sum(axis=1) ** 2 / (heard**2).sum(axis=1) * f[1] * step / rate
    peaks = 10 ** (LEVELS[:, np.newaxis] / 10) * heard.sum(axis=1) / (whole * emg).sum() / share
    smears = [_smear(answer, emg, rate, points) for answer in answers]
    onsets, onset_costs = _models(peaks, _shapes(rate, smears, step, slots, 1), weight, size)
    ends, end_costs = _models(peaks, _shapes(rate, smears, step, slots, -1), weight, size)
    return Rising(
        step=step,
        slots=slots,
        fresh=round(FRESH * rate / step),
        calm=max(1, round(CALM * rate / step)),
        bands=bands,
        share=share,
        weight=weight,
        size=size,
        onsets=onsets,
        onset_costs=onset_costs,
        ends=ends,
        end_costs=end_costs,
        peaks=1 + peaks,
        prior=_prior(),
    )


def _prior() -> Floats:
    often = np.array([[likely] for _, _, likely in RISES]) * np.ones(len(LEVELS))
    steps = np.array([[name == "step"] for name, _, _ in RISES])
    often = np.where(steps & (LEVELS >= LOUD), SUDDEN * often, often)
    return np.asarray(np.log(often / often.sum(axis=0)))


def _band(rate: float) -> Floats:
    return Bandpass(mains=()).sections(rate)


def _divided(rate: float) -> tuple[Floats | None, ...]:
    cuts = [cut for cut in CUTS if cut < 0.8 * upper_edge(rate)]
    if not cuts:
        return (None,)
    inner = [signal.butter(2, pair, "bandpass", fs=rate, output="sos") for pair in pairwise(cuts)]
    lowest = signal.butter(2, cuts[0], "lowpass", fs=rate, output="sos")
    return lowest, *inner, signal.butter(2, cuts[-1], "highpass", fs=rate, output="sos")


def _impulse(band: Floats | None, rate: float) -> Floats:
    impulse = np.zeros(round(0.4 * rate))
    impulse[0] = 1
    answer = signal.sosfilt(_band(rate), impulse)
    return np.asarray(answer if band is None else signal.sosfilt(band, answer))


def _smear(answer: Floats, emg: Floats, rate: float, size: int) -> Floats:
    """How a band's filter spreads power in time: its answer to a step of the EMG's power, differentiated."""
    after = range(1, min(len(answer), round(SETTLED * rate)) + 1)
    power = np.array([(np.abs(fft.rfft(answer[:n], size)) ** 2 * emg).sum() for n in after])
    return np.diff(power / power[-1], prepend=0.0)


def _shapes(rate: float, smears: list[Floats], step: int, slots: int, turn: int) -> Floats:
    """Power slot by slot, (rises, bands, 2 · slots), activity beginning at slot `slots` (`turn` 1) or ending before (−1)."""
    at = turn * np.arange(-slots * step, slots * step) + (turn > 0)
    amplitudes = [_amplitude(name, lasts, np.maximum(at, 0) / rate) for name, lasts, _ in RISES]
    return np.array([[_smeared(a**2, smear, step) for smear in smears] for a in amplitudes])


def _amplitude(name: str, lasts: float, since: Floats) -> Floats:
    if name == "step":
        return np.where(since > 0, 1.0, 0.0)
    return np.asarray(np.minimum(since / lasts, 1) if name == "line" else 1 - np.exp(-since / lasts))


def _smeared(power: Floats, smear: Floats, step: int) -> Floats:
    before = np.full(len(smear) - 1, power[0])
    after = signal.oaconvolve(np.concatenate([before, power]), smear, mode="valid")
    return np.asarray(np.maximum(after, 0).reshape(-1, step).mean(axis=1))


def _models(peaks: Floats, shapes: Floats, weight: Floats, size: int) -> tuple[Floats, Floats]:
    """Weights (rises, levels, bands, size // 2 + 1) and summed costs (rises, levels, 2 · slots + 1)."""
    power = 1 + peaks[np.newaxis, :, :, np.newaxis] * shapes[:, np.newaxis]
    each = weight[:, np.newaxis]
    costs = np.add.accumulate((each * np.log(power)).sum(axis=2), axis=2)
    return np.conj(fft.rfft(each * (1 - 1 / power), size, axis=3)), np.pad(costs, [(0, 0), (0, 0), (1, 0)])
