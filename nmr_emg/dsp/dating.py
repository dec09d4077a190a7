"""When a muscle began or ceased to work, from the samples around: steps, ramps and slow rises alike."""

from dataclasses import dataclass

import numpy as np
from scipy import fft, signal

from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.rising import LEVELS, Rising, rising

SILENT = 1e-30
"""Smallest power of rest (µV²): some boards send exact zeros."""
LOUDEST = 1e4
"""No sample counts for more, in amplitudes of rest."""
OUTLYING = 15.0
"""No slot's energy counts for more, in powers of the activity that is being considered."""
QUIET = 0.25
"""What lies further back than that before an onset was declared is taken for rest (s)."""
TRUSTED, STEADY = 100, 200
"""So many slots' worth is the belief that the noise at rest is white in the band, and that its power is the one given."""
DRIFT = 0.7, 1.5
"""Rest just before an onset is believed to have so many times the power given."""
SPIKE = 6.0
"""No slot's energy counts for more in units of rest where rest is measured."""
TRANSIENTS = (0.02, 0.06)
"""A heartbeat, a click or a movement before the onset is explained in pieces so long (s)."""
RARE = 10.0
"""Logarithm of how unlikely such a piece is beforehand, its levels included."""
WIDEST, NARROWEST, BLURRED = 0.045, 0.004, 0.060
"""The posterior is smoothed over sd²/`BLURRED` before its peak is taken, within the other two (s)."""


@dataclass(frozen=True, slots=True)
class Dated:
    """The date of a change.

    Args:
        index: of the first sample of activity, or of the first of rest, counted from the newest sample given: 0 is that
            one, −10 ten samples before it; may lie between samples.
        error: standard deviation (s), how far the true date may be off if signals are like the models.
        snr: power of the activity over that of rest (dB).
    """

    index: float
    error: float
    snr: float


def date_onset(samples: Floats, rest: float, rate: float, after: int = 0) -> Dated:
    """Date the onset in samples of one channel that begin at rest and end in activity.

    The posterior of the onset's date, given a step, a linear rise of 0.1 to 0.27 s or an exponential one (time constant
    0.04 or 0.07 s) to an unknown level: the Gaussian maximum-likelihood change of variance of Staude & Wolf (1999, Med
    Eng Phys 21:449–467) with a rise that takes its time, in up to four bands with the statistical bandwidth of each
    (Bendat & Piersol 2010, ch. 8). Where the posterior is narrow its peak is the date, where it is wide its bulk. The
    filters' delay is taken off.

    Args:
        samples: `filtered` of one channel (µV), newest last; no more than the last 1.2 s count. Nothing from before the
            end of the previous activity.
        rest: power of rest (µV²).
        rate: samples a second.
        after: how many of the newest samples came after the decision that there is activity; the onset lies before.

    >>> rng = np.random.default_rng(1)
    >>> x = rng.standard_normal(1000) * np.where(np.arange(1000) < 700, 1, 10)
    >>> from nmr_emg.dsp.bandpass import Bandpass
    >>> filtered = signal.sosfilt(Bandpass(mains=()).sections(1000), x)
    >>> date = date_onset(filtered, 0.86, 1000)
    >>> abs(999 + date.index - 700) < 6, date.error < 0.01, date.snr > 15
    (True, True, True)
    """
    model = rising(rate)
    if len(samples) < model.step:
        return Dated(-float(after), model.step / rate, 0.0)
    energies = _energies(samples, rest, model)
    count = energies.shape[1]
    energies = _in_units_of_rest(energies, model, round((QUIET * rate + after) / model.step))
    energies[:, : model.fresh] = 1.0
    last = count - after // model.step
    calm = np.concatenate([np.zeros(model.calm), _transients(energies, model, rate)])[:count]
    posterior = (_posterior(energies, model, model.onsets, model.onset_costs) + calm)[:, :, : max(last, 1)]
    return _dated(posterior, model, rate, count)


def date_end(samples: Floats, rest: float, rate: float) -> Dated:
    """Date the end of the activity in samples of one channel that begin in activity and end at rest.

    As `date_onset`, the same shapes turned round.

    Args:
        samples: `filtered` of one channel (µV), newest last, from when the activity had reached its level; no more than
            the last 1.2 s count.
        rest: power of rest (µV²).
        rate: samples a second.
    """
    model = rising(rate)
    if len(samples) < model.step:
        return Dated(0.0, model.step / rate, 0.0)
    energies = _energies(samples, rest, model)
    energies = _bounded(energies / model.share[:, np.newaxis], model)
    posterior = _posterior(energies, model, model.ends, model.end_costs)
    return _dated(posterior, model, rate, energies.shape[1])


def _energies(samples: Floats, rest: float, model: Rising) -> Floats:
    """Mean square in units of rest, (bands, slots), the last slot ending with the newest sample."""
    newest = samples[-model.slots * model.step :]
    scale = float(np.sqrt(np.fmax(rest, SILENT)))
    x = np.clip(np.where(np.isfinite(newest), newest, 0.0), -LOUDEST * scale, LOUDEST * scale) / scale
    fade = min(len(x), 5 * model.step)
    x[:fade] *= np.arange(fade) / fade
    slots = len(x) // model.step
    parts = [x if band is None else signal.sosfilt(band, x) for band in model.bands]
    squares = np.square(np.array(parts)[:, len(x) - slots * model.step :])
    return np.asarray(squares.reshape(len(parts), slots, model.step).mean(axis=2))


def _in_units_of_rest(energies: Floats, model: Rising, newest: int) -> Floats:
    """Every band in units of its own rest: white noise, corrected by the part of the stretch that surely was rest."""
    whole = energies / model.share[:, np.newaxis]
    fresh = model.fresh
    sure = np.minimum(whole[:, fresh : max(energies.shape[1] - newest, fresh)], SPIKE)
    seen = sure.shape[1]
    if seen <= fresh:
        return _bounded(whole, model)
    ratio = np.maximum(sure.mean(axis=1), SILENT)
    level = (ratio * model.weight).sum() / model.weight.sum()
    bands = (TRUSTED + seen * ratio / level) / (TRUSTED + seen)
    steady = (STEADY + seen * np.clip(level, *DRIFT)) / (STEADY + seen)
    return _bounded(whole / (bands * steady)[:, np.newaxis], model)


def _bounded(energies: Floats, model: Rising) -> Floats:
    """What is louder than the loudest activity that is tried is no better evidence of it."""
    return np.asarray(np.minimum(energies, model.peaks[-1][:, np.newaxis]))


def _posterior(energies: Floats, model: Rising, weights: Floats, costs: Floats) -> Floats:
    """Logarithm of how likely every rise, level and slot is, (rises, levels, slots), but for a constant."""
    count = energies.shape[1]
    counted = np.minimum(energies, OUTLYING * model.peaks[:, :, np.newaxis])
    spectrum = fft.rfft(counted, model.size, axis=2)
    gained = fft.irfft((weights * spectrum).sum(axis=2), model.size, axis=2)
    at = np.arange(count)
    gained = gained[:, :, (at - model.slots) % model.size]
    cost = costs[:, :, model.slots + count - at] - costs[:, :, model.slots - at]
    return np.asarray(gained - cost + model.prior[:, :, np.newaxis])


def _transients(energies: Floats, model: Rising, rate: float) -> Floats:
    """How much better the slots before each slot are explained if there were transients among them, (slots + 1,).

    A transient has a level of its own in every band.
    """
    count = energies.shape[1]
    summed = np.add.accumulate(np.pad(energies, [(0, 0), (1, 0)]), axis=1)
    gains = []
    for seconds in TRANSIENTS:
        length = max(1, round(seconds * rate / model.step))
        level = np.maximum((summed[:, length:] - summed[:, :-length]) / length, 1.0)
        gain = (model.weight[:, np.newaxis] * length * (level - 1 - np.log(level))).sum(axis=0) - RARE
        gains.append((length, gain.tolist()))
    best = [0.0] * (count + 1)
    for slot in range(1, count + 1):
        most = best[slot - 1]
        for length, gain in gains:
            if slot >= length and (with_it := best[slot - length] + gain[slot - length]) > most:
                most = with_it
        best[slot] = most
    return np.array(best)


def _dated(posterior: Floats, model: Rising, rate: float, count: int) -> Dated:
    likely = np.exp(posterior - posterior.max())
    likely /= likely.sum()
    slot = model.step / rate
    by_slot = likely.sum(axis=(0, 1))
    slots = np.arange(len(by_slot))
    mean = float((by_slot * slots).sum())
    spread = float(np.sqrt((by_slot * np.square(slots - mean)).sum())) * slot
    best = _peak(_smoothed(by_slot, min(max(spread**2 / BLURRED, NARROWEST), WIDEST) / slot))
    error = np.sqrt((by_slot * np.square(slots - best)).sum() + 1 / 12) * slot
    level = float((likely.sum(axis=(0, 2)) * LEVELS).sum())
    return Dated((best - count) * model.step + 1, float(error), level)


def _smoothed(likely: Floats, width: float) -> Floats:
    """Smoothed with a Gaussian kernel of a standard deviation of `width` slots."""
    reach = int(4 * width) + 1
    kernel = np.exp(-np.square(np.arange(-reach, reach + 1) / width) / 2)
    size = fft.next_fast_len(len(likely) + 2 * reach)
    smooth = fft.irfft(fft.rfft(likely, size) * fft.rfft(kernel, size), size)
    return np.asarray(np.maximum(smooth[reach : reach + len(likely)], 1e-300))


def _peak(likely: Floats) -> float:
    """Where the largest value lies, between slots by a parabola through the logarithms."""
    top = int(np.argmax(likely))
    if not 0 < top < len(likely) - 1:
        return float(top)
    left, middle, right = np.log(likely[top - 1 : top + 2])
    bend = left - 2 * middle + right
    return top + float((left - right) / (2 * bend)) if bend < 0 else float(top)
