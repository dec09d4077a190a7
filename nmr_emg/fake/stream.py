"""A board's bytes as a pure function: for tests of whatever reads them, without a port, a clock or a thread."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from nmr_emg.fake.boards import board
from nmr_emg.fake.delivery import CONTROL, Delivery, Piece
from nmr_emg.fake.faults import Fault, faults_of
from nmr_emg.fake.firmware import Firmware
from nmr_emg.fake.sampler import Sampler
from nmr_emg.fake.signal import Signal, signal_of
from nmr_emg.fake.truth import Truth


def stream(
    name: str | Firmware,
    frames: int,
    faults: Iterable[Fault | str] = (),
    seed: int = 0,
    signal: Signal | str = "counting",
    **options: Any,
) -> tuple[bytes, Truth]:
    """So many frames of a board that streams, and what it truly sampled.

    >>> data, truth = stream("cyton", 3, ["drop@1"])
    >>> len(data), truth.values().tolist()[1][:2], truth.indices("withheld").tolist()
    (66, [2, 1002], [1])
    """
    pieces, truth = arrivals(name, frames, faults, seed, signal, **options)
    return b"".join(piece.data for piece in pieces), truth


def arrivals(
    name: str | Firmware,
    frames: int,
    faults: Iterable[Fault | str] = (),
    seed: int = 0,
    signal: Signal | str = "counting",
    **options: Any,
) -> tuple[list[Piece], Truth]:
    """The same, as pieces with the seconds at which they arrive.

    A board that was unplugged or off comes back streaming, after the fault's seconds (1 where that is for good).

    Raises:
        ConfigError: no such board, option, fault or signal.
    """
    firmware = board(name, options) if isinstance(name, str) else name
    wanted = faults_of(faults)
    period = 1 / (firmware.rate * firmware.frames_per_row / firmware.rows_per_frame)
    tick = period / tempo(wanted)
    delivery = Delivery(wanted, Random(seed), period)  # noqa: S311  # faults are no secret
    truth = Truth()
    sampler = Sampler(firmware, signal_of(signal, firmware, seed), truth)
    pieces: list[Piece] = []
    pause = 0.0
    for frame in range(frames):
        time = frame * tick + pause
        begun = delivery.begun(frame, time)
        for fault in begun:
            if fault.kind in CONTROL:
                pause += _away(delivery, firmware, fault, time)
        time = frame * tick + pause
        data = sampler.take()
        carried, state = delivery.carry(data, time, begun)
        sampler.settle(state, time)
        pieces += carried
    return pieces, truth


def tempo(faults: Iterable[Fault]) -> float:
    """How fast the board's clock runs."""
    return 1 + 1e-6 * sum(fault.amount for fault in faults if fault.kind == "drift")


def _away(delivery: Delivery, firmware: Firmware, fault: Fault, time: float) -> float:
    """A board without power samples nothing; how long, in seconds. One with a battery is only not heard."""
    seconds = fault.amount if fault.amount < 1e9 else 1.0
    if fault.kind == "unplug" and firmware.own_power:
        delivery.start(replace(fault, kind="mute", amount=seconds), time)
        return 0.0
    firmware.power()
    return seconds
