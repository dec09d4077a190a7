"""The parser of `jsonline`."""

import json
from binascii import Error, a2b_base64

import numpy as np

from nmr_emg.framing.checks import Counter, id_cycle
from nmr_emg.framing.fields import decoder
from nmr_emg.framing.frames import Columns, Frames, Note, Parse
from nmr_emg.framing.held import hold
from nmr_emg.framing.tally import Tally

LONGEST_LINE = 8192
LONGEST_TEXT = 200


def reader(key: str, length: int, columns: Columns, counter: Counter | None) -> Parse:
    """A parser at the beginning of a stream.

    Args:
        key: the object's key under which the sample stands.
        length: bytes of a sample once decoded.
        columns: how each column lies in it.
        counter: goes up from sample to sample.
    """
    decode, stand = decoder(columns), hold(columns)
    numbers = counter.start() if counter else None
    cycle = counter.cycle if counter else 1
    whole = id_cycle(cycle)
    lines = _Lines()
    tally = Tally()

    def parse(data: bytes, *, final: bool = False) -> Frames:
        samples: list[bytes] = []
        notes: list[Note] = []
        for line, cut in lines.take(data, final=final):
            ahead, read = (0, None) if cut else _rescued(line, key, length)
            notes += tally.skip(ahead, len(samples))
            if isinstance(read, bytes):
                notes += tally.close(len(samples))
                samples.append(read)
            elif read is None:
                notes += tally.skip(len(line), len(samples))
            elif read:
                notes += tally.close(len(samples)) + tally.until(len(samples))
                notes.append(Note("text", len(samples), {"text": read}))
        notes += tally.passed(len(samples), final=final)
        frames = np.frombuffer(b"".join(samples), np.uint8).reshape(-1, length)
        values = decode(frames) if stand is None else stand(decode(frames), frames)
        ids = numbers(frames) if numbers else None
        return Frames(values, ids % whole if ids is not None and whole < cycle else ids, tuple(notes))

    return parse


class _Lines:
    """Cuts bytes into lines; what is longer than `LONGEST_LINE` comes in pieces that are marked as cut."""

    def __init__(self) -> None:
        self._tail = b""
        self._cut = False

    def take(self, data: bytes, *, final: bool) -> list[tuple[bytes, bool]]:
        *whole, tail = (self._tail + data).split(b"\n")
        found = []
        for line in whole:
            found += self._pieces(line)
            found.append(
                (line[len(line) // LONGEST_LINE * LONGEST_LINE :], self._cut or len(line) >= LONGEST_LINE)
            )
            self._cut = False
        pieces = self._pieces(tail)
        self._cut |= bool(pieces)
        self._tail = b"" if final else tail[len(pieces) * LONGEST_LINE :]
        return found + pieces

    def _pieces(self, line: bytes) -> list[tuple[bytes, bool]]:
        count = len(line) // LONGEST_LINE
        return [(line[k * LONGEST_LINE : (k + 1) * LONGEST_LINE], True) for k in range(count)]


def _rescued(line: bytes, key: str, length: int) -> tuple[int, bytes | str | None]:
    """A line without what a broken line before it left in front, and how much that was."""
    read = _sample(line, key, length)
    last = line.rfind(b"{")
    if read is None and last > 0 and isinstance(sample := _sample(line[last:], key, length), bytes):
        return last, sample
    return 0, read


def _sample(line: bytes, key: str, length: int) -> bytes | str | None:
    """The sample of a line, what it says instead, or `None` if it is damaged."""
    if not line.strip(b"\r\0 "):
        return ""
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    if key not in read:
        return line.decode("utf-8", "replace").strip()[:LONGEST_TEXT]
    try:
        sample = a2b_base64(read[key], strict_mode=True)
    except (Error, TypeError, ValueError):
        return None
    return sample if len(sample) == length else None
