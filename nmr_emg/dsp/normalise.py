"""Activation as a percentage of a reference contraction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from nmr_emg.allowed import LONGEST, between
from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.measure import check_measured, measured_on
from nmr_emg.dsp.overshoot import Overshoot
from nmr_emg.dsp.scale import Scale
from nmr_emg.dsp.trial import Trial
from nmr_emg.errors import ConfigError
from nmr_emg.event import Event
from nmr_emg.stage import Process

METHODS = ("mvc_task", "mvc_isometric", "submax_reference", "task_peak", "task_mean", "none", "m_max")
"""Amplitude normalisation methods of the CEDE project (Besomi et al. 2020, J Electromyogr Kinesiol 53:102438)."""


@dataclass(frozen=True, slots=True)
class Normalise:
    """Write the track `percent`: `envelope` in % of each channel's reference; NaN without one, (rows, EMG channels).

    percent = 100 · E_c / E_ref,c with E_c = √(max(E² − E_rest², 0)), both corrected for the same declared rest
    (power domain; Law, Krishnan & Avin 2011, J Biomech 44:202–205). Without a declared rest nothing is subtracted.
    Nothing else moves the scale: the same effort reads the same, now and ten minutes later.

    A `trial` named "reference" is measured from its start to its stop, one named "rest" likewise (always the mean);
    rows that are blanked or of bad quality don't count. `reference` and `rest` events bring values from elsewhere, and
    are refused if they say that they were measured with another profile, band or envelope. Each change is told as an
    event `referenced` with values, statistic, window, method, how it was measured and what was refused. A muscle that
    stays over 300 % brings one event `note`.

    Args:
        statistic: "mean" over the trial, or "peak": the largest mean over `window` s.
        window: of the peak (s).
        method: how the reference was made, in the CEDE project's words; with "none" there is no percent.
        trials: which of several reference trials holds: the "last", or the "best", which is each channel's highest.
        measured: profile, band and envelope; a profile fills it in.
    """

    statistic: Literal["mean", "peak"] = "mean"
    window: float = 0.5
    method: str = "mvc_isometric"
    trials: Literal["last", "best"] = "last"
    measured: str = ""

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ConfigError(f"method is {self.method!r}; it must be one of {', '.join(METHODS)}")
        if self.statistic not in ("mean", "peak"):
            raise ConfigError(f"statistic is {self.statistic!r}; it must be mean or peak")
        if self.trials not in ("last", "best"):
            raise ConfigError(f"trials is {self.trials!r}; it must be last or best")
        between(0.001, LONGEST, window=self.window)
        check_measured(self.measured)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        if self.method == "none":
            return lambda block: block.with_tracks(percent=np.full((block.rows, len(info.emg)), np.nan))
        window = self.window if self.statistic == "peak" else None
        facts = {"statistic": self.statistic, "window_s": window, "method": self.method}
        scale = Scale(info, facts, measured_on(self.measured, info), best=self.trials == "best")
        trials = {"rest": Trial(info, None), "reference": Trial(info, window)}
        doubt = Overshoot(info)

        def process(block: Block) -> Block:
            for trial in trials.values():
                trial.interrupt(block)
            derived: list[Event] = []
            if block.events and sum(_heard(event, scale, trials) for event in block.events):
                doubt.renew()
                derived = [scale.told(block.start)] if scale.known else []
            for trial in trials.values():
                trial.add(block)
            percent = scale.percent(block["envelope"])
            derived += doubt.look(block, percent)
            done = block.with_tracks(percent=percent)
            return done.with_events(derived) if derived else done

        return process


def _heard(event: Event, scale: Scale, trials: Mapping[str, Trial]) -> bool:
    """Take what an event says; whether the scale may have changed."""
    if event.kind in ("rest", "reference"):
        scale.declare(event.kind, event.data)
        return True
    name = str(event.data.get("name"))
    if event.kind != "trial" or name not in trials:
        return False
    trial = trials[name]
    if event.data.get("edge") == "start":
        trial.begin()
        return False
    value = trial.end()
    if value is not None:
        scale.measure(name, value, trial.seconds)
    return value is not None
