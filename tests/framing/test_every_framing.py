"""What every framing of bytes promises, whatever comes."""

import base64
import struct
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg.framing.checks import Check, Counter
from nmr_emg.framing.checksums import Checksum
from nmr_emg.framing.fixed import Fixed
from nmr_emg.framing.frames import Condition, Wire
from nmr_emg.framing.jsonline import JsonLine
from nmr_emg.framing.length import LengthPrefixed
from nmr_emg.framing.msb7 import Escape, Msb7
from nmr_emg.framing.nibble import NibbleCrc

EXG = tuple(Wire(2 + 3 * i, "i24be") for i in range(8))
HALVES = tuple(Wire(2 + 3 * i, "i24be", half=half) for half in ("odd", "even") for i in range(8))
ACCEL = tuple(Wire(26 + 2 * i, "i16be", hold=True, when=Condition(32, 0xC0)) for i in range(3))
CYTON = (Check(0, 0xA0), Check(32, low=0xC0, high=0xC6))
TEXT = r"Failure:.*?\$\$\$"
CRC = (0, 3, 6, 5, 12, 15, 10, 9, 11, 8, 13, 14, 7, 4, 1, 2)


def bitalino(i, noise):
    frame = bytearray(noise(7) + bytes([i % 16 << 4]))
    crc = 0
    for byte in frame:
        for nibble in (byte >> 4, byte & 15):
            crc = CRC[crc] ^ nibble
    frame[-1] |= crc
    return bytes(frame)


def spikerbox(i, noise):
    high, low, high2, low2 = (byte & 0x7F for byte in noise(4))
    return bytes([0x80 | high, low, high2, low2])


def umyo(i, noise):
    head = b"\x4f\xd5" + noise(2) + bytes([62, 0, 0, 0, i % 2, 88, 0])
    return head + noise(3) + bytes([i // 2 % 256]) + noise(50)


def hackeeg(i, noise):
    sample = struct.pack("<II", 1000 * i % 2**32, i) + b"\xc0\0\0" + noise(24)
    return b'{"C":200,"D":"' + base64.b64encode(sample) + b'"}\r\n'


BOARDS = {
    "cyton": (
        Fixed(33, EXG + ACCEL, CYTON, Counter(1), text=TEXT),
        lambda i, noise: bytes([0xA0, i % 256]) + noise(30) + b"\xc0",
    ),
    "daisy": (
        Fixed(33, HALVES + ACCEL, CYTON, Counter(1), paired=True, text=TEXT),
        lambda i, noise: bytes([0xA0, i % 256]) + noise(30) + b"\xc0",
    ),
    "olimex": (
        Fixed(
            17,
            tuple(Wire(4 + 2 * i, "u16be") for i in range(6)),
            tuple(Check(i, byte) for i, byte in enumerate(b"\xa5\x5a\x02")),
            Counter(3),
        ),
        lambda i, noise: b"\xa5\x5a\x02" + bytes([i % 256]) + noise(13),
    ),
    "uncounted": (
        Fixed(8, (Wire(2, "u16le"),), (Check(0, 0xAA), Check(1, 0x55)), samples=3, stride=2, text="ab+c"),
        lambda i, noise: b"\xaa\x55" + noise(6),
    ),
    "one known byte": (
        Fixed(4, (Wire(2, "u16le"),), (Check(0, 0),), Counter(1)),
        lambda i, noise: bytes([0, i % 256]) + noise(2),
    ),
    "summed": (
        Fixed(7, (Wire(2, "f32le"),), (Check(0, 0xAA),), checksum=Checksum("sum8", 6, 0, 6)),
        lambda i, noise: (frame := b"\xaa" + noise(5)) + bytes([sum(frame) % 256]),
    ),
    "bitalino": (NibbleCrc(8, (Wire(bits=((6, 15, 6), (5, 0xFC, -2))),)), bitalino),
    "spikerbox": (
        Msb7((Wire(0), Wire(2)), 4, Escape("FF FF 01 01 80 FF", "FF FF 01 01 81 FF")),
        spikerbox,
    ),
    "umyo": (LengthPrefixed((Wire(0, "i16be"),)), umyo),
    "hackeeg": (
        JsonLine(tuple(Wire(11 + 3 * i, "i24be") for i in range(8)), "D", 35, Counter(4, "u32le")),
        hackeeg,
    ),
}


def noise_of(rng):
    return lambda count: rng.integers(0, 256, count, dtype=np.uint8).tobytes()


def wounded(make, count, share, rng):
    noise = noise_of(rng)
    stream = b""
    for i in range(count):
        frame = make(i, noise)
        if rng.random() < share:
            at = int(rng.integers(len(frame)))
            frame = (
                frame[:at] + frame[at + 1 :],
                frame[:at] + noise(2) + frame[at:],
                frame[:at] + bytes([frame[at] ^ 4]) + frame[at + 1 :],
                frame[:at],
                frame[at:],
                frame + noise(int(rng.integers(1, 1500))),
                frame + bytes(int(rng.integers(1, 1500))),
                frame + b"Failure: overflow$$$",
                frame + b"abbc",
                frame + bytes.fromhex("FFFF010180FF") + b"EVNT:3;" + bytes.fromhex("FFFF010181FF"),
                frame + frame,
                b"",
            )[rng.integers(12)]
        stream += frame
    return stream


@pytest.mark.parametrize("board", BOARDS)
def test_clean_streams_are_read_whole(board, read_in_pieces):
    framing, make = BOARDS[board]
    rng = np.random.default_rng(4)
    stream = b"".join(make(i, noise_of(rng)) for i in range(600))
    values, _, notes = read_in_pieces(framing, stream, 61)
    rows = {"daisy": 300, "uncounted": 1800, "umyo": 300 * 8}.get(board, 600)
    assert len(values) == rows
    assert [note for note in notes if note[0] != "text"] == []


@pytest.mark.parametrize("board", BOARDS)
@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.03, 0.3]),
    st.lists(st.integers(1, 400), min_size=1, max_size=5),
)
@settings(max_examples=25, deadline=None)
def test_the_cutting_does_not_matter(board, read_in_pieces, seed, share, sizes):
    framing, make = BOARDS[board]
    stream = wounded(make, 60, share, np.random.default_rng(seed))
    values, ids, notes = read_in_pieces(framing, stream)
    cut_values, cut_ids, cut_notes = read_in_pieces(framing, stream, *sizes)
    np.testing.assert_array_equal(values, cut_values)
    np.testing.assert_array_equal(ids, cut_ids)
    assert notes == cut_notes


@pytest.mark.parametrize("board", BOARDS)
def test_byte_by_byte(board, read_in_pieces):
    framing, make = BOARDS[board]
    stream = wounded(make, 120, 0.1, np.random.default_rng(11))
    values, ids, notes = read_in_pieces(framing, stream)
    cut_values, cut_ids, cut_notes = read_in_pieces(framing, stream, 1)
    np.testing.assert_array_equal(values, cut_values)
    np.testing.assert_array_equal(ids, cut_ids)
    assert notes == cut_notes


GARBAGE = {
    "random": lambda size: np.random.default_rng(9).integers(0, 256, size, dtype=np.uint8).tobytes(),
    "zeros": bytes,
    "ones": lambda size: b"\xff" * size,
    "lines": lambda size: b"512,498\r\n" * (size // 9),
    "carriage returns": lambda size: b"\r" * size,
    "starts": lambda size: b"\xa0" * size,
    "heads": lambda size: b"\xc7\x7c\xa5\x5a\x02\x4f\xd5" * (size // 7),
    "braces": lambda size: b'{"D":' * (size // 5),
    "escapes": lambda size: bytes.fromhex("FFFF010180FF") * (size // 6),
    "failures": lambda size: b"Failure: " * (size // 9),
}


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_told_in_few_words_and_kept_nowhere(board, garbage):
    framing, make = BOARDS[board]
    data = GARBAGE[garbage](1_000_000 if garbage == "random" else 120_000)
    parse = framing.start()
    notes = rows = 0
    for at in range(0, len(data) // 2, 4096):
        notes += len(parse(data[at : at + 4096]).notes)
    tracemalloc.start()
    for at in range(len(data) // 2, len(data), 4096):
        read = parse(data[at : at + 4096])
        notes += len(read.notes)
        rows += len(read.values)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < 300_000
    assert notes < len(data) / 300
    if board != "spikerbox":  # any two bytes of which only the first has its top bit set are a frame there
        assert rows == 0
        assert notes > 0
    stream = b"".join(make(i, noise_of(np.random.default_rng(1))) for i in range(80))
    after = len(parse(stream).values) + len(parse(b"", final=True).values)
    assert after >= {"daisy": 38, "uncounted": 234, "umyo": 304}.get(board, 78)


def test_no_frame_of_four_bit_checks_is_found_in_noise():
    framing, _ = BOARDS["bitalino"]
    parse = framing.start()
    noise = np.random.default_rng(3)
    stream = noise.integers(0, 256, 2_000_000, dtype=np.uint8).tobytes()
    assert sum(len(parse(stream[at : at + 65536]).values) for at in range(0, len(stream), 65536)) <= 2


@given(st.binary(max_size=3000))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_taken(data):
    for framing, _ in BOARDS.values():
        parse = framing.start()
        parse(data)
        parse(b"")
        parse(data, final=True)


@pytest.mark.parametrize("board", BOARDS)
def test_what_was_read_does_not_change_later(board):
    framing, make = BOARDS[board]
    noise = noise_of(np.random.default_rng(2))
    parse = framing.start()
    first = parse(b"".join(make(i, noise) for i in range(20)))
    copy = first.values.copy()
    for i in range(20, 60):
        parse(make(i, noise))
    np.testing.assert_array_equal(first.values, copy)
    first.values[:] = 0  # and whoever has it may write into it
