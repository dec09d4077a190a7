"""How an amplitude was measured: only what was measured alike is compared."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nmr_emg.block import StreamInfo
from nmr_emg.dsp.bandpass import Bandpass, upper_edge
from nmr_emg.dsp.envelope import Envelope
from nmr_emg.dsp.heartbeat import Heartbeat
from nmr_emg.errors import ConfigError
from nmr_emg.stage import Stage

OPEN = " Hz to 0.46 fs"
"""Stands for an upper edge that follows from the rate."""

_BAND = re.compile(r", [\d.]+(–[\d.]+ Hz| Hz to 0\.46 fs)")


def measured(profile: str, stages: Iterable[Stage]) -> str:
    """Profile, band and envelope of a chain in words, and whether heart beats are subtracted.

    >>> measured("cyton250", [Bandpass(high=115), Envelope(0.1)])
    'cyton250, 20–115 Hz, RMS 0.1 s'
    """
    parts = [profile]
    for one in stages:
        if isinstance(one, Bandpass):
            parts.append(f"{one.low:g}{OPEN}" if one.high is None else f"{one.low:g}–{one.high:g} Hz")
        elif isinstance(one, Heartbeat) and one.mode == "subtract":
            parts.append("heart beats subtracted")
        elif isinstance(one, Envelope):
            parts.append(_envelope(one))
    return ", ".join(parts)


def check_measured(text: object) -> None:
    """Check that a text names more than a profile, as `measured` does, or is empty.

    Raises:
        ConfigError: it does not.
    """
    if not isinstance(text, str) or (text and ", " not in text):
        raise ConfigError(
            f"measured is {text!r}; it must name profile, band and envelope, such as 'cyton250, 20–115 Hz, RMS 0.1 s'"
        )


def measured_on(text: str, info: StreamInfo) -> str:
    """The same with the band that a stream's rate gives; of what a device computes only what is done here is told.

    >>> from nmr_emg.block import Channel
    >>> measured_on("generic, 20 Hz to 0.46 fs, RMS 0.1 s", StreamInfo(500, (Channel("a"),)))
    'generic, 20–230 Hz, RMS 0.1 s'
    >>> measured_on("generic, 20 Hz to 0.46 fs, RMS 0.1 s", StreamInfo(50, (Channel("a", kind="envelope"),)))
    'generic, as the device sends it'
    """
    kinds = {info.channels[i].kind for i in info.emg}
    if kinds == {"envelope"} and text:
        return f"{text.partition(', ')[0]}, as the device sends it"
    if "raw" not in kinds:
        return _BAND.sub("", text)
    return text.replace(OPEN, f"–{upper_edge(info.rate):.0f} Hz")


def unlike(what: str, data: Mapping[str, Any], own: str) -> str | None:
    """Why values that an event brings can't be compared with what is measured here; `None` if they can, or if it doesn't say.

    >>> unlike("reference", {"measured": "lab1000, 20–450 Hz, RMS 0.1 s"}, "cyton250, 20–115 Hz, RMS 0.1 s")
    'the reference was measured otherwise (lab1000, 20–450 Hz, RMS 0.1 s) than here (cyton250, 20–115 Hz, RMS 0.1 s)'
    """
    theirs = data.get("measured")
    if not theirs or not own or theirs == own:
        return None
    return f"the {what} was measured otherwise ({theirs}) than here ({own})"


def _envelope(one: Envelope) -> str:
    if one.kind == "linear":
        return f"linear envelope {one.corner:g} Hz"
    return f"{one.kind.upper()} {one.window:g} s"
