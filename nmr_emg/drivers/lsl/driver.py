"""Streams of other programs, over the Lab Streaming Layer."""

import time
from collections import deque
from collections.abc import Mapping
from math import ceil

from nmr_emg.block import Block, StreamInfo, empty_block
from nmr_emg.driver import Driver
from nmr_emg.drivers.lsl.channels import info_of
from nmr_emg.drivers.lsl.find import find
from nmr_emg.drivers.lsl.inlet import Inlet
from nmr_emg.drivers.lsl.library import library
from nmr_emg.drivers.lsl.markers import Joined
from nmr_emg.drivers.lsl.placing import Placing
from nmr_emg.drivers.lsl.wanted import Wanted, wanted
from nmr_emg.errors import DeviceLost, DriverError
from nmr_emg.event import Event

WAIT = 0.02
"""Longest that `read` waits (s)."""
ENOUGH = 0.005
"""So much signal (s) is handed out without waiting for more: blocks of single samples would only cost time."""
SILENCE = 1.4
"""Without a sample for so long (s) a stream counts as lost: of a network that is down LSL says nothing."""


class Lsl(Driver):
    """An LSL stream; values and their type are the sender's, labels and units are what it says of its channels.

    The sender's time stamps give the sample index and, mapped to our clock and fitted, each block's `time`; where
    they show that samples are missing, the index jumps.

    Args:
        stream: which stream, and what to believe of it instead of what it says.
    """

    def __init__(self, stream: Wanted) -> None:
        self._wanted = stream
        self._info: StreamInfo | None = None
        self._signals: Inlet | None = None
        self._markers: Inlet | None = None
        self._waiting: deque[Block] = deque()
        self._heard = 0.0

    @property
    def info(self) -> StreamInfo:
        """What the stream sends.

        Raises:
            DriverError: it was not opened yet.
        """
        if self._info is None:
            raise DriverError(f"the LSL stream {self._wanted} is not open")
        return self._info

    def open(self) -> None:
        """Find the stream and connect to it.

        Raises:
            ConfigError: pylsl is missing, several streams fit, or the one that fits does not say its rate or unit.
            DriverError: none was found, or its sender does not answer.
        """
        lsl = library()
        self.close()
        signals, markers = find(lsl, self._wanted)
        try:
            self._signals = Inlet(lsl, signals, self._wanted.timeout)
            self._info = info_of(lsl, self._signals.description, self._wanted)
            self._markers = None if markers is None else Inlet(lsl, markers, self._wanted.timeout)
        except BaseException:
            self.close()
            raise
        rate = self._info.rate
        self._placing, self._joined = Placing(rate), Joined(rate)
        self._enough = max(1, ceil(ENOUGH * rate))
        self._heard = time.monotonic()

    def read(self) -> Block | None:
        """Consecutive samples, or an empty block after 20 ms.

        Raises:
            DeviceLost: the sender closed the stream, or nothing has come for 1.4 s.
            DriverError: the stream is not open, or LSL failed.
        """
        if self._signals is None:
            raise DriverError(f"the LSL stream {self._wanted} is not open")
        if not self._waiting:
            self._waiting.extend(self._fetched(self._signals))
        if not self._waiting:
            return empty_block(self._placing.next, self.info)
        return self._waiting.popleft()

    def close(self) -> None:
        """Let go of the stream."""
        for inlet in (self._signals, self._markers):
            if inlet is not None:
                inlet.close()
        self._signals = self._markers = None
        self._waiting.clear()

    def _fetched(self, signals: Inlet) -> list[Block]:
        rows, stamps = signals.rows(WAIT, self._enough)
        now = time.monotonic()
        self._watch(len(rows), now)
        blocks = self._placing.place(rows, stamps, signals.shift, now)
        if self._markers is None:
            return blocks
        for block in blocks:
            self._joined.add(block)
        self._mark(self._markers)
        return self._joined.ready(now)

    def _mark(self, markers: Inlet) -> None:
        try:
            for text, stamp in markers.texts():
                self._joined.mark(text, stamp + markers.shift)
        except DeviceLost:  # the signals go on; the recording says from where on there are no markers
            markers.close()
            self._joined.tell(Event("device", data={"state": "markers lost", "stream": markers.name}))

    def _watch(self, rows: int, now: float) -> None:
        if rows:
            self._heard = now
        elif now - self._heard > SILENCE:
            raise DeviceLost(
                f"{self.info.device} has sent nothing for {now - self._heard:.1f} s: its sender has stopped, or the "
                "network is down"
            )


def open_lsl(name: str, settings: Mapping[str, str]) -> Lsl:
    """The driver for `lsl:NAME`, with KEY=VALUE settings; `lsl:` is any stream of type EMG or EXG.

    It still has to be opened.

    Raises:
        ConfigError: an unknown setting, or an impossible value.

    >>> open_lsl("Cometa", {"unit": "furlong"})
    Traceback (most recent call last):
    nmr_emg.errors.ConfigError: unit=furlong: this must be one of uV, µV, mV, V
    """
    return Lsl(wanted(name, settings))
