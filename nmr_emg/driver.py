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

    @property
    def live(self) -> bool:
        """Whether blocks come as they are measured, so that it is worth knowing how late they are."""
        return False

    @property
    def waits(self) -> bool:
        """Whether it may be silent for long and be well, as one that waits out the gaps of a recording."""
        return False

    @property
    def dropped_blocks(self) -> int:
        """Blocks that a full queue dropped so far."""
        return 0

    @property
    def trouble(self) -> str | None:
        """What is wrong for now, in a sentence; `None` while all is well. What ends the stream is raised instead."""
        return None

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

    @property
    def live(self) -> bool:
        """Whether the other driver's blocks come as they are measured."""
        return self._driver.live

    @property
    def waits(self) -> bool:
        """Whether the other driver may be silent for long and be well."""
        return self._driver.waits

    @property
    def dropped_blocks(self) -> int:
        """Blocks that the other driver dropped."""
        return self._driver.dropped_blocks

    @property
    def trouble(self) -> str | None:
        """What is wrong with the other driver for now."""
        return self._driver.trouble

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
