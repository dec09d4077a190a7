"""A sink that offers a session to other programs over the Lab Streaming Layer."""

import socket
import time
from functools import partial
from typing import Any

from nmr_emg.block import Block, StreamInfo, microvolts
from nmr_emg.drivers.lsl.library import ahead, library
from nmr_emg.drivers.lsl.retired import retire, taken
from nmr_emg.drivers.lsl.stamping import Stamping
from nmr_emg.errors import ConfigError, DriverError
from nmr_emg.event import Event
from nmr_emg.jsonable import as_json

NAME = "nmr-emg"
KEPT = 30
"""Seconds that LSL keeps for a program that does not read; after that it loses the oldest."""
LINGER = 0.1
"""How long (s) the last block is given to reach who listens."""


class LslOutlet:
    """Offer a session as three LSL streams.

    | stream | type | what |
    |---|---|---|
    | `nmr-emg` | `EMG` | the EMG channels as they came, float32 µV |
    | `nmr-emg envelope` | `Envelope` | the track `envelope`, float32 µV |
    | `nmr-emg events` | `Markers` | every event as JSON: `kind`, `index`, `channel`, `data` |

    Each sample carries the time at which it was taken, on LSL's clock. They appear with the first block; the envelope
    only if the chain works one out. A program that reads slowly or not at all holds nothing up: LSL keeps half
    a minute for it. Nothing is encrypted and nobody is asked who they are: whoever is in the network can read along.
    A stream that somebody listens to at the end stays on the network, silent, until the program ends or offers it
    again.

    Args:
        info: what the session's driver sends.
        name: the first word of the streams' names.

    Raises:
        ConfigError: pylsl is missing, or there is no EMG channel.
    """

    def __init__(self, info: StreamInfo, name: str = NAME) -> None:
        if not info.emg:
            raise ConfigError(
                f"{info.device or 'the device'} sends no EMG, so there is nothing to offer over LSL"
            )
        self._lsl = library()
        self._info = info
        self._name = name
        self._convert = microvolts(info)
        self._stamps = Stamping(info.rate)
        self._ahead = ahead(self._lsl)
        self._outlets: dict[str, Any] = {}
        self._descriptions: dict[str, str] = {}
        self._closed = False

    def write(self, block: Block) -> None:
        """Send a block.

        Raises:
            DriverError: LSL can't open a stream.
        """
        if not block.rows or self._closed:
            return
        if not self._outlets:
            self._open("envelope" in block.tracks)
        stamps = self._stamps(block) + self._ahead
        times = stamps.tolist()
        self._outlets["raw"].push_chunk(self._convert(block["raw"]), times)
        if "envelope" in self._outlets:
            self._outlets["envelope"].push_chunk(block["envelope"], times)
        for event in block.events:
            self._outlets["events"].push_sample([_told(event)], times[event.index - block.start])

    def close(self) -> None:
        """Send nothing more, and take the streams from the network unless somebody listens to them."""
        self._closed = True
        if any(outlet.have_consumers() for outlet in self._outlets.values()):
            time.sleep(LINGER)
        while self._outlets:
            what, outlet = self._outlets.popitem()
            retire(self._descriptions[what], outlet)
            del outlet

    def _open(self, envelope: bool) -> None:
        lsl, rate, count = self._lsl, self._info.rate, len(self._info.emg)
        wanted = {"raw": (self._name, "EMG", count, rate, "float32")}
        if envelope:
            wanted["envelope"] = (f"{self._name} envelope", "Envelope", count, rate, "float32")
        wanted["events"] = (f"{self._name} events", "Markers", 1, 0.0, "string")
        try:
            for what, (name, content, channels, hz, form) in wanted.items():
                stream = lsl.StreamInfo(name, content, channels, hz, form, self._source(name))
                self._describe(stream, what)
                self._descriptions[what] = str(stream.as_xml())
                make = partial(lsl.StreamOutlet, stream, 0, KEPT)
                self._outlets[what] = taken(self._descriptions[what], make)
        except RuntimeError as error:
            self.close()
            raise DriverError(f"LSL can't offer the streams of this session: {error}") from error

    def _source(self, name: str) -> str:
        """The same whenever the same device is offered again, so that programs find it again."""
        return f"{name}:{socket.gethostname()}:{self._info.device}"

    def _describe(self, stream: Any, what: str) -> None:
        """Meta-data in the words of XDF (sccn/xdf, EEG and Markers meta-data)."""
        described = stream.desc()
        described.append_child_value("manufacturer", "nmr-emg")
        described.append_child("acquisition").append_child_value("model", self._info.device)
        if what == "events":
            return
        channels = described.append_child("channels")
        for channel in (self._info.channels[i] for i in self._info.emg):
            one = channels.append_child("channel")
            one.append_child_value("label", channel.label)
            one.append_child_value("unit", "microvolts")
            one.append_child_value("type", _type(what, channel.kind))
            if channel.muscle:
                one.append_child("location").append_child_value(
                    "label", f"{channel.muscle} {channel.side}".strip()
                )


def _type(what: str, kind: str) -> str:
    if what == "envelope" or kind == "envelope":
        return "Envelope"
    return "Rectified" if kind == "rectified" else "EMG"


def _told(event: Event) -> str:
    said = {"kind": event.kind, "index": event.index, "channel": event.channel, "data": event.data}
    return as_json(said)
