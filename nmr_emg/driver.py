"""Where blocks come from and where they go."""

from types import TracebackType
from typing import Protocol, Self

from nmr_emg.block import Block, StreamInfo


class Driver(Protocol):
    """Whatever yields blocks: a board, a simulator, a recording, or a wrapper round one of them."""

    @property
    def info(self) -> StreamInfo:
        """What it sends; known once it is open."""
        ...

    def open(self) -> None:
        """Get ready to read.

        Raises:
            DriverError: it isn't there or doesn't answer.
        """
        ...

    def read(self) -> Block | None:
        """Wait at most 20 ms, then return what is there (perhaps an empty block), or `None` at the end.

        Raises:
            DriverError: it failed.
        """
        ...

    def close(self) -> None:
        """Let go of it; closing twice is fine."""
        ...

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Wrapped(Driver):
    """A driver round another one: it opens, reads, closes and describes itself as that one does."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    @property
    def info(self) -> StreamInfo:
        """What the other driver sends; known once it is open."""
        return self._driver.info

    def open(self) -> None:
        """Open it."""
        self._driver.open()

    def read(self) -> Block | None:
        """Its next block."""
        return self._driver.read()

    def close(self) -> None:
        """Close it."""
        self._driver.close()


class Sink(Protocol):
    """Whoever listens: a recorder, the screen's ring, a summary."""

    def write(self, block: Block) -> None:
        """Take one processed block; it must not be changed."""
        ...

    def close(self) -> None:
        """No block follows; closing twice is fine."""
        ...
