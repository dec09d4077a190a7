"""What the framings of bytes keep, make up and cost.

    python benchmarks/framing.py [--quick]

Prints, for a million frames without damage and several read sizes, frames lost and made up; for damaged streams (bytes
dropped and inserted, bits flipped, frames cut short, bursts of noise; 20 seeds), the share of intact frames kept, the
misaligned ones per 1,000 damaged, and the intact frames missed right after a damaged one; then MB/s in 4 KB pieces,
µs for one frame, and MB/s of noise. Misaligned is a row that is neither a frame as it was sent nor a damaged one read
at its own place.
"""

import base64
import json
import struct
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from nmr_emg.block import Array
from nmr_emg.framing.checks import Check, Counter
from nmr_emg.framing.fields import decoder
from nmr_emg.framing.fixed import Fixed
from nmr_emg.framing.frames import Framing, Wire
from nmr_emg.framing.jsonline import JsonLine
from nmr_emg.framing.length import LengthPrefixed
from nmr_emg.framing.msb7 import Msb7
from nmr_emg.framing.nibble import NibbleCrc, crc4

Make = Callable[[int, np.random.Generator], bytes]
PIECE = 4096


def wires(first: int, count: int, kind: str, width: int) -> tuple[Wire, ...]:
    """Columns one after another."""
    return tuple(Wire(first + width * i, kind) for i in range(count))


def fixed(length: int, head: bytes, tail: Check | None, counter: int, columns: tuple[Wire, ...]) -> Fixed:
    """A framing with known first bytes and perhaps a known last one."""
    checks = tuple(Check(i, byte) for i, byte in enumerate(head))
    return Fixed(length, columns, (*checks, tail) if tail else checks, Counter(counter))


def ten_bits(framing: Fixed) -> Fixed:
    """The same with values of ten bits in two bytes, and four switches at the end."""
    unset = tuple(Check(wire.at, 0, mask=0xFC) for wire in framing.columns)
    return replace(framing, checks=(*framing.checks, *unset, Check(framing.length - 1, 0, mask=0xF0)))


FIXED = {
    "Cyton": fixed(33, b"\xa0", Check(32, low=0xC0, high=0xC6), 1, wires(2, 8, "i24be", 3)),
    "Knight": fixed(21, b"\xa0", Check(20, 0xC0), 1, wires(2, 8, "i16be", 2)),
    "FreeEEG32": fixed(106, b"\xa0", Check(105, 0xC0), 1, wires(2, 32, "i24be", 3)),
    "Chords": fixed(16, b"\xc7\x7c", Check(15, 0x01), 2, wires(3, 6, "u16be", 2)),
    "Olimex": ten_bits(fixed(17, b"\xa5\x5a\x02", None, 3, wires(4, 6, "u16be", 2))),
}


def frames_of(framing: Fixed, count: int, rng: np.random.Generator) -> Array:
    """Frames with random payload."""
    frames = rng.integers(0, 256, (count, framing.length), dtype=np.uint8)
    for check in framing.checks:
        frames[:, check.at] = frames[:, check.at] & (0xFF ^ check.mask) | check.lowest
    if framing.counter is not None:
        frames[:, framing.counter.at] = np.arange(count) % 256
    return frames


def wound(frame: bytes, rng: np.random.Generator) -> bytes:
    """A frame damaged in one of five ways."""
    at = int(rng.integers(len(frame)))
    size = int(rng.integers(1, len(frame) - at + 1))
    noise = rng.integers(0, 256, len(frame), dtype=np.uint8).tobytes()
    return (
        frame[:at] + frame[at + 1 :],
        frame[: max(1, at)] + noise[: int(rng.integers(1, 4))] + frame[max(1, at) :],
        frame[:at] + bytes([frame[at] ^ 1 << int(rng.integers(8))]) + frame[at + 1 :],
        frame[: max(1, at)],
        frame[:at] + noise[:size] + frame[at + size :],
    )[int(rng.integers(5))]


def clean(count: int) -> None:
    """Frames lost and made up without damage."""
    framing = FIXED["Cyton"]
    frames = frames_of(framing, count, np.random.default_rng(1))
    expected, stream = decoder(framing.columns)(frames), frames.tobytes()
    random = np.random.default_rng(2)
    for size in (1, 2, 7, 33, 64, 4096, 0):
        part = len(stream) // 330 * 33 if size in {1, 2} else len(stream)
        parse, lost, made, at, row = framing.start(), 0, 0, 0, 0
        began = time.perf_counter()
        while at < part:
            step = size or int(random.integers(1, 2000))
            read = parse(stream[at : min(at + step, part)]).values
            made += int((read != expected[row : row + len(read)]).any(1).sum())
            at, row = at + step, row + len(read)
        lost = part // 33 - row
        seconds = time.perf_counter() - began
        name = f"{size or 'random'}"
        print(f"  reads of {name:>6}: {part // 33} frames, {lost} lost, {made} wrong, {seconds:.1f} s")


def damaged(framing: Fixed, share: float, seeds: int, count: int) -> str:
    """What is kept of a damaged stream and what is made up."""
    decode = decoder(framing.columns)
    whole = kept = broken = false = late = 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        frames = frames_of(framing, count, rng)
        hit = rng.random(count) < share
        pieces = [
            wound(one.tobytes(), rng) if bad else one.tobytes() for one, bad in zip(frames, hit, strict=True)
        ]
        values = [row.tobytes() for row in decode(frames)]
        placed = np.frombuffer(b"".join(p for p in pieces if len(p) == framing.length), np.uint8)
        good = {values[i] for i in np.flatnonzero(~hit)}
        allowed = set(values) | {row.tobytes() for row in decode(placed.reshape(-1, framing.length))}
        read = [row.tobytes() for row in framing.start()(b"".join(pieces), final=True).values]
        seen = set(read)
        whole, broken = whole + int((~hit).sum()), broken + int(hit.sum())
        kept += sum(one in good for one in read)
        false += sum(one not in allowed for one in read)
        late += sum(values[i] not in seen for i in range(1, count) if hit[i - 1] and not hit[i])
    return (
        f"recall {kept / whole:.6f} ({whole - kept} of {whole} missed, {late} of them right after damage), "
        f"{1000 * false / broken:.2f} misaligned per 1,000 damaged"
    )


def bitalino(i: int, rng: np.random.Generator) -> bytes:
    """A frame of a BITalino."""
    frame = bytearray(rng.integers(0, 256, 8, dtype=np.uint8).tobytes())
    frame[-1] = i % 16 << 4
    frame[-1] |= crc4(bytes(frame))
    return bytes(frame)


def spikerbox(_: int, rng: np.random.Generator) -> bytes:
    """A frame of a SpikerBox with two channels."""
    high, *rest = (int(byte) & 0x7F for byte in rng.integers(0, 256, 4))
    return bytes([high | 0x80, *rest])


def umyo(i: int, rng: np.random.Generator) -> bytes:
    """A packet of a uMyo."""
    body = (
        struct.pack(">IBB3sB", 7, 88, 0, b"abc", i % 256) + rng.integers(0, 127, 50, dtype=np.uint8).tobytes()
    )
    return b"\x4f\xd5\x40" + bytes([i % 256, 62]) + body


def hackeeg(i: int, rng: np.random.Generator) -> bytes:
    """A line of a HackEEG."""
    sample = struct.pack("<II3s", i, i, b"\xc0\0\0") + rng.integers(0, 256, 24, dtype=np.uint8).tobytes()
    return json.dumps({"C": 200, "D": base64.b64encode(sample).decode()}).encode() + b"\r\n"


def others() -> Iterator[tuple[str, Framing, Make]]:
    """Framings that aren't fixed."""
    yield "BITalino", NibbleCrc(8, (Wire(bits=((6, 15, 6), (5, 0xFC, -2))),)), bitalino
    yield "SpikerBox", Msb7((Wire(0), Wire(2))), spikerbox
    yield "uMyo", LengthPrefixed((Wire(0, "i16be"),)), umyo
    yield "HackEEG", JsonLine(wires(11, 8, "i24be", 3), "D", 35, Counter(4, "u32le")), hackeeg


def pace(framing: Framing, stream: bytes, size: int) -> float:
    """Median time of one call (s), over pieces of a size."""
    parse = framing.start()
    times = []
    for at in range(0, len(stream), size):
        piece = stream[at : at + size]
        began = time.perf_counter()
        parse(piece)
        times.append(time.perf_counter() - began)
    return float(np.median(times))


def costs(scale: int) -> None:
    """MB/s in 4 KB pieces, µs for one frame, and MB/s of noise."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, scale * 100_000, dtype=np.uint8).tobytes()
    streams: list[tuple[str, Framing, bytes, int]] = []
    for name, one in FIXED.items():
        streams.append((name, one, frames_of(one, scale * 2000, rng).tobytes(), one.length))
    for name, framing, make in others():
        parts = [make(i, rng) for i in range(scale * 2000)]
        streams.append((name, framing, b"".join(parts), len(parts[0])))
    for name, framing, stream, length in streams:
        fast = PIECE / pace(framing, stream, PIECE) / 1e6
        single = 1e6 * pace(framing, stream[: 2000 * length], length)
        dark = PIECE / pace(framing, noise, PIECE) / 1e6
        print(f"  {name:10} {fast:7.0f} MB/s   {single:5.1f} µs a frame   noise {dark:6.0f} MB/s")


def main() -> None:
    """Print it all."""
    quick = "--quick" in sys.argv
    print("Without damage, Cyton (reads of 1 and 2 bytes: a tenth of it):")
    clean(20_000 if quick else 1_000_000)
    for share in (0.01, 0.1):
        print(f"{share:.0%} of frames damaged:")
        for name, framing in FIXED.items():
            found = damaged(framing, share, 2 if quick else 20, 2000 if quick else 20_000)
            print(f"  {name:10} {found}")
    print("Cost (median):")
    costs(1 if quick else 20)


if __name__ == "__main__":
    main()
