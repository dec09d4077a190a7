"""One driver through one chain into some sinks: the loop that is live, replay and offline alike."""

import time
from collections.abc import Iterable
from contextlib import ExitStack
from math import isnan
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import Self

from nmr_emg.block import Block, StreamInfo
from nmr_emg.driver import Driver, Sink
from nmr_emg.errors import ConfigError, DriverError, DriverStalled
from nmr_emg.event import Event
from nmr_emg.ledger import Ledger
from nmr_emg.stage import Process, Stage


class Intake:
    """What the loop does to a block before the chain sees it: announce gaps, stamp what was told."""

    def __init__(self) -> None:
        self._expected: int | None = None
        self._told: SimpleQueue[Event] = SimpleQueue()

    def tell(self, event: Event) -> None:
        """Hand in an event from any thread."""
        self._told.put(event)

    def __call__(self, block: Block) -> Block:
        """The block as the chain gets it.

        Raises:
            DriverError: its sample index went back.
        """
        if not block.rows:
            return block
        expected = block.start if self._expected is None else self._expected
        if block.start < expected:
            raise DriverError(
                f"sample index went back from {expected} to {block.start}; the source is at fault"
            )
        self._expected = block.stop
        events = [] if block.start == expected or block.lost else [_gap(block.start, expected)]
        events += self._stamped(block.start)
        return block.with_events(events) if events else block

    def _stamped(self, index: int) -> Iterable[Event]:
        while True:
            try:
                yield self._told.get_nowait().at(index)
            except Empty:
                return


def _gap(start: int, expected: int) -> Event:
    return Event("gap", start, data={"samples": start - expected, "reason": "counter"})


class Session:
    """Run an open driver through a chain into sinks, and close them all at the end.

    `run` works in the calling thread, `start` in a thread of its own. Whatever fails, in the driver, a stage
    or a sink, ends the session: it is kept in `error` and raised by `run` or `stop`.

    Args:
        driver: an open driver; the session closes it.
        chain: what to do to each block.
        sinks: who listens; the session closes them.
        seconds: how much signal to take, lost samples included; `None` for all of it.
        ledger: counts what passes; a new one unless a recorder shares it.
    """

    def __init__(
        self,
        driver: Driver,
        chain: Stage,
        sinks: Iterable[Sink] = (),
        *,
        seconds: float | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self.driver = driver
        self.chain = chain
        self.ledger = ledger or Ledger(driver.info)
        self.error: BaseException | None = None
        self._sinks = list(sinks)
        self._arriving: SimpleQueue[Sink] = SimpleQueue()
        self._leaving: SimpleQueue[Sink] = SimpleQueue()
        self._intake = Intake()
        self._begun = False
        self._ended = Flag()
        self._stopping = Flag()
        self._thread: Thread | None = None
        self._first: int | None = None
        self._limit = None if seconds is None else round(seconds * driver.info.rate)

    @property
    def info(self) -> StreamInfo:
        """What the driver sends."""
        return self.driver.info

    @property
    def trouble(self) -> str | None:
        """What is wrong for now, in a sentence, while the session goes on; `None` while all is well."""
        return self.driver.trouble

    @property
    def running(self) -> bool:
        """Whether blocks may still come."""
        return self._thread is not None and not self._ended.is_set()

    def tell(self, event: Event) -> None:
        """Bring in what a person or a device did; it is stamped on the next block's first row.

        Raises:
            ConfigError: its kind is not one that people and devices bring in.
        """
        if not event.is_input:
            raise ConfigError(f"{event.kind!r} is worked out by a stage; it can't be told to a session")
        self._intake.tell(event)

    def attach(self, sink: Sink) -> None:
        """Add a sink; in a running session before the next block, where the chain then starts afresh.

        It does so by an event of kind "restart", which every recording keeps, so that a file that begins in mid-session
        replays to the same numbers, and so does one that runs on across it.
        """
        if self._begun:
            self._arriving.put(sink)
        else:
            self._sinks.append(sink)

    def detach(self, sink: Sink) -> None:
        """Close a sink before the next block."""
        self._leaving.put(sink)

    def run(self) -> Ledger:
        """Run to the end of the driver in this thread.

        Raises:
            NmrEmgError: what ended the session.
        """
        self._work()
        if self.error is not None:
            raise self.error
        return self.ledger

    def start(self) -> Self:
        """Run in a thread of its own."""
        self._begun = True
        self._thread = Thread(target=self._work, name="session", daemon=True)
        self._thread.start()
        return self

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for the end; whether it has come."""
        return self._ended.wait(timeout)

    def end(self) -> None:
        """Ask the loop to end; returns at once."""
        self._stopping.set()

    def stop(self, timeout: float = 5.0) -> Ledger:
        """End the session and wait for it; one that never ran lets go of its driver and its sinks.

        Raises:
            DriverStalled: it did not end within `timeout` seconds.
            NmrEmgError: what ended it before.
        """
        self.end()
        if not self._begun:
            self._work()
        if self._thread is not None and not self._ended.wait(timeout):
            raise DriverStalled(
                f"the session did not end within {timeout:g} s: a read or a write does not return"
            )
        if self.error is not None:
            raise self.error
        return self.ledger

    def _work(self) -> None:
        self._begun = True
        try:
            with ExitStack() as closing:
                closing.callback(self._close_sinks)
                closing.callback(self.driver.close)
                closing.callback(self._note_trouble)
                self._loop()
        except BaseException as error:  # noqa: BLE001  (kept, and raised where the session is ended)
            self.error = error
        finally:
            self._ended.set()

    def _loop(self) -> None:
        process = self.chain.start(self.info)
        while not self._stopping.is_set():
            block = self.driver.read()
            if block is None:
                return
            block = self._intake(self._within_limit(block))
            # After the intake: what is told once a sink was attached never goes to the chain before it.
            self._one(process, self._change_sinks(block))

    def _within_limit(self, block: Block) -> Block:
        """The block, cut where the session has had enough."""
        if self._limit is None or not block.rows:
            return block
        self._first = block.start if self._first is None else self._first
        left = self._first + self._limit - block.start
        if left <= block.rows:
            self._stopping.set()
        return block.cut(0, max(left, 0), self.info.rate) if left < block.rows else block

    def _one(self, process: Process, block: Block) -> None:
        done = process(block)
        for sink in self._sinks:
            sink.write(done)
        self.ledger.count(done)
        self.ledger.dropped_blocks = self.driver.dropped_blocks
        if self.driver.live and block.rows and not isnan(block.arrived):
            self.ledger.latency.add(time.monotonic() - block.arrived)

    def _change_sinks(self, block: Block) -> Block:
        """Let sinks come and go before a block with samples; the chain starts afresh for one that comes."""
        if not block.rows:
            return block
        came = []
        while not self._arriving.empty():
            came.append(self._arriving.get())
        self._sinks += came
        while not self._leaving.empty():
            sink = self._leaving.get()
            if any(one is sink for one in self._sinks):
                self._sinks = [one for one in self._sinks if one is not sink]
                sink.close()
        return block.with_events([Event("restart", block.start)]) if came else block

    def _note_trouble(self) -> None:
        self.ledger.trouble = self.driver.trouble

    def _close_sinks(self) -> None:
        while not self._arriving.empty():
            self._sinks.append(self._arriving.get())
        with ExitStack() as closing:
            for sink in self._sinks:
                closing.callback(sink.close)


def run(driver: Driver, chain: Stage, *sinks: Sink) -> Ledger:
    """Open `driver`, run it through `chain` into `sinks` to its end, and give the ledger."""
    driver.open()
    return Session(driver, chain, sinks).run()
