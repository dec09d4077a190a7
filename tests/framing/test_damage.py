"""Frames of boards with damage in between: what is kept, what is made up, and how soon it is in step again.

Payloads are random, so a frame is known by its values. A row that is neither an intact frame nor a damaged one read at
its own place is misaligned.
"""

from dataclasses import replace

import numpy as np
import pytest

from nmr_emg.framing.checks import Check, Counter
from nmr_emg.framing.fixed import Fixed
from nmr_emg.framing.frames import Wire


def framing_of(length, head, tail, counter, first, columns):
    checks = [Check(i, byte) for i, byte in enumerate(head)]
    checks += [] if tail is None else [tail]
    return Fixed(
        length, tuple(Wire(first + 2 * i, "i16be") for i in range(columns)), tuple(checks), Counter(counter)
    )


def ten_bits(framing):
    """Values of ten bits in two bytes, and four switches at the end: the upper bits are never set."""
    unset = tuple(Check(wire.at, 0, mask=0xFC) for wire in framing.columns)
    return replace(framing, checks=(*framing.checks, *unset, Check(framing.length - 1, 0, mask=0xF0)))


BOARDS = {
    "cyton": framing_of(33, b"\xa0", Check(32, low=0xC0, high=0xC6), 1, 2, 15),
    "knight": framing_of(21, b"\xa0", Check(20, 0xC0), 1, 2, 9),
    "chords": framing_of(16, b"\xc7\x7c", Check(15, 0x01), 2, 3, 6),
    "olimex": ten_bits(framing_of(17, b"\xa5\x5a\x02", None, 3, 4, 6)),
}


def frames_of(framing, count, rng):
    frames = rng.integers(0, 256, (count, framing.length), dtype=np.uint8)
    for check in framing.checks:
        frames[:, check.at] = frames[:, check.at] & (0xFF ^ check.mask) | check.lowest
    frames[:, framing.counter.at] = np.arange(count) % 256
    return frames


def noise(rng, count):
    return rng.integers(0, 256, count, dtype=np.uint8).tobytes()


def drop(frame, rng):
    at = rng.integers(len(frame))
    return frame[:at] + frame[at + 1 :]


def insert(frame, rng):
    at = rng.integers(1, len(frame))
    return frame[:at] + noise(rng, rng.integers(1, 4)) + frame[at:]


def flip(frame, rng):
    at = rng.integers(len(frame))
    return frame[:at] + bytes([frame[at] ^ 1 << rng.integers(8)]) + frame[at + 1 :]


def truncate(frame, rng):
    return frame[: rng.integers(1, len(frame))]


def burst(frame, rng):
    at = rng.integers(len(frame))
    size = rng.integers(1, len(frame) - at + 1)
    return frame[:at] + noise(rng, size) + frame[at + size :]


WOUNDS = (drop, insert, flip, truncate, burst)


def wounded(frames, share, rng):
    """The stream, which frames are intact, and the pieces."""
    hit = rng.random(len(frames)) < share
    pieces = [
        WOUNDS[rng.integers(len(WOUNDS))](frame.tobytes(), rng) if broken else frame.tobytes()
        for frame, broken in zip(frames, hit, strict=True)
    ]
    return b"".join(pieces), ~hit, pieces


def payloads(framing, frames):
    """The bytes that the columns cover, as signed numbers of two bytes."""
    first = framing.columns[0].at
    return (
        np.ascontiguousarray(frames[:, first : first + 2 * len(framing.columns)]).view(">i2").astype(np.int32)
    )


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize(("share", "recall"), [(0.01, 0.9999), (0.1, 0.999)])
def test_intact_frames_are_kept_and_none_is_made_up(board, share, recall):
    framing = BOARDS[board]
    intact = kept = damaged = false = 0
    for seed in range(8):
        rng = np.random.default_rng(seed)
        frames = frames_of(framing, 4000, rng)
        stream, whole, pieces = wounded(frames, share, rng)
        values = payloads(framing, frames)
        good = {row.tobytes() for row in values[whole]}
        placed = [np.frombuffer(one, np.uint8) for one in pieces if len(one) == framing.length]
        placed = {row.tobytes() for row in payloads(framing, np.array(placed))}
        read = [row.tobytes() for row in framing.start()(stream, final=True).values]
        intact += whole.sum()
        damaged += (~whole).sum()
        kept += sum(row in good for row in read)
        # A damaged frame whose values are right all the same was not read in the wrong place.
        right = {row.tobytes() for row in values}
        false += sum(row not in right and row not in placed for row in read)
    assert kept >= recall * intact
    assert false <= damaged / 1000 + 1


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("wound", WOUNDS)
def test_back_in_step_within_two_frames(board, wound):
    framing = BOARDS[board]
    rng = np.random.default_rng(5)
    missed = 0
    for _ in range(40):
        frames = frames_of(framing, 12, rng)
        pieces = [frame.tobytes() for frame in frames]
        pieces[6] = wound(pieces[6], rng)
        read = framing.start()(b"".join(pieces), final=True).values.tolist()
        values = payloads(framing, frames).tolist()
        assert read[:6] == values[:6]
        assert read[-4:] == values[-4:]
        missed += values[7] not in read
    assert missed == 0


def test_a_million_frames_without_damage():
    framing = BOARDS["cyton"]
    frames = frames_of(framing, 100_000, np.random.default_rng(1))
    expected = payloads(framing, frames)
    stream = frames.tobytes()
    parse, rows = framing.start(), 0
    sizes = np.random.default_rng(2).integers(1, 60_000, 1000)
    for _ in range(10):  # the counter runs on: 100,000 frames end a cycle short, so each turn loses some
        at = 0
        for size in sizes:
            read = parse(stream[at : at + size])
            at += size
            assert np.array_equal(read.values, expected[rows % 100_000 :][: len(read.values)])
            assert not read.notes
            rows += len(read.values)
            if at >= len(stream):
                break
    assert rows >= 999_990
    assert rows + len(parse(b"", final=True).values) == 1_000_000


@pytest.mark.parametrize("size", [1, 2, 7, 33, 64, 4096])
def test_read_sizes(size):
    framing = BOARDS["cyton"]
    count = 3000 if size < 33 else 20_000
    frames = frames_of(framing, count, np.random.default_rng(size))
    stream = frames.tobytes()
    parse = framing.start()
    read = [parse(stream[at : at + size]) for at in range(0, len(stream), size)]
    read.append(parse(b"", final=True))
    assert np.array_equal(np.concatenate([one.values for one in read]), payloads(framing, frames))
    assert not any(one.notes for one in read)
