"""What any cable between a fake board and a program does."""

from typing import Protocol


class Cable(Protocol):
    """One cable. Nothing in it ever blocks, and it is used by one thread only."""

    port: str
    """What a program opens."""

    def plug(self) -> None:
        """The port is there, and nobody has it open."""
        ...

    def unplug(self) -> None:
        """The port is gone; whoever has it open is told by the system."""
        ...

    def heard(self) -> bool:
        """Whether somebody has the port open."""
        ...

    def baud(self) -> int | None:
        """The speed that somebody has set, if that can be told."""
        ...

    def filenos(self) -> list[int]:
        """What `select` may wait for."""
        ...

    def read(self) -> bytes:
        """What was written to the board; b"" if nothing."""
        ...

    def write(self, data: bytes) -> int:
        """How many of the bytes went out; 0 when nothing more fits."""
        ...

    def forget(self) -> None:
        """Bytes that nobody fetched before the port was closed are lost."""
        ...

    def close(self) -> None:
        """Let go of everything; twice is fine."""
        ...
