"""The signal that a published detector searches: pieces between gaps, in units of rest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Self

import numpy as np

from nmr_emg.block import Array
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.published.interval import Interval, Run, runs
from nmr_emg.errors import ConfigError

LEAST_REST = 0.5
"""Less rest (s) is none."""
SHORTEST_PIECE = 0.1
"""Pieces between gaps that are shorter (s) cannot be judged."""
LOUDEST = 1e9
"""What is more standard deviations of rest than this counts as this many: squares must not overflow."""
EDGE = 0.05
"""Activity that begins or ends this close (s) to the edge of a piece may be cut by it."""

Rest = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive samples; `start` is the time of the first (s), `stop` that of the first after them."""

    start: float
    stop: float
    values: Floats


@dataclass(frozen=True, slots=True)
class Searched:
    """Pieces of one channel without a hole in them, their rate, where they are at rest (s), and how far (s) they look ahead."""

    pieces: tuple[Piece, ...]
    rate: float
    rest: Rest
    ahead: float = 0.0

    @classmethod
    def of(cls, x: Array, rate: float, rest: Rest) -> Self:
        """One channel cut at its NaNs and infinities, less its mean at rest, over its standard deviation there.

        Raises:
            ConfigError: it is no single channel, or there are less than 0.5 s of rest, or rest is flat.
        """
        x = np.asarray(x, np.float64)
        if x.ndim != 1:
            raise ConfigError(f"a detector takes one channel, samples in a row; it was given shape {x.shape}")
        if not (isfinite(rate) and rate > 0):
            raise ConfigError(f"rate is {rate}; it must be a positive number of samples a second")
        if not (len(rest) == 2 and all(isfinite(one) for one in rest) and 0 <= rest[0] < rest[1]):
            raise ConfigError(f"rest is {rest}; it must be two times in seconds, the later one last")
        pieces = [
            Piece(run.first / rate, run.stop / rate, x[run.first : run.stop])
            for run in runs(np.isfinite(x))
            if run.stop - run.first >= max(3.0, SHORTEST_PIECE * rate)
        ]
        whole = cls(tuple(pieces), rate, rest)
        with np.errstate(over="ignore"):
            quiet = whole.at_rest()
            unit = float(np.abs(quiet).max())
            mean, spread = float((quiet / unit).mean()), float((quiet / unit).std())
            return whole.map(lambda values: np.clip((values / unit - mean) / spread, -LOUDEST, LOUDEST))

    def map(self, change: Callable[[Floats], Floats]) -> Self:
        """Every piece changed by a function that keeps the number of rows."""
        return replace(self, pieces=tuple(replace(one, values=change(one.values)) for one in self.pieces))

    def at_rest(self) -> Floats:
        """The samples at rest.

        Raises:
            ConfigError: there are less than 0.5 s, or they are flat.
        """
        quiet = np.concatenate([np.zeros(0), *(one.values[self._resting(one)] for one in self.pieces)])
        a, b = self.rest
        if len(quiet) < max(2, round(LEAST_REST * self.rate)):
            raise ConfigError(
                f"rest {a:g}:{b:g} holds {len(quiet) / self.rate:.2g} s of signal; a detector needs {LEAST_REST:g} s "
                "of rest: name a stretch in which the muscle was quiet and no sample was lost; the first half second of a recording does not count"
            )
        if not np.ptp(quiet) > 0:
            raise ConfigError(
                f"flat baseline: nothing changes in rest {a:g}:{b:g}; name a stretch in which the electrode was on"
            )
        return quiet

    def _resting(self, piece: Piece) -> slice:
        first, stop = (max(0, round((second - piece.start) * self.rate)) for second in self.rest)
        return slice(first, stop)

    def intervals(self, find: Callable[[Floats], list[Run]]) -> list[Interval]:
        """What a function finds in each piece, in seconds, in order."""
        return [self._interval(piece, run) for piece in self.pieces for run in find(piece.values)]

    def _interval(self, piece: Piece, run: Run) -> Interval:
        offset = min(piece.start + run.stop / self.rate, piece.stop)
        known = None if run.known is None else piece.start + run.known / self.rate + self.ahead
        return Interval(
            piece.start + run.first / self.rate,
            offset,
            None if known is None else min(known, piece.stop),
            truncated_start=run.first / self.rate < EDGE,
            truncated_end=piece.stop - offset < EDGE,
        )

    def rows(self, seconds: float, least: int = 1) -> int:
        """A time in rows."""
        return max(least, round(seconds * self.rate))
