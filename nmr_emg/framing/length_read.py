"""The parser of `length`."""

import numpy as np

from nmr_emg.block import Array
from nmr_emg.framing.fields import decoder
from nmr_emg.framing.frames import Frames, Note, Parse
from nmr_emg.framing.held import hold
from nmr_emg.framing.packets import Packets
from nmr_emg.framing.tally import Tally
from nmr_emg.timing.counter import Integers

MOST_OTHERS = 16
MOST_TOO_MANY = 16


def reader(settings: Packets) -> Parse:
    """A parser at the beginning of a stream."""
    return _Reader(settings)


class _Reader:
    """Keeps the bytes that aren't settled yet: at most two packets and a head."""

    def __init__(self, settings: Packets) -> None:
        self._settings = settings
        self._begin = bytes.fromhex(settings.begin)
        self._unit = bytes.fromhex(settings.unit) or None
        self._heard: set[bytes] = {self._unit} if self._unit else set()
        self._due = False
        self._decode = decoder(settings.columns)
        self._hold = hold(settings.columns)
        self._payload = np.arange(settings.samples * settings.stride)
        self._longest = 0xFF + settings.uncounted
        self._tail = b""
        self._tally = Tally()

    def __call__(self, data: bytes, *, final: bool = False) -> Frames:
        """What can be told from the bytes so far."""
        buffer = self._tail + data
        taken: list[int] = []
        notes: list[Note] = []
        at = 0
        while (step := self._next(buffer, at, final=final)) is not None:
            skipped, packet = step
            rows = len(taken) * self._settings.samples
            self._due = not skipped
            if skipped:
                notes += self._tally.skip(skipped, rows)
            at += skipped
            if packet:
                notes += self._tally.close(rows)
                if self._wanted(buffer, at, rows, notes):
                    taken.append(at)
                at += packet
        self._tail = b"" if final else buffer[at:]
        frames = self._rows(buffer, taken)
        notes += self._tally.passed(len(frames[0]), final=final)
        return Frames(*frames, tuple(notes))

    def _rows(self, buffer: bytes, taken: list[int]) -> tuple[Array, Integers]:
        settings = self._settings
        stretch, places = np.frombuffer(buffer, np.uint8), np.array(taken, np.int64)
        spots = (places[:, None] + settings.data_at) + self._payload
        samples = stretch[spots].reshape(-1, settings.stride)
        values = self._decode(samples)
        if self._hold is not None:
            values = self._hold(values, samples)
        counts = stretch[places + settings.count_at].astype(np.int64)
        return values, (counts[:, None] * settings.samples + np.arange(settings.samples)).ravel()

    def _wanted(self, buffer: bytes, at: int, rows: int, notes: list[Note]) -> bool:
        """Whether a packet is of the sensor that is streamed; a new one is told of."""
        unit = buffer[at + self._settings.unit_at :][:4]
        self._unit = self._unit or unit
        if unit == self._unit:
            self._heard.add(unit)
            return True
        if unit not in self._heard and len(self._heard) <= MOST_OTHERS:
            self._heard.add(unit)
            notes += self._tally.until(rows)
            text = f"sensor {unit.hex().upper()} is heard too, and passed over"
            notes.append(Note("text", rows, {"text": text}))
        return False

    def _next(self, buffer: bytes, at: int, *, final: bool) -> tuple[int, int] | None:
        """How many bytes to skip, and how long the packet there is (0: none yet); `None` if more bytes are needed."""
        size = len(buffer)
        if not buffer.startswith(self._begin, at):
            return self._to_begin(buffer, at, final=final)
        total = self._length(buffer, at, size) if size - at >= self._settings.head else -1
        if not total:
            return 1, 0
        if total > 0 and size >= at + total + (0 if final else len(self._begin)):
            return self._settle(buffer, at, total, final=final)
        return None

    def _settle(self, buffer: bytes, at: int, total: int, *, final: bool) -> tuple[int, int] | None:
        """The same of a packet that is there whole, by what comes after it."""
        end = at + total
        if self._begin.startswith(buffer[end : end + len(self._begin)]):
            return 0, total
        inner = self._find(buffer, at + 1, end, end + len(self._begin))
        if inner >= 0:
            return inner - at, 0
        if not self._due and buffer[at + self._settings.unit_at :][:4] not in self._heard:
            return 1, 0
        reach = end + 2 * self._longest
        if len(buffer) < reach and not final:
            return None
        after = self._find(buffer, end, reach - self._settings.head, reach)
        return (after - at, 0) if self._overfull(buffer, at, end, after) else (0, total)

    def _to_begin(self, buffer: bytes, at: int, *, final: bool) -> tuple[int, int] | None:
        found = buffer.find(self._begin, at)
        if found < 0:
            held = 0 if final else len(self._begin) - 1
            while held and not buffer.endswith(self._begin[:held]):
                held -= 1
            found = max(at, len(buffer) - held)
        return (found - at, 0) if found > at else None

    def _length(self, buffer: bytes, at: int, limit: int) -> int:
        """How long the packet is that seems to begin at a place, by what stands before `limit`; 0 if it is none."""
        settings = self._settings
        limit = min(limit, len(buffer))
        kind, length = at + settings.type_at, at + settings.length_at
        if kind < limit and buffer[kind] != settings.type_base + settings.samples:
            return 0
        total = buffer[length] + settings.uncounted if length < limit else settings.shortest
        return total if total >= settings.shortest else 0

    def _find(self, buffer: bytes, first: int, stop: int, limit: int) -> int:
        """Where, from `first` on and before `stop`, a packet seems to begin; -1 if nowhere."""
        place = buffer.find(self._begin, first, limit)
        while 0 <= place < stop and not self._length(buffer, place, limit):
            place = buffer.find(self._begin, place + 1, limit)
        return place if place < stop else -1

    def _overfull(self, buffer: bytes, at: int, end: int, after: int) -> bool:
        """Whether a packet has bytes too many, by the next that is found soon after its end."""
        if after < 0 or after - end > MOST_TOO_MANY:
            return False
        settings = self._settings
        units = {buffer[place + settings.unit_at :][:4] for place in (at, after)}
        if len(units) > 1 or after + settings.count_at >= len(buffer):
            return True
        return (buffer[after + settings.count_at] - buffer[at + settings.count_at]) % 256 <= 1
