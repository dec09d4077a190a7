import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_emg.errors import ConfigError
from nmr_emg.framing.frames import Wire
from nmr_emg.framing.nibble import NibbleCrc, crc4

A1 = Wire(bits=((6, 0x0F, 6), (5, 0xFC, -2)))
A2 = Wire(bits=((5, 0x03, 8), (4, 0xFF, 0)))
A3 = Wire(bits=((3, 0xFF, 2), (2, 0xC0, -6)))
A4 = Wire(bits=((2, 0x3F, 4), (1, 0xF0, -4)))
A5 = Wire(bits=((1, 0x0F, 2), (0, 0xC0, -6)))
A6 = Wire(bits=((0, 0x3F, 0),))
I1 = Wire(bits=((6, 0x80, -7),))
SIX = NibbleCrc(8, (A1, A2, A3, A4, A5, A6, I1))
ONE = NibbleCrc(3, (Wire(bits=((1, 0x0F, 6), (0, 0xFC, -2))),))


def checked(message):
    """The CRC bit by bit, as the maker's Python API checks a frame."""
    register = 0
    for byte in message:
        for bit in range(7, -1, -1):
            register <<= 1
            if register & 0x10:
                register ^= 0x03
            register = (register ^ byte >> bit & 1) & 0x1F
    return register & 0xF


def frame(body, count):
    whole = bytearray([*body, count % 16 << 4])
    whole[-1] |= checked(whole)
    return bytes(whole)


def six(a, levels, count):
    """A frame of all six inputs, packed by arithmetic: from the last byte on, 4, 10, 10, 10, 10, 6 and 6 bits."""
    packed = levels
    for value, bits in zip(a, (10, 10, 10, 10, 6, 6), strict=True):
        packed = packed << bits | value
    return frame(packed.to_bytes(7, "big")[::-1], count)


@given(st.binary(min_size=1, max_size=8))
def test_the_crc(body):
    assert crc4(body + b"\x00") == checked(body + b"\x00")
    assert crc4(body + b"\xf0") == checked(body + b"\xf0")


def test_a_frame_typed_by_hand():
    # A1 = 512: 1000 in the lower half of byte 1, 000000 on top of byte 0. The frame is x¹¹ = x³ + x² + x mod x⁴ + x + 1.
    parse = ONE.start()
    stream = b"".join(frame((0x00, 0x08), count) for count in range(5))
    assert stream[:3] == bytes([0x00, 0x08, 0x0E])
    assert parse(stream, final=True).values.tolist() == [[512]] * 5


def test_all_inputs():
    rng = np.random.default_rng(0)
    a = np.column_stack(
        [*(rng.integers(0, 1024, 300) for _ in range(4)), *(rng.integers(0, 64, 300) for _ in "56")]
    )
    levels = rng.integers(0, 16, 300)
    stream = b"".join(
        six(map(int, row), int(level), i) for i, (row, level) in enumerate(zip(a, levels, strict=True))
    )
    read = SIX.start()(stream, final=True)
    assert np.array_equal(read.values[:, :6], a)
    assert np.array_equal(read.values[:, 6], levels >> 3)
    assert read.ids.tolist() == [i % 16 for i in range(300)]


def test_four_frames_in_a_row_are_needed_to_begin():
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 256, 57, dtype=np.uint8).tobytes()
    frames = [six((1, 2, 3, 4, 5, 6), 0, i) for i in range(4)]
    assert len(SIX.start()(noise + b"".join(frames[:3]), final=True).values) == 0
    assert len(SIX.start()(noise + b"".join(frames), final=True).values) == 4


def test_frames_are_lost_and_found():
    frames = [six((i % 1024, 2, 3, 4, 5, 6), 0, i) for i in range(200)]
    broken = [
        *frames[:50],
        frames[50][:5],
        *frames[51:90],
        *frames[93:120],
        b"\xff" + frames[120],
        *frames[121:],
    ]
    read = SIX.start()(b"".join(broken), final=True)
    assert read.values[:, 0].tolist() == [i for i in range(200) if i != 50 and not 90 <= i < 93]


@pytest.mark.parametrize(
    ("length", "columns", "text"),
    [
        (1, (A6,), "length is 1"),
        (8, (), "no columns"),
        (7, (A1, Wire(bits=((7, 1, 0),))), "column 2 covers bytes 7 to 7"),
    ],
)
def test_what_cannot_be_is_refused(length, columns, text):
    with pytest.raises(ConfigError, match=text):
        NibbleCrc(length, columns)
