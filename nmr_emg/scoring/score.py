"""The balance score: its formula, its gate and its interval."""

from dataclasses import dataclass
from math import exp, isfinite, log, sqrt, tanh

import numpy as np

from nmr_emg.dsp.continuity import Floats

Z95 = 1.959963984540054
INSUFFICIENT = "insufficient activity"


@dataclass(frozen=True, slots=True)
class Score:
    """How balanced two activations are.

    Args:
        score: 100·(1 − |direction|), above 0 and at most 100; `None` where there is none.
        direction: −1 (only B) to 1 (only A).
        interval: 95 % interval of the score, or `None`.
        reason: why there is no score.
    """

    score: float | None
    direction: float | None = None
    interval: tuple[float, float] | None = None
    reason: str | None = None


def direction(a: Floats, b: Floats, epsilon: Floats | float, target: float = 1.0) -> Floats:
    """D = tanh(λ/2) with λ = ln[(A+ε)/(B+ε)] − ln ρ, element by element; ε must be above 0.

    It is worked out as (A′ − B′)/(A′ + B′) with A′ = A + ε and B′ = ρ·(B + ε), which is the same.

    >>> direction(np.array([60.0]), np.array([40.0]), 1.0)
    array([0.19607843])
    """
    first, second = a + epsilon, target * (b + epsilon)
    return np.asarray((first - second) / (first + second))


def balance_score(
    a: float,
    b: float,
    *,
    target: float = 1.0,
    epsilon: float = 1.0,
    gate: float = 5.0,
    error: float | None = None,
) -> Score:
    """Score two mean activations, both corrected for noise and in the same unit.

    D = tanh(λ/2) and S = 100·(1 − |D|), so that 1:1 scores 100, 2:1 66.7 and 4:1 40 (for ε = 0 the common area of
    two constant signals; Winter 2009). Below the gate there is no score.

    Args:
        a: activation of the first muscle.
        b: activation of the second.
        target: ρ, the ratio A:B that counts as balanced.
        epsilon: regularises the ratio.
        gate: activity that one of the two must reach.
        error: standard error of λ, for the interval.

    >>> round(balance_score(60, 40).score, 6)
    80.392157
    >>> balance_score(4, 3).reason
    'insufficient activity'
    """
    if not (isfinite(a) and isfinite(b)):
        return Score(None, reason="no valid samples")
    if max(a, b) < gate or max(a, b) <= 0:
        return Score(None, reason=INSUFFICIENT)
    least = max(epsilon, 1e-12)
    ratio = log((a + least) / (b + least) / target)
    return Score(_score(ratio), tanh(ratio / 2), None if error is None else interval(ratio, error))


def interval(ratio: float, error: float) -> tuple[float, float]:
    """95 % interval of the score from λ and its standard error.

    >>> low, high = interval(log(2), 0.052705)
    >>> round(low, 2), round(high, 2)
    (62.16, 71.33)
    """
    low, high = ratio - Z95 * error, ratio + Z95 * error
    worst = _score(max(abs(low), abs(high)))
    return worst, 100.0 if low <= 0 <= high else _score(min(abs(low), abs(high)))


def _score(ratio: float) -> float:
    """100·(1 − |tanh(λ/2)|), written so that it stays above 0 where tanh rounds to 1."""
    small = exp(-abs(ratio))
    return 200 * small / (1 + small)


def window_error(bandwidth: float, seconds: float) -> float:
    """Standard error of λ within one trial: √(2/(4·B·T)) (Bendat & Piersol 2010; Hogan & Mann 1980).

    >>> round(window_error(60, 3), 6)
    0.052705
    """
    return sqrt(2 / (4 * bandwidth * seconds))
