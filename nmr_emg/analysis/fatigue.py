"""How spectrum and amplitude move while a muscle works on."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmr_emg.analysis.bursts import Burst
from nmr_emg.analysis.frames import Frames, joined
from nmr_emg.analysis.jasa import jasa
from nmr_emg.analysis.spectrum import MOTION
from nmr_emg.analysis.trend import thinned, trend
from nmr_emg.dsp.continuity import Floats

FEWEST = 8
SHORTEST = 20.0
"""A trend takes at least this many windows, over at least this long (s)."""
WHOLE = 0.95
"""Share of a window that has to be active where every second counts."""
LONGEST = 10.0
"""Repetitions that last longer (s, median) are holds: every second of them counts."""
LOUD = 0.3
"""Share of the loudest window's RMS that the others of a repetition must have."""
CLEAR = 6.0
"""A window counts if it is this much above rest (dB)."""
LOW = f"over {MOTION:.0%} of the power lies under 20 Hz, as when cables or electrodes move"

NOTHING: Mapping[str, Any] = {
    "mdf_start_hz": None,
    "mdf_end_hz": None,
    "slope_percent_s": None,
    "ci": None,
    "ols_percent_s": None,
    "r2": None,
    "mnf_start_hz": None,
    "mnf_end_hz": None,
    "mnf_slope_percent_s": None,
    "mnf_ci": None,
    "finsm5_ratio": None,
    "finsm5_reason": None,
    "jasa": None,
    "method": None,
    "label": None,
    "windows": 0,
    "series": None,
    "reason": None,
}


def refused(reason: str) -> dict[str, Any]:
    """No trend, and why."""
    return {**NOTHING, "reason": reason}


def fatigue(
    frames: Frames, bursts: Sequence[Burst], rest: float | None, first: int, rate: float, label: str | None
) -> dict[str, Any]:
    """Trends of median frequency, mean frequency, fatigue index and amplitude, as `nmr-emg analyze` prints them.

    Args:
        frames: a channel's windows.
        bursts: its bursts that count.
        rest: its RMS at rest (µV).
        first: sample index of the recording's first sample.
        rate: samples a second.
        label: what is said with the trend.
    """
    clear = frames.at(_clear(frames, rest))
    method, seen = _choose(clear, bursts, rate)
    seconds = (seen.middle - first) / rate
    found = {**NOTHING, "method": method, "label": label, "windows": len(seconds)}
    span = float(np.ptp(seconds)) if len(seconds) else 0.0
    if len(seconds) < FEWEST or span < SHORTEST:
        needs = f"needs {FEWEST} clear windows of activity over {SHORTEST:g} s"
        there = f"there {'is' if len(seconds) == 1 else 'are'} {len(seconds) or 'none'}"
        there += f" over {span:.0f} s" if len(seconds) > 1 else ""
        return {**found, "reason": f"{needs}; {there}"}
    return {**found, **_trends(seen, seconds)}


def _clear(frames: Frames, rest: float | None) -> NDArray[np.intp]:
    """Windows whose power is well above that of rest."""
    least = (rest or 0.0) ** 2 * (1 + 10 ** (CLEAR / 10))
    return np.flatnonzero((frames.rms**2 >= least) & np.isfinite(frames.mdf) & (frames.rms > 0))


def _choose(frames: Frames, bursts: Sequence[Burst], rate: float) -> tuple[str, Frames]:
    """One point a repetition where there are enough of them, else one a second."""
    whole = [one for one in bursts if not one.truncated_start and not one.truncated_end]
    if len(whole) >= FEWEST and float(np.median([_length(one) for one in whole])) < LONGEST * rate:
        inside = [_plateau(frames, _within(frames, one)) for one in whole]
        means = [frames.mean(windows) for windows in inside if len(windows)]
        if len(means) >= FEWEST:
            return "repetitions", joined(means)
    return "seconds", frames.at(_every_second(frames, bursts))


def _length(burst: Burst) -> int:
    return (burst.offset or burst.onset) - burst.onset


def _within(frames: Frames, burst: Burst) -> NDArray[np.intp]:
    """Windows with their middle in a burst."""
    first, last = np.searchsorted(frames.middle, [burst.onset, burst.onset + _length(burst)])
    return np.arange(first, last)


def _plateau(frames: Frames, inside: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those windows of a repetition that are not its ends: how far its dates reach must not move its spectrum."""
    loudness = frames.rms[inside]
    return inside[np.flatnonzero(loudness >= LOUD * loudness.max(initial=0.0))]


def _every_second(frames: Frames, bursts: Sequence[Burst]) -> NDArray[np.intp]:
    """Windows that lie in bursts, are active throughout and do not overlap."""
    picked = []
    free = -np.inf
    for one in bursts:
        for i in _within(frames, one):
            if frames.share[i] >= WHOLE and frames.middle[i] >= free:
                picked.append(i)
                free = frames.middle[i] + frames.length
    return np.array(picked, np.intp)


def _trends(seen: Frames, t: Floats) -> dict[str, Any]:
    mdf, mnf, loudness = trend(t, seen.mdf), trend(t, seen.mnf), trend(t, np.log(seen.rms))
    if min(mdf.start, mdf.end, mnf.start, mnf.end) <= 0:
        return {"reason": "the median frequencies do not lie along a line"}
    index = seen.finsm5 / _ends(seen.finsm5)[0]
    ratio, reason = _ratio(seen.finsm5)
    return {
        "mdf_start_hz": round(mdf.start, 2),
        "mdf_end_hz": round(mdf.end, 2),
        "slope_percent_s": round(mdf.percent(mdf.slope), 5),
        "ci": [round(mdf.percent(one), 5) for one in (mdf.low, mdf.high)],
        "ols_percent_s": round(mdf.percent(mdf.squares), 5),
        "r2": round(mdf.r2, 4),
        "mnf_start_hz": round(mnf.start, 2),
        "mnf_end_hz": round(mnf.end, 2),
        "mnf_slope_percent_s": round(mnf.percent(mnf.slope), 5),
        "mnf_ci": [round(mnf.percent(one), 5) for one in (mnf.low, mnf.high)],
        "finsm5_ratio": ratio,
        "finsm5_reason": reason,
        "jasa": {
            "state": jasa(loudness, mdf),
            "amplitude_percent_s": round(100 * loudness.slope, 5),
            "amplitude_ci": [round(100 * one, 5) for one in (loudness.low, loudness.high)],
        },
        "series": {
            "time_s": _told(t, t, 3),
            "mdf_hz": _told(t, seen.mdf, 2),
            "mnf_hz": _told(t, seen.mnf, 2),
            "rms_uV": _told(t, seen.rms, 3),
            "finsm5": _told(t, index, 4),
        },
    }


def _ends(values: Floats) -> tuple[float, float]:
    """Medians of the first and of the last fifth; NaN is passed over."""
    fifth = ceil(len(values) / 5)
    pieces = (values[:fifth], values[-fifth:])
    first, last = (
        float(np.median(one[np.isfinite(one)])) if np.isfinite(one).any() else np.nan for one in pieces
    )
    return first, last


def _ratio(index: Floats) -> tuple[float | None, str | None]:
    """The fatigue index at the end as a multiple of that at the start, or why there is none."""
    good = int(np.isfinite(index).sum())
    first, last = _ends(index)
    if good < FEWEST or not np.isfinite(last / first):
        others = f"it takes {FEWEST} others, at the beginning and at the end as well"
        return None, f"in {len(index) - good} of {len(index)} points {LOW}; {others}"
    return round(last / first, 4), None


def _told(t: Floats, values: Floats, digits: int) -> list[float | None]:
    shown = thinned(t, values)[1].tolist()
    return [round(one, digits) if np.isfinite(one) else None for one in shown]
