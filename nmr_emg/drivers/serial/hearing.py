"""What is heard from a board while it is opened: which kind it is, and for a text what its columns are."""

import re
import time
from typing import Any

from nmr_emg.drivers.serial.board import Board
from nmr_emg.drivers.serial.port import Port
from nmr_emg.errors import DriverError
from nmr_emg.framing.lines.guess import guess

ENOUGH = 65536
"""Bytes of a text that show what it is."""


def variant_of(board: Board, said: str) -> dict[str, Any]:
    """The names that a board's answers decide.

    Raises:
        DriverError: it is none of the kinds that its file knows.
    """
    if not board.variants:
        return {}
    for variant in board.variants:
        if re.search(variant.match, said):
            return dict(variant.names)
    raise DriverError(f"{board.name} says {said.strip()[:80]!r}; its file knows no such variant")


def hear(port: Port, seconds: float, baud: int) -> dict[str, Any]:
    """What the columns of a text are, listened to for some seconds.

    Raises:
        DriverError: nothing comes, or no numbers.
    """
    began = now = time.monotonic()
    text = b""
    while now < began + seconds and len(text) < ENOUGH:
        text += port.read(0.05)
        now = time.monotonic()
    if not text:
        raise DriverError(
            f"nothing comes within {seconds:g} s; check that the board is on and sends by itself"
        )
    return dict(guess(text, now - began, baud).names)
