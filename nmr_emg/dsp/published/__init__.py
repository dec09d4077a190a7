"""Published onset detectors by name, to compare with: offline functions over one channel of band-passed EMG.

All judge rest after the same steps as the signal, whatever its unit, and refuse where there is no rest or it is flat.
Gaps (NaN) end what they cut. A causal one decides without looking ahead once rest is known.
"""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Protocol

from nmr_emg.block import Array
from nmr_emg.dsp.published.aglr import Aglr
from nmr_emg.dsp.published.bonato import Bonato
from nmr_emg.dsp.published.change_point import ChangePoint
from nmr_emg.dsp.published.hodges_bui import HodgesBui, ModifiedHodges
from nmr_emg.dsp.published.interval import Interval
from nmr_emg.dsp.published.lidierth import Lidierth
from nmr_emg.dsp.published.searched import Rest
from nmr_emg.dsp.published.tkeo import TeagerKaiser
from nmr_emg.errors import ConfigError

__all__ = ["METHODS", "Detector", "Interval", "detector"]


class Detector(Protocol):
    """Frozen settings and one method."""

    def find(self, x: Array, rate: float, rest: Rest = (0.0, 2.0)) -> list[Interval]:
        """Activity in one channel of band-passed EMG, of any unit; `rest` is a stretch of rest (s).

        Raises:
            ConfigError: there is no rest to compare with, or it is flat.
        """
        ...


METHODS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "hodges_bui": HodgesBui,
        "modified_hodges": ModifiedHodges,
        "tkeo": TeagerKaiser,
        "bonato": Bonato,
        "aglr": Aglr,
        "lidierth": Lidierth,
        "change_point": ChangePoint,
    }
)
"""The class of settings of each method."""


def detector(name: str, settings: Mapping[str, Any] = MappingProxyType({})) -> Detector:
    """A method by its name, with its settings.

    Raises:
        ConfigError: there is no such method, or it has no such setting, or a value is impossible.

    >>> detector("bonato", {"hits": 2})
    Bonato(windows=10, hits=2, false_alarm=0.001, shortest=0.05, merge=0.05, order=8, band_edge=None)
    """
    if name not in METHODS:
        raise ConfigError(f"there is no detector {name!r}; there are {', '.join(METHODS)}")
    known = [field.name for field in fields(METHODS[name])]
    for key in settings:
        if key not in known:
            raise ConfigError(f"detector {name!r} has no setting {key!r}; it has {', '.join(known)}")
    made: Detector = METHODS[name](**settings)
    return made
