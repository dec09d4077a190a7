"""One channel's overview as a figure draws it, in µV or in % of its reference."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.dsp.continuity import Floats
from nmr_emg.report.findings import Findings

STANDS_OUT = 3.0


@dataclass(frozen=True, slots=True)
class Track:
    """One curve over time.

    Args:
        seconds: middle of each column.
        mean: mean of the envelope in each column.
        high: its largest value.
        trusted: where the channel was active, settled and not bad.
        quality: worst state in each column: 0 ok, 1 warn, 2 bad.
        percent: whether values are % of reference, else µV.
        width: length of one column (s).
    """

    seconds: Floats
    mean: Floats
    high: Floats
    trusted: Floats
    quality: Floats
    percent: bool
    width: float

    @property
    def unit(self) -> str:
        """Unit of the values, in words."""
        return "% of reference" if self.percent else "µV"

    @property
    def top(self) -> float:
        """The value that the figure has to hold: the largest that can be trusted, else the largest there is.

        One that is over `STANDS_OUT` times what half a second of activity keeps up is an artefact, however active
        the muscle: it must not flatten all the rest.
        """
        there = np.isfinite(self.high)
        trusted = there & (self.trusted > 0)
        if not trusted.any():
            return float(self.high[there].max(initial=0.0))
        most = float(self.high[trusted].max())
        lasting = _lasting(self.mean[trusted], max(5, round(1 / self.width)))
        return most if most <= STANDS_OUT * lasting else 2 * lasting


def _lasting(values: Floats, columns: int) -> float:
    """The largest median of so many neighbours."""
    windows = np.lib.stride_tricks.sliding_window_view(values, min(columns, len(values)))
    return float(np.median(windows, axis=1).max())


def track(findings: Findings, channel: int) -> Track:
    """The curve of a channel; in % as soon as it has a reference anywhere."""
    views = findings.gathered.overviews
    column = findings.info.emg.index(channel)
    in_percent = views.columns("percent")
    percent = bool(np.isfinite(in_percent.high[:, column]).any())
    shown = in_percent if percent else views.columns("envelope")
    return Track(
        seconds=findings.middles(shown),
        mean=shown.mean[:, column],
        high=shown.high[:, column],
        trusted=views.columns("trusted").high[:, column],
        quality=views.columns("quality").high[:, column],
        percent=percent,
        width=shown.width / findings.info.rate,
    )
