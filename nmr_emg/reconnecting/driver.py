"""The driver that stands round another one and makes it anew."""

from nmr_emg.block import Block, StreamInfo, empty_block
from nmr_emg.driver import Driver
from nmr_emg.errors import DeviceLost, DriverError, DriverStalled
from nmr_emg.reconnecting.place import Place
from nmr_emg.reconnecting.search import Make, Outage, Search

WAIT = 0.02
"""Longest that `read` waits (s)."""
SAME_RATE = 0.02
"""Rates that differ by less are the same: where a board does not tell its rate, it was measured at opening."""


class Reconnecting(Driver):
    """Read a driver; when it is lost or stalls, make it anew and go on in the same stream.

    Meanwhile `read` gives empty blocks. The sample index runs on: time decides how many samples are missing, a `gap`
    event with reason "reconnect" says so, and a `device` event tells how long it took and why. Whatever else goes
    wrong ends the stream, and so does a first opening that fails.

    Args:
        make: gives the driver, not opened; called again for every try.
        patience: seconds without a sample after which to give up; 0 for not trying at all.
    """

    def __init__(self, make: Make, patience: float = 120.0) -> None:
        self._make = make
        self._patience = patience
        self._driver: Driver | None = None
        self._search: Search | None = None
        self._outage: Outage | None = None
        self._place = Place()
        self._dropped = 0
        self._info: StreamInfo | None = None
        self.reconnects = 0

    @property
    def info(self) -> StreamInfo:
        """What the driver sends; known once it is open."""
        if self._info is None:
            raise DriverError("the device is not open")
        return self._info

    @property
    def live(self) -> bool:
        """Blocks come as they are measured."""
        return True

    @property
    def dropped_blocks(self) -> int:
        """Blocks dropped by all the drivers there were."""
        return self._dropped + (0 if self._driver is None else self._driver.dropped_blocks)

    @property
    def trouble(self) -> str | None:
        """What is wrong for now, in a sentence; `None` while samples come."""
        outage = self._outage
        return None if outage is None else f"{outage.reason}; trying again"

    def open(self) -> None:
        """Open the driver; no second try here."""
        self._driver = self._make()
        try:
            self._driver.open()
            self._info = self._driver.info
        except BaseException:
            self._driver.close()
            raise

    def read(self) -> Block | None:
        """Its next block; an empty one while it is being sought; `None` at the end.

        Raises:
            DeviceLost: it did not come back in time.
            DriverError: it came back with other channels or another rate.
        """
        if self._driver is None:
            return self._sought()
        try:
            block = self._driver.read()
        except (DeviceLost, DriverStalled) as error:
            if self._patience <= 0:
                raise
            return self._lost(error)
        if block is None or not block.rows:
            return block if block is None else empty_block(self._place.next, self.info)
        return self._rejoined(block) if self._outage else self._place(block, self.info.rate)

    def close(self) -> None:
        """Close the driver, or stop seeking it; a try that is under way closes what it opens."""
        if self._search is not None:
            self._search.cancel()
            self._search = None
        if self._driver is not None:
            self._driver.close()

    def _lost(self, error: DriverError) -> Block:
        old, self._driver = self._driver, None
        self._dropped += 0 if old is None else old.dropped_blocks
        if self._outage is None:
            self._outage = Outage(str(error), error)
        self._outage.last = error
        self._search = Search(self._make, old, self._outage)
        return empty_block(self._place.next, self.info)

    def _sought(self) -> Block:
        if self._search is None or self._outage is None:
            raise DriverError("the device is not open")
        found = self._search.found(WAIT)
        if found is None:
            self._outage.check(self._patience)
            return empty_block(self._place.next, self.info)
        self._search, self._driver = None, found
        _check_same(self.info, found.info)
        return empty_block(self._place.next, self.info)

    def _rejoined(self, block: Block) -> Block:
        """The first block after an outage, at its place in the stream."""
        reason = "" if self._outage is None else self._outage.reason
        self._outage = None
        self.reconnects += 1
        return self._place.after_outage(block, self.info.rate, reason)


def _check_same(before: StreamInfo, now: StreamInfo) -> None:
    near = abs(now.rate / before.rate - 1) <= SAME_RATE
    for what, old, new in (
        ("rate", f"{before.rate:g} Hz", f"{before.rate if near else now.rate:g} Hz"),
        ("channels", ", ".join(before.labels), ", ".join(now.labels)),
        ("kind of numbers", before.dtype, now.dtype),
        ("scales", before.channels, now.channels),
    ):
        if old != new:
            told = "" if what == "scales" else f" ({new} instead of {old})"
            raise DriverError(
                f"the device came back with other {what}{told}; the recording ends here, start a new one"
            )
