"""Reading one open BrainFlow board: when to hand out, when it ends, when it counts as lost."""

import time
from collections import deque
from dataclasses import dataclass

from nmr_emg.block import Block, StreamInfo, empty_block
from nmr_emg.drivers.brainflow.blocks import Cutter
from nmr_emg.drivers.brainflow.boards import Sent
from nmr_emg.drivers.brainflow.link import Link
from nmr_emg.drivers.brainflow.watch import LONGEST, SHORTEST, Watch
from nmr_emg.errors import DeviceLost, DriverError
from nmr_emg.event import Event

WAIT = 0.02
"""Longest that `read` waits (s)."""
ENOUGH = 0.01
"""So much signal (s) is handed out without waiting for more: blocks of single samples would only cost time."""

UNCOUNTED = "BrainFlow hands out no count of the samples of {}; only longer outages show, by the clock"
"""Said of a board whose losses can't be counted to the sample."""

POLL = 0.002


@dataclass(frozen=True, slots=True)
class Reading:
    """How a board is read.

    Args:
        sent: what it sends.
        size: samples that BrainFlow's buffer holds.
        port: its serial port, if it has one.
        playback: whether it plays a file.
        played: samples of that file; `None` if it plays none, or plays it again and again.
        remark: what must be said about it, as an event of its first sample.
    """

    sent: Sent
    size: int
    port: str = ""
    playback: bool = False
    played: int | None = None
    remark: str = ""


class Stream:
    """The blocks of one board that streams.

    Args:
        link: the board, streaming.
        reading: how it is read.
    """

    def __init__(self, link: Link, reading: Reading) -> None:
        self._link = link
        self._reading = reading
        self._cutter = Cutter(reading.sent)
        # A played file pauses wherever the recording did.
        shortest = LONGEST if reading.playback else SHORTEST
        self._watch = Watch(time.monotonic(), reading.port, shortest)
        self._waiting: deque[Block] = deque()
        self._taken = 0
        self._next = 0
        self._remarks = [reading.remark] if reading.remark else []
        self._end: DriverError | None = None
        self._ended = False

    def read(self, info: StreamInfo) -> Block | None:
        """Consecutive samples, an empty block after 20 ms, or `None` where a played file ends.

        Raises:
            DeviceLost: the board has gone quiet.
            DriverError: BrainFlow failed.
        """
        if not (self._waiting or self._ended):
            self._fetch()
        if self._waiting:
            return self._handed(self._waiting.popleft())
        if not self._ended:
            return empty_block(self._next, info)
        if self._end is not None:
            raise self._end
        return None

    def _handed(self, block: Block) -> Block:
        self._next = block.stop
        if not (self._remarks and block.rows):
            return block
        said = [Event("device", block.start, data={"text": text}) for text in self._remarks]
        self._remarks.clear()
        return block.with_events(said)

    def _fetch(self) -> None:
        """Take what comes in within 20 ms, or sooner if there is enough of it."""
        until = time.monotonic() + WAIT
        enough = ENOUGH * self._reading.sent.rate
        while (count := self._link.count()) < enough and time.monotonic() < until:
            time.sleep(POLL)
        now = time.monotonic()
        lost = self._watch.look(now, grew=count > 0)
        if count:
            data = self._link.take()
            arrived = time.monotonic()
            self._taken += data.shape[1]
            known = self._cutter.counted
            self._waiting.extend(self._cutter.add(data, arrived, overflow=count >= self._reading.size))
            if known is None and self._cutter.counted is False:
                self._remarks.append(UNCOUNTED.format(self._reading.sent.name))
        if self._reading.played is not None and self._taken >= self._reading.played:
            self._finish(now, None)
        elif lost:
            self._finish(now, self._failure())

    def _finish(self, now: float, end: DriverError | None) -> None:
        self._waiting.extend(self._cutter.flush(now))
        self._end, self._ended = end, True

    def _failure(self) -> DriverError:
        if self._reading.playback:
            return DriverError(
                f"BrainFlow has played nothing for {self._watch.silent:.1f} s: the file pauses there, or can't be "
                "read on; replay:FILE plays any file"
            )
        return DeviceLost(self._watch.words(self._reading.sent.name))
