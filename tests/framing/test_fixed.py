import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg.errors import ConfigError
from nmr_emg.framing.checks import Check, Counter
from nmr_emg.framing.checksums import Checksum
from nmr_emg.framing.fixed import Fixed
from nmr_emg.framing.frames import Condition, Wire
from nmr_emg.timing.counter import BYTE, unwrap

EXG = tuple(Wire(2 + 3 * i, "i24be") for i in range(8))
ACCEL = tuple(Wire(26 + 2 * i, "i16be", hold=True, when=Condition(32, 0xC0)) for i in range(3))
CHECKS = (Check(0, 0xA0), Check(32, low=0xC0, high=0xC6))
CYTON = Fixed(33, EXG + ACCEL, CHECKS, Counter(1), text=r"Failure:.*?\$\$\$")

GOLDEN = bytes.fromhex("A0 01 000001 FFFFFF 7FFFFF 800000 000000 000100 010000 FFFF00 0800 0000 F800 C0")
"""A frame of the Cyton typed by hand, after its firmware's sendChannelDataSerial and the dongle's start byte A0."""


def cyton(number, exg=(0,) * 8, aux=(0, 0, 0), stop=0xC0):
    channels = b"".join(value.to_bytes(3, "big", signed=True) for value in exg)
    return bytes([0xA0, number % 256]) + channels + struct.pack(">3h", *aux) + bytes([stop])


def some(count, seed=0, first=0):
    """Frames with random channels, and the channels."""
    exg = np.random.default_rng(seed).integers(-(1 << 23), 1 << 23, (count, 8))
    return [cyton(first + i, map(int, row)) for i, row in enumerate(exg)], exg


def test_a_frame_typed_by_hand():
    frames = CYTON.start()(GOLDEN, final=True)
    assert frames.values.tolist() == [[1, -1, 8388607, -8388608, 0, 256, 65536, -256, 2048, 0, -2048]]
    assert frames.values.dtype == np.int32
    assert frames.ids.tolist() == [1]
    assert frames.notes == ()


def test_what_is_read_equals_what_struct_packed():
    frames, exg = some(700)
    read = CYTON.start()(b"".join(frames), final=True)
    assert np.array_equal(read.values[:, :8], exg)
    assert read.ids.tolist() == [i % 256 for i in range(700)]
    assert read.notes == ()


def test_acceleration_stands_until_a_new_one_comes():
    aux = [(0, 0, 0), (100, -200, 300), (0, 0, 0), (7, 7, 7), (0, 0, 0), (1, 2, 3)]
    stops = [0xC0, 0xC0, 0xC0, 0xC1, 0xC1, 0xC0]
    stream = [cyton(i, aux=a, stop=s) for i, (a, s) in enumerate(zip(aux, stops, strict=True))]
    stream += [cyton(6 + i) for i in range(4)]
    parse = CYTON.start()
    read = np.concatenate([parse(one).values for one in stream] + [parse(b"", final=True).values])
    old = [100, -200, 300]
    assert read[:7, 8:].tolist() == [[0, 0, 0], old, old, old, old, [1, 2, 3], [1, 2, 3]]


def test_in_step_a_frame_is_there_with_its_last_byte():
    frames, exg = some(60)
    parse = CYTON.start()
    parse(frames[0] + frames[1])
    for frame, values in zip(frames[2:], exg[2:], strict=True):
        assert len(parse(frame[:-1]).values) == 0
        assert parse(frame[-1:]).values[0, :8].tolist() == values.tolist()


def test_a_frame_that_holds_the_start_of_the_next_waits_for_it():
    inner = (0xA0 << 16 | 3 << 8) - (1 << 24)  # A0 03: what a frame cut short would hold of the next one
    parse = CYTON.start()
    parse(cyton(0) + cyton(1))
    assert len(parse(cyton(2, (0, 0, inner, 0, 0, 0, 0, 0))).values) == 0
    assert parse(cyton(3)).values[:, 2].tolist() == [inner, 0]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=12), st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_lost_frames_show_in_the_ids(losses, first):
    kept, number = [], first
    for lost in losses:
        kept += [number + i for i in range(3)]
        number = kept[-1] + 1 + lost
    kept += [number, number + 1]
    read = CYTON.start()(b"".join(cyton(one) for one in kept), final=True)
    assert (unwrap(BYTE)(read.ids) + first).tolist() == kept


def test_a_frame_sent_twice_is_read_twice():
    read = CYTON.start()(b"".join(cyton(i) for i in (1, 2, 2, 3, 4)), final=True)
    assert read.ids.tolist() == [1, 2, 2, 3, 4]


def test_a_broken_frame_costs_that_frame_only(read_in_pieces):
    frames, exg = some(9)
    for wound in (
        lambda one: one[:7] + one[8:],
        lambda one: one[:20],
        lambda one: one[11:],
        lambda one: one[:9] + b"\xa0\xc0" + one[9:],
        lambda one: b"\x20" + one[1:],
        lambda one: one[:-1] + b"\x00",
    ):
        stream = b"".join([*frames[:4], wound(frames[4]), *frames[5:]])
        values, ids, notes = read_in_pieces(CYTON, stream)
        assert ids.tolist() == [0, 1, 2, 3, 5, 6, 7, 8]
        assert np.array_equal(values[:, :8], np.delete(exg, 4, axis=0))
        assert notes == [("damage", 4, {"bytes": len(wound(frames[4]))})]


def test_a_stream_that_begins_in_the_middle_of_a_frame():
    frames, exg = some(6)
    read = CYTON.start()(b"".join(frames)[19:], final=True)
    assert np.array_equal(read.values[:, :8], exg[1:])
    assert [(note.kind, note.row, note.data["bytes"]) for note in read.notes] == [("damage", 0, 14)]


OVERFLOW = b"Failure: Board RFduino buffer overflowed. Soft reset command sent to Board.$$$"


@pytest.mark.parametrize("sizes", [[], [1], [33], [40, 5]])
def test_text_between_frames_is_told_and_costs_nothing(read_in_pieces, sizes):
    frames, exg = some(8)
    stream = b"".join([*frames[:3], OVERFLOW, *frames[3:]])
    values, ids, notes = read_in_pieces(CYTON, stream, *sizes)
    assert np.array_equal(values[:, :8], exg)
    assert ids.tolist() == list(range(8))
    assert notes == [("text", 3, {"text": OVERFLOW.decode()})]


def test_text_is_told_though_nothing_follows():
    frames, _ = some(3)
    parse = CYTON.start()
    parse(b"".join(frames))
    told = parse(frames[0][:12] + OVERFLOW)
    assert [(note.kind, note.data) for note in told.notes] == [
        ("damage", {"bytes": 12}),
        ("text", {"text": OVERFLOW.decode()}),
    ]


def test_a_last_frame_that_is_cut_off_is_no_damage():
    frames, _ = some(4)
    read = CYTON.start()(b"".join(frames)[:-9], final=True)
    assert len(read.values) == 3
    assert read.notes == ()


HALVES = tuple(Wire(2 + 3 * i, "i24be", half=half) for half in ("odd", "even") for i in range(8))
DAISY = Fixed(33, HALVES + ACCEL, CHECKS, Counter(1), paired=True)


@pytest.mark.parametrize("sizes", [[], [1], [33], [50]])
def test_a_daisy_makes_one_row_of_two_frames(read_in_pieces, sizes):
    frames, exg = some(522)
    values, ids, notes = read_in_pieces(DAISY, b"".join(frames), *sizes)
    assert np.array_equal(values[:, :8], exg[1::2])
    assert np.array_equal(values[:, 8:16], exg[0::2])
    assert ids.tolist() == [i % 128 for i in range(261)]
    assert notes == []


@pytest.mark.parametrize("lost", [6, 7])
def test_half_a_daisy_pair_makes_no_row(read_in_pieces, lost):
    frames, exg = some(14)
    values, ids, _ = read_in_pieces(DAISY, b"".join(f for i, f in enumerate(frames) if i != lost), 17)
    assert ids.tolist() == [0, 1, 2, 4, 5, 6]
    assert np.array_equal(values[:, :8], np.delete(exg[1::2], 3, axis=0))
    assert np.array_equal(values[:, 8:16], np.delete(exg[0::2], 3, axis=0))


def test_acceleration_of_either_half_of_a_pair_counts():
    stream = [cyton(i, aux=(5, 6, 7) if i == 2 else (8, 9, 1) if i == 5 else (0, 0, 0)) for i in range(8)]
    read = DAISY.start()(b"".join(stream), final=True)
    assert read.values[:, 16:].tolist() == [[0, 0, 0], [5, 6, 7], [8, 9, 1], [8, 9, 1]]


def test_several_samples_a_frame(read_in_pieces):
    several = Fixed(
        10,
        (Wire(2, "i16le"), Wire(4, "u8")),
        (Check(0, 0x55), Check(9, 0xAA)),
        Counter(1),
        samples=2,
        stride=3,
    )
    stream = b"".join(struct.pack("<BBhBhBBB", 0x55, i % 256, i, 1, -i, 2, 0, 0xAA) for i in range(400))
    values, ids, _ = read_in_pieces(several, stream, 7)
    assert values[:, 0].tolist() == [sign * i for i in range(400) for sign in (1, -1)]
    assert values[:, 1].tolist() == [1, 2] * 400
    assert ids.tolist() == [k % 512 for k in range(800)]
    assert len(several.counting.cycle) == 512


@pytest.mark.parametrize(
    ("counter", "pack", "first", "period"),
    [
        (Counter(1, "u16le"), lambda i: struct.pack("<H", i % 65536), 65500, 65536),
        (Counter(1, "u32be"), lambda i: struct.pack(">I", i % 2**32), 2**32 - 30, 65536),
        (Counter(1, "u8", modulus=201), lambda i: bytes([i % 201]), 190, 201),
        (Counter(1, "u16be", step=4), lambda i: struct.pack(">H", 4 * i % 65536), 16380, 16384),
        (Counter(1, "u8", mask=0xF0, shift=4), lambda i: bytes([i % 16 << 4 | 5]), 3, 16),
    ],
)
def test_counters_of_all_kinds_count_on(counter, pack, first, period):
    length = 4 + counter.width
    framing = Fixed(
        length, (Wire(1 + counter.width, "u8"),), (Check(0, 0x7E), Check(length - 1, 0x7D)), counter
    )
    stream = b"".join(b"\x7e" + pack(first + i) + bytes([i % 100, 0]) + b"\x7d" for i in range(60))
    read = framing.start()(stream, final=True)
    assert read.values[:, 0].tolist() == list(range(60))
    assert len(framing.counting.cycle) == period
    assert unwrap(framing.counting)(read.ids).tolist() == list(range(60))


def test_a_long_cycle_of_several_samples_counts_on():
    counter = Counter(1, "u16be", modulus=60_000)
    framing = Fixed(6, (Wire(3, "u8"),), (Check(0, 0x7E), Check(5, 0x7D)), counter, samples=2, stride=1)
    stream = b"".join(b"\x7e" + struct.pack(">H", i % 60_000) + b"\1\2\x7d" for i in range(59_990, 60_020))
    ids = framing.start()(stream, final=True).ids
    assert unwrap(framing.counting)(ids).tolist() == list(range(60))


@pytest.mark.parametrize("kind", ["xor", "sum8", "crc8", "crc16"])
def test_a_checksum_refuses_what_is_broken(kind):
    framing = Fixed(
        8, (Wire(2, "u16be"),), (Check(0, 0xA5),), Counter(1), Checksum(kind, at=5, first=0, stop=5)
    )
    sums = {  # reference implementations, bit by bit
        "xor": lambda data: bytes([data[0] ^ data[1] ^ data[2] ^ data[3] ^ data[4]]),
        "sum8": lambda data: bytes([sum(data) % 256]),
        "crc8": lambda data: bytes([_crc(data, 8, 0x07, 0)]),
        "crc16": lambda data: struct.pack(">H", _crc(data, 16, 0x1021, 0xFFFF)),
    }
    frames = [bytes([0xA5, i]) + struct.pack(">HB", 1000 * i % 65536, i) for i in range(20)]
    frames = [(one + sums[kind](one)).ljust(8, b"\0") for one in frames]
    frames[9] = frames[9][:3] + bytes([frames[9][3] ^ 0x10]) + frames[9][4:]
    read = framing.start()(b"".join(frames), final=True)
    assert read.ids.tolist() == [i for i in range(20) if i != 9]
    assert read.values[:, 0].tolist() == [1000 * i % 65536 for i in range(20) if i != 9]


def _crc(data, width, poly, register):
    for byte in data:
        register ^= byte << (width - 8)
        for _ in range(8):
            register <<= 1
            if register >> width:
                register ^= 1 << width | poly
    return register


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"length": 0}, "length is 0"),
        ({"checks": ()}, "without a known byte"),
        ({"checks": (Check(0, low=0, high=100),)}, "checks tell too little"),
        ({"checks": (Check(33, 0xA0),)}, "the check of byte 33 ends at byte 33; a frame has bytes 0 to 32"),
        ({"counter": Counter(32, "u16be")}, "counter ends at byte 33"),
        ({"checksum": Checksum("sum8", 33, 0, 5)}, "checksum ends at byte 33"),
        ({"columns": ()}, "no columns"),
        ({"columns": (*EXG, Wire(31, "i24be"))}, "column 9 covers bytes 31 to 33; there are 0 to 32"),
        ({"columns": (Wire(2, "i12"),)}, "column 1: type is 'i12'; it must be one of i8, u8, i16be"),
        ({"columns": (Wire(2),)}, "column 1: give either type or bits"),
        ({"columns": (Wire(2, "u8", when=Condition(40, 0)),)}, "when.at is 40"),
        ({"columns": (Wire(bits=((40, 255, 0),)),)}, "column 1 covers bytes 40 to 40"),
        ({"samples": 2}, "stride says"),
        ({"paired": True, "counter": None}, "paired frames need a counter"),
        ({"columns": HALVES}, "not paired"),
        ({"text": "("}, "no regular expression"),
        ({"text": "x*"}, "matches nothing at all"),
    ],
)
def test_what_cannot_be_is_refused(change, text):
    table = {"length": 33, "columns": EXG, "checks": CHECKS, "counter": Counter(1), **change}
    with pytest.raises(ConfigError) as refused:
        Fixed(**table)
    assert text in str(refused.value)
