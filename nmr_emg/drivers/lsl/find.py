"""Find the LSL stream that is meant among those on the network."""

import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from nmr_emg.drivers.lsl.library import in_words
from nmr_emg.drivers.lsl.wanted import Wanted
from nmr_emg.errors import ConfigError, DriverError

ROUND = 1.0
"""How long one look round lasts (s). LSL asks twice in that time, since a first question may get lost."""
MOST_LISTED = 8

Found = tuple[Any, Any | None]
"""The stream of signals, and that of markers if one is wanted."""


def find(lsl: ModuleType, wanted: Wanted) -> Found:
    """The streams that are wanted, as pylsl describes them.

    Raises:
        ConfigError: several streams fit; the text says how to tell them apart.
        DriverError: none was found in time; the text lists what there is.
    """
    until = time.monotonic() + wanted.timeout
    while True:
        with in_words("LSL can't look for streams"):
            streams = list(lsl.resolve_streams(min(ROUND, wanted.timeout)))
        signals = _chosen(lsl, streams, wanted)
        markers = [one for one in streams if one.name() == wanted.markers] if wanted.markers else []
        if signals and (markers or not wanted.markers):
            break
        if time.monotonic() >= until:
            raise _nothing(streams, wanted, f"{wanted}" if not signals else f"of markers {wanted.markers!r}")
    return _only(signals, f"{wanted}"), _only(markers, f"{wanted.markers!r}") if markers else None


def _chosen(lsl: ModuleType, streams: list[Any], wanted: Wanted) -> list[Any]:
    fitting = [one for one in streams if wanted.fits(one)]
    numbers = [one for one in fitting if one.channel_format() != lsl.cf_string]
    if fitting and not numbers:
        raise ConfigError(
            f"the LSL stream {fitting[0].name()!r} sends text, not signals; join it to signals with --set markers="
        )
    return numbers


def _only(streams: list[Any], what: str) -> Any:
    if len(streams) == 1:
        return streams[0]
    told = "; ".join(_told(one) for one in streams[:MOST_LISTED])
    raise ConfigError(
        f"{len(streams)} LSL streams fit {what}: {told}; tell them apart by name (lsl:NAME) or with --set "
        f"{_difference(streams)}"
    )


def _difference(streams: list[Any]) -> str:
    """The settings by which these streams differ."""
    keys: dict[str, Callable[[Any], str]] = {
        "type": lambda one: str(one.type()),
        "source_id": lambda one: str(one.source_id()),
        "host": lambda one: str(one.hostname()),
    }
    differ = [key for key, said in keys.items() if len({said(one) for one in streams}) > 1]
    return " or ".join(f"{key}=" for key in differ) or "type=, source_id= or host= once their senders differ"


def _told(stream: Any) -> str:
    source = f", source_id {stream.source_id()}" if stream.source_id() else ""
    return f"{stream.name()!r} (type {stream.type() or 'not said'}, host {stream.hostname()}{source})"


def _nothing(streams: list[Any], wanted: Wanted, what: str) -> DriverError:
    there = "; ".join(_told(one) for one in streams[:MOST_LISTED]) or "none"
    return DriverError(
        f"no LSL stream {what} was found within {wanted.timeout:g} s; there are: {there}. Check that its sender "
        "runs, in the same network, and that no firewall blocks LSL (UDP 16571, TCP and UDP 16572 to 16604)"
    )
