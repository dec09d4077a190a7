import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmr_emg.errors import ConfigError
from nmr_emg.framing.checks import Check, Counter
from nmr_emg.framing.checksums import Checksum, crc
from nmr_emg.framing.fields import TYPES, decoder, dtype_of
from nmr_emg.framing.frames import Wire

STRUCT = {"i8": "b", "u8": "B", "i16": "h", "u16": "H", "i32": "i", "u32": "I", "f32": "f", "f64": "d"}


def expected(word, data):
    order = "little" if word.endswith("le") else "big"
    if "24" in word:
        return int.from_bytes(data[:3], order, signed=word[0] == "i")
    form = STRUCT[word.removesuffix("le").removesuffix("be")]
    return struct.unpack_from(("<" if order == "little" else ">") + form, data)[0]


@given(st.data())
def test_numbers_of_every_type(data):
    words = data.draw(st.lists(st.sampled_from(sorted(TYPES)), min_size=1, max_size=6))
    ends = np.cumsum([TYPES[word].width for word in words]).tolist()
    columns = [Wire(end - TYPES[word].width, word) for word, end in zip(words, ends, strict=True)]
    frames = data.draw(st.lists(st.binary(min_size=ends[-1], max_size=ends[-1]), min_size=1, max_size=4))
    stretch = np.frombuffer(b"".join(frames), np.uint8).reshape(-1, ends[-1])
    values = decoder(columns)(stretch)
    wanted = [[expected(w.type, one[w.at :]) for w in columns] for one in frames]
    assert values.dtype == np.dtype(dtype_of(columns))
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(values, np.array(wanted, values.dtype))


@pytest.mark.parametrize(
    ("words", "dtype"),
    [
        (["i24be", "u8"], "int32"),
        (["i32le", "u24be"], "int32"),
        (["u32le", "i8"], "int64"),
        (["f32le", "f32be"], "float32"),
        (["f32le", "i16be"], "float64"),
        (["f32le", "f64le"], "float64"),
    ],
)
def test_values_are_kept_exactly(words, dtype):
    assert dtype_of([Wire(0, word) for word in words]) == dtype


def test_pieces_of_bytes():
    column = Wire(bits=((1, 0x0F, 6), (0, 0xFC, -2)))
    frames = np.array([[0xFC, 0x0F], [0x04, 0x10], [0x03, 0xF0]], np.uint8)
    assert decoder([column])(frames).ravel().tolist() == [1023, 1, 0]


@pytest.mark.parametrize(
    ("width", "poly", "init", "value"),
    [
        (8, 0x07, 0x00, 0xF4),
        (8, 0x31, 0xFF, 0xF7),
        (16, 0x1021, 0xFFFF, 0x29B1),
        (16, 0x1021, 0x0000, 0x31C3),
    ],
)
def test_check_values_of_known_crcs(width, poly, init, value):
    """Check values of the string 123456789: CRC-8/SMBUS, CRC-8/NRSC-5, CRC-16/IBM-3740 and XMODEM."""
    rows = np.frombuffer(b"123456789", np.uint8)[None]
    assert crc(rows, width, poly, init).tolist() == [value]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Check(0), "needs either is, or from and to"),
        (lambda: Check(0, 1, 2, 3), "needs either is, or from and to"),
        (lambda: Check(0, low=5), "needs either is, or from and to"),
        (lambda: Check(0, 256), "can't be met"),
        (lambda: Check(0, low=9, high=3), "can't be met"),
        (lambda: Check(0, 3, mask=0xF0), "met by every byte or by none"),
        (lambda: Check(0, low=0, high=255), "met by every byte or by none"),
        (lambda: Check(-1, 3), "no byte -1"),
        (lambda: Counter(0, "i8"), "must be one of u8"),
        (lambda: Counter(0, "u12"), "type is 'u12'"),
        (lambda: Counter(-1), "at is -1"),
        (lambda: Counter(0, modulus=257), "modulus is from 2 to 256"),
        (lambda: Counter(0, step=3), "step 3 must divide its modulus 256"),
        (lambda: Counter(0, "u32le", modulus=100_000), "no multiple"),
        (lambda: Checksum("sum8", 5, 4, 4), "none"),
        (lambda: Checksum("sum8", 5, 0, 8), "lies among the bytes"),
    ],
)
def test_what_cannot_be_is_refused(make, text):
    with pytest.raises(ConfigError) as refused:
        make()
    assert text in str(refused.value)
