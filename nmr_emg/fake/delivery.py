"""What becomes of a board's frames on their way: damage to bytes, and when they arrive. No clock is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, inf
from random import Random
from typing import NamedTuple

from nmr_emg.fake.faults import Fault
from nmr_emg.fake.truth import State
from nmr_emg.fake.uart import garbled

DONGLE = "Failure: Board RFduino buffer overflowed. Soft reset command sent to Board.$$$"
"""What the text fault says unless told otherwise: a Cyton's dongle does so in the middle of its stream."""

CONTROL = ("unplug", "power_cycle")
LASTING = ("stall", "mute", "dribble", "garble", "late")


class Piece(NamedTuple):
    """Bytes that arrive together; `alone`: apart from all others."""

    time: float
    data: bytes
    alone: bool = False


@dataclass(slots=True)
class Delivery:
    """Carries frames, and does to them what the faults say. Times are seconds of any one clock.

    Args:
        faults: what goes wrong.
        rng: draws chances, places and garbage.
        period: seconds between two frames.
    """

    faults: Sequence[Fault]
    rng: Random
    period: float
    _before: float = -1.0
    _dropping: int = 0
    _until: dict[str, float] = field(default_factory=lambda: dict.fromkeys(LASTING, -inf))
    _window: float = 0.0

    def begun(self, frame: int, second: float) -> list[Fault]:
        """Faults that begin at a frame; those that cut the cable or the power are for the caller to carry out."""
        if not self.faults:
            return []
        draw = self.rng.random
        begun = [
            fault
            for fault in self.faults
            if fault.kind != "drift"
            and fault.starts(frame, second, self._before, draw() if fault.chance else 1.0)
        ]
        self._before = second
        return begun

    def start(self, fault: Fault, time: float) -> None:
        """A fault that lasts begins."""
        if fault.kind == "late":
            self._until["late"], self._window = inf, fault.amount
        elif fault.kind in LASTING:
            self._until[fault.kind] = max(self._until[fault.kind], time + fault.amount)
        elif fault.kind == "drop":
            self._dropping += max(1, int(fault.amount))

    def carry(self, data: bytes, time: float, begun: Sequence[Fault] = ()) -> tuple[list[Piece], State]:
        """One frame: the pieces that arrive, and what became of it."""
        for fault in begun:
            self.start(fault, time)
        ahead = b"".join(self._ahead(fault) for fault in begun)
        state: State = "sent"
        if self._dropping > 0 or time < self._until["mute"]:
            self._dropping -= self._dropping > 0
            data, state = b"", "withheld"
        for fault in begun:
            if data and fault.kind in _DAMAGE:
                data, state = _DAMAGE[fault.kind](data, int(fault.amount), self.rng), "damaged"
            elif data and fault.kind == "duplicate":
                data *= 1 + max(1, int(fault.amount))
        if data and time < self._until["garble"]:
            data, state = garbled(data), "damaged"
        return self.deliver(ahead + data, time), state

    def deliver(self, data: bytes, time: float) -> list[Piece]:
        """When bytes handed over at a time arrive, and in which pieces."""
        if not data:
            return []
        time = max(time, self._until["stall"])
        if self._window:
            time = ceil(time / self._window) * self._window
        if time < self._until["dribble"]:
            step = self.period / len(data)
            return [Piece(time + n * step, data[n : n + 1], alone=True) for n in range(len(data))]
        return [Piece(time, data)]

    def _ahead(self, fault: Fault) -> bytes:
        if fault.kind == "burst":
            return self.rng.randbytes(int(fault.amount))
        return (fault.text or DONGLE).encode() if fault.kind == "text" else b""


def _drop_bytes(data: bytes, amount: int, rng: Random) -> bytes:
    amount = min(max(1, amount), len(data))
    at = rng.randrange(len(data) - amount + 1)
    return data[:at] + data[at + amount :]


def _insert(data: bytes, amount: int, rng: Random) -> bytes:
    at = rng.randrange(1, max(2, len(data)))
    return data[:at] + rng.randbytes(max(1, amount)) + data[at:]


def _truncate(data: bytes, amount: int, rng: Random) -> bytes:
    return data[: max(0, len(data) - amount)] if amount else data[: rng.randrange(len(data))]


def _flip(data: bytes, amount: int, rng: Random) -> bytes:
    flipped = bytearray(data)
    for bit in rng.sample(range(8 * len(data)), min(max(1, amount), 8 * len(data))):
        flipped[bit // 8] ^= 1 << bit % 8
    return bytes(flipped)


_DAMAGE = {"drop_bytes": _drop_bytes, "insert": _insert, "truncate": _truncate, "flip": _flip}
