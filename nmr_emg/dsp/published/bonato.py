"""Bonato, D'Alessio and Knaflitz: a double threshold whose rate of false alarms is known."""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy import special

from nmr_emg.allowed import above, between
from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.interval import Interval, Run, joined, lasting, runs
from nmr_emg.dsp.published.searched import Rest, Searched
from nmr_emg.dsp.published.whitening import thinned, whitened
from nmr_emg.errors import ConfigError


def single_alarm(false_alarm: float, windows: int, hits: int) -> float:
    """P_ζ, with which at least `hits` of `windows` independent values are over the threshold with P_fa.

    The inverse of P_fa = Σ_{k≥r0} C(m, k)·P_ζ^k·(1 − P_ζ)^{m−k}, which is a regularised incomplete beta function.

    >>> round(single_alarm(0.01, 5, 1), 8), round(single_alarm(0.001, 10, 3), 8)
    (0.00200805, 0.02103797)
    """
    return float(special.betaincinv(hits, windows - hits + 1, false_alarm))


def threshold(false_alarm: float, windows: int, hits: int) -> float:
    """ζ/σ0² = −2·ln P_ζ, since z/σ0² has a χ² distribution with two degrees of freedom.

    >>> round(threshold(0.01, 5, 1), 6)
    12.421184
    """
    return -2.0 * log(single_alarm(false_alarm, windows, hits))


@dataclass(frozen=True, slots=True)
class Bonato:
    """At least r0 of m successive z_i = x²_{2i−1} + x²_{2i} of the whitened signal exceed ζ, for `shortest` s.

    Pairs do not overlap. ζ follows exactly from the probability of a false alarm of one such decision; a recording
    makes many, so it is far more likely that one of them is false. Causal; signals that are sampled faster than 2.5
    times their band are resampled first, which looks 10 ms ahead or so, and `declared` counts that. An onset is the
    first z over ζ in the window that decided, and `declared` comes when the state has lasted. (Bonato, D'Alessio &
    Knaflitz 1998, IEEE Trans Biomed Eng 45:287–299.)

    Args:
        windows: m, values of z that are looked at.
        hits: r0, how many of them must exceed ζ.
        false_alarm: P_fa of one decision.
        shortest: how long the state must last (s); 0.03 in gait.
        merge: shorter pauses are no pauses (s).
        order: of the autoregression that whitens; 0 for none.
        band_edge: upper edge of the band of x (Hz); `None` takes 450 Hz or 0.46 of the rate.
    """

    windows: int = 10
    hits: int = 3
    false_alarm: float = 0.001
    shortest: float = 0.05
    merge: float = 0.05
    order: int = 8
    band_edge: float | None = None

    def __post_init__(self) -> None:
        between(1, 1000, windows=self.windows, hits=self.hits)
        between(0, 64, order=self.order)
        if self.hits > self.windows or any(one % 1 for one in (self.hits, self.windows, self.order)):
            raise ConfigError(
                f"hits is {self.hits} and windows {self.windows}; expected whole numbers, hits the smaller one"
            )
        between(1e-12, 0.5, false_alarm=self.false_alarm)
        between(0, 60, shortest=self.shortest, merge=self.merge)
        if self.band_edge is not None:
            above(0, band_edge=self.band_edge)

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """Activity in one channel of band-passed EMG, of any unit; `rest` is a stretch of rest (s).

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        searched = whitened(thinned(Searched.of(x, rate, rest), self.band_edge), self.order)
        level = threshold(self.false_alarm, self.windows, self.hits)
        shortest, merge = round(self.shortest * searched.rate / 2), searched.rows(self.merge)
        return searched.intervals(lambda values: joined(self._bursts(values, level, shortest), merge))

    def _bursts(self, values: Floats, level: float, shortest: int) -> list[Run]:
        pairs = np.square(values[: len(values) // 2 * 2]).reshape(-1, 2).sum(axis=1)
        exceeds = pairs > level
        count = np.cumsum(exceeds)
        count[self.windows :] -= count[: -self.windows].copy()
        return [
            self._dated(exceeds, state, max(shortest, 1))
            for state in lasting(runs(count >= self.hits), shortest)
        ]

    def _dated(self, exceeds: Array, state: Run, shortest: int) -> Run:
        """In rows: from the first value over ζ in the window that began it to the last in the one that ended it."""
        began = max(0, state.first - self.windows + 1)
        ended = max(0, state.stop - self.windows)
        first = began + int(np.argmax(exceeds[began : state.first + 1]))
        last = state.stop - 1 - int(np.argmax(exceeds[ended : state.stop][::-1]))
        return Run(2 * first, 2 * (last + 1), 2 * (state.first + shortest) - 1)
