"""Plays a board in real time: samples when they are due, hears and answers, carries out faults."""

import heapq
import select
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf, isinf
from queue import Empty, SimpleQueue
from time import monotonic

from nmr_emg.fake.cable import Cable
from nmr_emg.fake.delivery import CONTROL, Delivery, Piece
from nmr_emg.fake.faults import Fault
from nmr_emg.fake.firmware import Firmware, Reply
from nmr_emg.fake.sampler import Sampler
from nmr_emg.fake.uart import garbled

BUFFER = 65536
"""Bytes that wait for a program that doesn't read; what comes then is lost, as with a real port."""

IDLE = 0.01
SHORTEST = 0.001
AT_ONCE = 2000
"""Frames between two looks at what else there is to do: a board too fast to be played can still be stopped."""
AHEAD = 4096
"""Bytes that wait at most when a board plays as fast as it is read."""


@dataclass(slots=True)
class Player:
    """One board on one link, in whatever thread calls `run`."""

    firmware: Firmware
    link: Cable
    delivery: Delivery
    sampler: Sampler
    speed: float = 1.0
    tempo: float = 1.0
    strict_baud: bool = False
    heard: bytearray = field(default_factory=bytearray)
    overrun: int = 0
    opened: int = 0
    _orders: "SimpleQueue[Callable[[], None]]" = field(default_factory=SimpleQueue)
    _bell: tuple[socket.socket, socket.socket] = field(default_factory=socket.socketpair)
    _due: list[tuple[float, int, Piece]] = field(default_factory=list)
    _waiting: bytearray = field(default_factory=bytearray)
    _number: int = 0
    _frame: int = 0
    _streamed: float = 0.0
    _pace: float = 0.0
    _anchor: float = 0.0
    _since: int = 0
    _running: bool = False
    _listener: bool = False
    _awake: float = 0.0
    _replug: float = inf
    _back_on: float = -inf
    _end: bool = False

    def order(self, what: Callable[[], None]) -> None:
        """Have something done in the board's thread, at once."""
        self._orders.put(what)
        self._bell[1].send(b"!")

    def stop(self) -> None:
        """Let `run` come to its end."""
        self.order(self._finish)

    def run(self) -> None:
        """Play until stopped."""
        self._wake(monotonic(), self.firmware.power())
        try:
            while not self._end:
                now = monotonic()
                self._obey()
                self._listen(now)
                self._sample(now)
                self._write(now)
                self._sleep(monotonic())
        finally:
            self.link.close()
            for one in self._bell:
                one.close()

    def unplug(self, seconds: float = inf) -> None:
        """Take the cable out, for so many seconds. To be called in the board's thread."""
        self.link.unplug()
        self._listener = False
        self._lose()
        self._replug = monotonic() + seconds
        if not self.firmware.own_power:
            self._back_on = inf

    def replug(self) -> None:
        """Put the cable in again; a board without a battery boots."""
        self.link.plug()
        self._replug = inf
        if not self.firmware.own_power:
            self._wake(monotonic(), self.firmware.power())

    def power_cycle(self, seconds: float) -> None:
        """Switch it off, and on again after so many seconds."""
        self._back_on = monotonic() + seconds
        self._due.clear()

    def say(self, data: bytes) -> None:
        """Bytes between two frames."""
        self._post([Piece(monotonic(), data)])

    def _finish(self) -> None:
        self._end = True

    def _obey(self) -> None:
        while True:
            try:
                order = self._orders.get_nowait()
            except Empty:
                return
            order()

    def _wake(self, now: float, said: list[Reply]) -> None:
        """It boots: until then it hears nothing and sends nothing."""
        self._back_on = -inf
        self._awake = now + self.firmware.boot
        self._running = False
        self._due.clear()
        for reply in said:
            self._post(self.delivery.deliver(reply.data, self._awake + reply.after))

    def _listen(self, now: float) -> None:
        if now >= self._replug:
            self.replug()
        if -inf < self._back_on <= now:
            self._wake(now, self.firmware.power())
        listener = self.link.heard()
        if listener != self._listener:
            self._listener = listener
            self._lose()
            if not listener:
                self.link.forget()
            else:
                self.opened += 1
                if self.firmware.resets_on_open:
                    self._wake(now, self.firmware.power())
        data = self.link.read() if listener else b""
        if data and self._speeds() != 1:
            data = garbled(data, 1 / self._speeds())
        self.heard += data
        if now >= self._awake and self._back_on == -inf:
            for reply in self.firmware.hear(data, now):
                self._post(self.delivery.deliver(reply.data, now + reply.after))

    def _speeds(self) -> float:
        """How much faster the port was opened than the board speaks."""
        baud = self.link.baud() if self.strict_baud else None
        return (baud or self.firmware.baud) / self.firmware.baud

    def _sample(self, now: float) -> None:
        on = self.firmware.streaming and now >= self._awake and self._back_on == -inf
        if on and not self._running:
            self._anchor, self._since = max(now, self._awake), 0
            self._pace = self._period
            self.sampler.skip_half()
        self._running = on
        if self._pace != self._period:  # it was told another rate
            self._anchor, self._since = self._anchor + self._since * self._pace, 0
            self._pace = self._period
        for _ in range(AT_ONCE):
            if not (self._running and self._room(now)):
                return
            self._since += 1
            self._tick(self._anchor + self._since * self._period)

    def _room(self, now: float) -> bool:
        if isinf(self.speed):
            return self._listener and len(self._waiting) + sum(len(p.data) for _, _, p in self._due) < AHEAD
        return self._anchor + (self._since + 1) * self._period <= now

    @property
    def _period(self) -> float:
        board = self.firmware
        frames = board.rate * board.frames_per_row / board.rows_per_frame
        return 0.0 if isinf(self.speed) else 1 / (frames * self.tempo * self.speed)

    def _tick(self, time: float) -> None:
        """One frame."""
        begun = self._begun()
        for fault in begun:
            if fault.kind in CONTROL:
                self._cut(fault)
        if self._back_on != -inf:
            self._running = False
            return
        pieces, state = self.delivery.carry(self.sampler.take(), time, begun)
        plugged = self.link.filenos()
        self.sampler.settle(
            "unheard" if plugged and not self._listener else state if plugged else "withheld", time
        )
        if self._listener:
            self._post(pieces)

    def _begun(self) -> list[Fault]:
        """Faults that begin; their frames and seconds count from when somebody first listens."""
        if not self.opened:
            return []
        begun = self.delivery.begun(self._frame, self._streamed)
        board = self.firmware
        self._frame += 1
        self._streamed += board.rows_per_frame / (board.rate * board.frames_per_row)
        return begun

    def _cut(self, fault: Fault) -> None:
        if fault.kind == "unplug":
            self.unplug(fault.amount)
        else:
            self.power_cycle(fault.amount)

    def _post(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            self._number += 1
            heapq.heappush(self._due, (piece.time, self._number, piece))

    def _lose(self) -> None:
        self._due.clear()
        self._waiting.clear()

    def _write(self, now: float) -> None:
        speeds = self._speeds() if self._due else 1.0
        while self._due and self._due[0][0] <= now:
            piece = heapq.heappop(self._due)[2]
            self._waiting += piece.data if speeds == 1 else garbled(piece.data, speeds)
            if piece.alone:
                break
        if not self._listener:
            self._waiting.clear()
        if self._waiting:
            del self._waiting[: self.link.write(bytes(self._waiting))]
        excess = len(self._waiting) - BUFFER
        if excess > 0:
            self.overrun += excess
            del self._waiting[:excess]

    def _sleep(self, now: float) -> None:
        """Until the next thing is due, somebody speaks or an order comes."""
        ends = self.link.filenos() if self._listener else []
        full = bool(self._waiting)
        bell = self._bell[0]
        readable, _, _ = select.select(
            [bell.fileno(), *ends], ends if full else [], [], self._pause(now, full=full)
        )
        if bell.fileno() in readable:
            bell.recv(4096)

    def _pause(self, now: float, *, full: bool) -> float:
        if isinf(self.speed) and self._running and self._listener:
            return IDLE if full else 0.0
        until = self._due[0][0] if self._due else inf
        if self._running:
            until = min(until, self._anchor + (self._since + 1) * self._period)
        alone = bool(self._due) and self._due[0][2].alone
        return min(max(until - now, 0.0 if alone else SHORTEST), IDLE)
