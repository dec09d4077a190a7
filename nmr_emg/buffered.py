"""A driver read in a thread of its own, so that a slow consumer never holds up a board."""

import queue
import time
from dataclasses import replace
from math import inf
from threading import Event as Flag
from threading import Thread

from nmr_emg.block import Block, StreamInfo, empty_block
from nmr_emg.driver import Driver
from nmr_emg.errors import DriverError, DriverStalled, NmrEmgError
from nmr_emg.event import Event
from nmr_emg.silence import Silence

WAIT = 0.02
"""Longest that `read` waits (s)."""
GRACE = 0.25
"""How long closing waits for a stalled driver to let go of its port (s)."""
CLOSING = 15.0
"""How long it waits for any other (s)."""


class Buffered(Driver):
    """Read `driver` in an acquisition thread and queue its blocks.

    A full queue drops the newest block: the sample index jumps, a `gap` event with reason "queue" says so,
    and events of the dropped block move to the next one that is kept. Without a sample for `stall` seconds
    `read` raises `DriverStalled`, unless the driver waits on purpose. A driver whose own `read` never
    returns keeps its daemon thread; the error names both.

    Args:
        driver: what to read.
        blocks: how many blocks the queue holds.
        stall: seconds without a sample after which the driver counts as stalled.
        patience: seconds that opening may take; some boards take their channels' settings a second each.
    """

    def __init__(self, driver: Driver, blocks: int = 512, stall: float = 1.5, patience: float = 45.0) -> None:
        self._driver = driver
        self._queue: queue.Queue[Block] = queue.Queue(blocks)
        self._stall = stall
        self._patience = patience
        self._ready = Flag()
        self._stop = Flag()
        self._refusal: BaseException | None = None
        self._failure: BaseException | None = None
        self._thread: Thread | None = None
        self._info: StreamInfo | None = None
        self._next = 0
        self._silence = Silence(0.0)
        self._entered = inf
        self._dropped = 0

    @property
    def info(self) -> StreamInfo:
        """What the driver sends; known once it is open."""
        return self._info if self._info is not None else self._driver.info

    @property
    def live(self) -> bool:
        """Blocks come as they are measured."""
        return True

    @property
    def dropped_blocks(self) -> int:
        """Blocks that the full queue dropped."""
        return self._dropped

    @property
    def name(self) -> str:
        """The driver's name, as errors and the thread carry it."""
        return type(self._driver).__name__

    def open(self) -> None:
        """Start the acquisition thread and wait until the driver is open in it."""
        self._thread = Thread(target=self._acquire, name=f"acquisition of {self.name}", daemon=True)
        self._thread.start()
        if not self._ready.wait(self._patience):
            self._stop.set()
            self._failure = DriverStalled(
                f"{self.name} did not open within {self._patience:g} s; check its power and cable"
            )
            raise self._failure
        if self._refusal is not None:
            raise self._refusal
        self._info = self._driver.info
        self._silence.heard(time.monotonic())

    def read(self) -> Block | None:
        """The oldest block in the queue, an empty one after 20 ms, `None` at the end."""
        try:
            block = self._queue.get(timeout=WAIT)
        except queue.Empty:
            return self._nothing_yet()
        self._silence.heard(time.monotonic())
        self._next = block.stop
        return block

    def close(self) -> None:
        """Stop the acquisition thread; the driver is closed in it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(GRACE if self._stuck else CLOSING)

    @property
    def _stuck(self) -> bool:
        return isinstance(self._failure, DriverStalled)

    def _nothing_yet(self) -> Block | None:
        ended = self._thread is not None and not self._thread.is_alive()
        if (ended or self._failure is not None) and self._queue.empty():
            if self._failure is not None:
                raise self._failure
            return None
        silent = self._silence.look(time.monotonic())
        if silent < self._stall or self._driver.waits:
            return empty_block(self._next, self.info)
        # A read that never comes back leaves its thread behind, so that is named.
        stuck = self._thread is not None and time.monotonic() - self._entered > self._stall
        thread = f" (thread {self._thread.name!r})" if stuck and self._thread else ""
        self._failure = DriverStalled(
            f"no sample from {self.info.device or self.name} for {silent:.1f} s{thread}; "
            "check that the board is on and near"
        )
        raise self._failure

    def _acquire(self) -> None:
        try:
            self._driver.open()
        except BaseException as error:  # noqa: BLE001  (whatever it is, the reading side raises it)
            self._refusal = error
            self._ready.set()
            return
        self._ready.set()
        try:
            self._pump()
        except BaseException as error:  # noqa: BLE001
            self._failure = error if isinstance(error, NmrEmgError) else _wrapped(self.name, error)
        finally:
            self._close_driver()

    def _pump(self) -> None:
        moved: tuple[Event, ...] = ()
        expected: int | None = None
        while not self._stop.is_set():
            self._entered = time.monotonic()
            block = self._driver.read()
            self._entered = inf
            if block is None:
                return
            if not block.rows:
                continue
            offered = _after_drop(block, expected, moved)
            try:
                self._queue.put_nowait(offered)
            except queue.Full:
                self._dropped += 1
                moved = (*moved, *(e for e in block.events if e.kind != "gap"))
                expected = block.start if expected is None else expected
            else:
                moved, expected = (), None

    def _close_driver(self) -> None:
        try:
            self._driver.close()
        except BaseException as error:  # noqa: BLE001
            self._failure = self._failure or _wrapped(self.name, error)


def _after_drop(block: Block, expected: int | None, moved: tuple[Event, ...]) -> Block:
    """The block, saying what was dropped before it."""
    if expected is None:
        return block
    gap = Event("gap", block.start, data={"samples": block.start - expected, "reason": "queue"})
    kept = replace(block, events=tuple(event for event in block.events if event.kind != "gap"))
    return kept.with_events([gap, *(event.at(block.start) for event in moved)])


def _wrapped(name: str, error: BaseException) -> DriverError:
    failure = DriverError(f"{name} failed: {str(error) or type(error).__name__}")
    failure.__cause__ = error
    return failure
