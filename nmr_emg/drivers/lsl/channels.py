"""What an LSL stream says about itself, as a `StreamInfo`."""

from collections import Counter
from types import MappingProxyType, ModuleType
from typing import Any

from nmr_emg.block import Channel, Kind, StreamInfo
from nmr_emg.drivers.lsl.wanted import Wanted
from nmr_emg.errors import ConfigError

UNITS = MappingProxyType(
    {
        "uV": ("uv", "µv", "μv", "microvolt", "microvolts"),
        "mV": ("mv", "millivolt", "millivolts"),
        "V": ("v", "volt", "volts"),
    }
)
"""Words for the units of a voltage, in small letters; XDF recommends "microvolts" (sccn/xdf, EEG meta-data)."""

ELECTRODES = frozenset({"", "emg", "exg", "eeg", "semg", "bip", "bipolar"})
"""Types of channel that may carry EMG: amplifiers made for EEG measure it as well."""

LONGEST = 64
"""Characters of a label that are kept."""
COUNTS = frozenset(
    {"", "none", "raw", "count", "counts", "adc", "lsb", "digital", "a.u.", "au", "unknown", "n/a"}
)
"""Words for no unit at all: what it is in truth must be asked."""
WORKED_ON: MappingProxyType[str, Kind] = MappingProxyType(
    {"envelope": "envelope", "rms": "envelope", "rectified": "rectified"}
)
"""Types of channel that carry EMG which was worked on already."""


def dtype_of(lsl: ModuleType, stream: Any) -> str:
    """NumPy's name of the values that a stream sends."""
    names = {
        lsl.cf_float32: "float32",
        lsl.cf_double64: "float64",
        lsl.cf_int8: "int8",
        lsl.cf_int16: "int16",
        lsl.cf_int32: "int32",
        lsl.cf_int64: "int64",
    }
    return str(names[stream.channel_format()])


def rate_of(stream: Any, wanted: Wanted) -> float:
    """Samples a second: what the user says, else what the stream does.

    Raises:
        ConfigError: neither says it.
    """
    rate = wanted.rate or float(stream.nominal_srate())
    if rate <= 0:
        raise ConfigError(
            f"the LSL stream {stream.name()!r} is of irregular rate; if its samples are evenly spaced in truth, "
            "say how many come a second with --set rate=HZ"
        )
    return rate


def info_of(lsl: ModuleType, stream: Any, wanted: Wanted) -> StreamInfo:
    """The whole description of a stream.

    Args:
        lsl: pylsl.
        stream: the full description, as an inlet hands it out.
        wanted: what the user says about it.

    Raises:
        ConfigError: it says no unit, or no rate, and the user does not either.
    """
    said = _said(stream)
    labels = _distinct([one.get("label") or f"ch{i + 1}" for i, one in enumerate(said)])
    channels = tuple(
        _channel(label, one, str(stream.type()), wanted) for label, one in zip(labels, said, strict=True)
    )
    if all(channel.kind == "aux" for channel in channels):
        raise ConfigError(f"the LSL stream {stream.name()!r} {_why_not(said)}")
    device = f"LSL: {stream.name()} on {stream.hostname()}"
    return StreamInfo(rate_of(stream, wanted), channels, dtype_of(lsl, stream), device)


def _said(stream: Any) -> list[dict[str, str]]:
    """What is said of each channel; nothing where the list is too short."""
    said: list[dict[str, str]] = []
    channel = stream.desc().child("channels").child("channel")
    count = int(stream.channel_count())
    while not channel.empty() and len(said) < count:
        said.append({key: _line(str(channel.child_value(key))) for key in ("label", "unit", "type")})
        channel = channel.next_sibling("channel")
    return said + [{} for _ in range(count - len(said))]


def _line(text: str) -> str:
    """A text as one line of words, not longer than a label may be."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST]


def _distinct(labels: list[str]) -> list[str]:
    """The labels, those that stand more than once with their number.

    >>> _distinct(["emg", "vm", "emg"])
    ['emg_1', 'vm', 'emg_3']
    """
    often = Counter(labels)
    numbered = [f"{one}_{i + 1}" if often[one] > 1 else one for i, one in enumerate(labels)]
    return numbered if len(set(numbered)) == len(labels) else [f"ch{i + 1}" for i in range(len(labels))]


def _why_not(said: list[dict[str, str]]) -> str:
    units = sorted({one["unit"] for one in said if one.get("unit")})
    types = sorted({one["type"] for one in said if one.get("type")})
    if not units:
        return "does not say its unit; if it carries EMG, say it with --set unit=uV (or mV, V)"
    return (
        f"carries no EMG by what it says of its channels (type {', '.join(types) or 'not said'}, unit "
        f"{', '.join(units)}); converter counts are made a voltage with --set unit=uV --set scale=UV_PER_COUNT"
    )


def _channel(label: str, said: dict[str, str], stream_type: str, wanted: Wanted) -> Channel:
    stated = said.get("unit", "")
    voltage = next((name for name, words in UNITS.items() if stated.casefold() in words), "")
    if wanted.unit and (voltage or stated.casefold() in COUNTS):
        voltage = wanted.unit
    kind = _kind(said.get("type", "").casefold(), stream_type.casefold())
    if not voltage or kind == "aux":
        return Channel(label, unit=stated or "?", kind="aux")
    return Channel(label, unit=voltage, kind=wanted.kind or kind, scale=wanted.scale)


def _kind(content: str, stream_type: str) -> Kind:
    for word, kind in WORKED_ON.items():
        if word in content or word in stream_type:
            return kind
    return "raw" if content in ELECTRODES else "aux"
