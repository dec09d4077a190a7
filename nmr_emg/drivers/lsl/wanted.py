"""Which LSL stream a user means, and what to believe of it instead of what it says."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from types import MappingProxyType
from typing import Any

from nmr_emg.block import MICROVOLTS, Kind
from nmr_emg.errors import ConfigError

MUSCLES = ("emg", "exg")
"""Types of stream that are taken where none is named."""

SIGNALS: MappingProxyType[str, Kind] = MappingProxyType(
    {"raw": "raw", "rectified": "rectified", "envelope": "envelope"}
)
"""What the channels of a stream may carry."""

PICKS = ("type", "source_id", "host")
NUMBERS = ("rate", "scale", "timeout")
KNOWN = (*PICKS, *NUMBERS, "unit", "kind", "markers")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stream is meant, and how to read it.

    Args:
        name: of the stream; empty for any of type EMG or EXG.
        picks: what its `type`, `source_id` and `host` must be, as far as given.
        rate: samples a second, instead of the nominal rate.
        unit: of the EMG, instead of what the stream says: uV, mV or V.
        scale: `unit` per value of the EMG, for streams of converter counts.
        kind: of the EMG, instead of what the stream says.
        markers: name of a stream of markers to join in; empty for none.
        timeout: seconds that finding the stream may take.
    """

    name: str
    picks: Mapping[str, str]
    rate: float | None = None
    unit: str = ""
    scale: float = 1.0
    kind: Kind | None = None
    markers: str = ""
    timeout: float = 5.0

    def fits(self, stream: Any) -> bool:
        """Whether a stream on the network is the one, as far as one can tell."""
        said = {"type": stream.type(), "source_id": stream.source_id(), "host": stream.hostname()}
        if any(said[key].casefold() != value.casefold() for key, value in self.picks.items()):
            return False
        if self.name:
            return bool(stream.name() == self.name)
        return bool(self.picks) or said["type"].casefold() in MUSCLES

    def __str__(self) -> str:
        of = ", ".join(f"{key}={value}" for key, value in self.picks.items())
        if self.name:
            return f"{self.name!r}" + (f" with {of}" if of else "")
        return f"with {of}" if of else "of type EMG or EXG"


def wanted(name: str, settings: Mapping[str, str]) -> Wanted:
    """What `lsl:NAME` with KEY=VALUE settings asks for.

    Raises:
        ConfigError: an unknown setting, or an impossible value.

    >>> str(wanted("Cometa", {"host": "lab2", "rate": "2000"}))
    "'Cometa' with host=lab2"
    """
    for key, value in settings.items():
        if key not in KNOWN:
            raise ConfigError(f"lsl: has no setting {key!r}; there are {', '.join(KNOWN)}")
        if not value:
            raise ConfigError(f"{key}= needs a value")
    return Wanted(
        name,
        {key: settings[key] for key in PICKS if key in settings},
        unit=_one_of(MICROVOLTS, "unit", settings["unit"]) if "unit" in settings else "",
        kind=SIGNALS[_one_of(SIGNALS, "kind", settings["kind"])] if "kind" in settings else None,
        markers=settings.get("markers", ""),
        **{key: _positive(key, settings[key]) for key in NUMBERS if key in settings},
    )


def _positive(key: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not (isfinite(number) and number > 0):
        raise ConfigError(f"{key}={text}: this must be a number above 0")
    return number


def _one_of(known: Iterable[str], key: str, text: str) -> str:
    if text not in known:
        raise ConfigError(f"{key}={text}: this must be one of {', '.join(known)}")
    return text
