import struct

import numpy as np
import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.framing.frames import Wire
from nmr_emg.framing.length import LengthPrefixed
from nmr_emg.timing.counter import unwrap

EMG = (Wire(0, "i16be"),)
UMYO = LengthPrefixed(EMG)
FIRST, SECOND = 0xC0FFEE01, 0xC0FFEE02

GOLDEN = bytes.fromhex(
    "4FD5 4A 07 3E C0FFEE01 58 00 BE 03 00 2A"
    "0001 FFFF 7FFF 8000 0000 0100 FF00 0010"
    "0000 0000 0000 0000"
    "7FFF 0000 0000 0000 0000 0000 2000 0000 0000 0000 0000 0000 0000"
)
"""A packet of a uMyo typed by hand, after umyo_parser.py: 65 bytes, 62 of them counted."""


def packet(count, values, unit=FIRST, rest=34):
    body = struct.pack(">IBB3sB8h", unit, 88, 0, b"\0\0\0", count % 256, *values) + bytes(rest)
    return b"\x4f\xd5\x4a" + bytes([count % 256, len(body) + 2]) + body


def several(count, unit=FIRST, rest=34):
    values = np.random.default_rng(unit % 97).integers(-32768, 32768, (count, 8))
    return [packet(i, map(int, row), unit, rest) for i, row in enumerate(values)], values


def test_a_packet_typed_by_hand():
    assert len(GOLDEN) == 65
    read = UMYO.start()(GOLDEN, final=True)
    assert read.values[:, 0].tolist() == [1, -1, 32767, -32768, 0, 256, -256, 16]
    assert read.ids.tolist() == [0x2A * 8 + i for i in range(8)]
    assert read.notes == ()


@pytest.mark.parametrize("rest", [34, 28])
def test_packets_of_either_length_count_on(read_in_pieces, rest):
    packets, values = several(600, rest=rest)
    read, ids, notes = read_in_pieces(UMYO, b"".join(packets), 100)
    assert np.array_equal(read[:, 0], values.ravel())
    assert np.array_equal(unwrap(UMYO.counting)(ids), np.arange(4800))
    assert notes == []


@pytest.mark.parametrize(("unit", "kept"), [("", FIRST), ("C0FFEE01", FIRST), ("c0ffee02", SECOND)])
def test_one_of_several_sensors_is_read(read_in_pieces, unit, kept):
    first, values = several(40)
    second, other_values = several(40, SECOND, rest=28)
    stream = b"".join(a + b for a, b in zip(first, second, strict=True))
    read, _, notes = read_in_pieces(LengthPrefixed(EMG, unit=unit), stream, 31)
    assert np.array_equal(read[:, 0], (values if kept == FIRST else other_values).ravel())
    told = "C0FFEE02" if kept == FIRST else "C0FFEE01"
    assert [data["text"] for *_, data in notes] == [f"sensor {told} is heard too, and passed over"]


def test_lost_packets_show_in_the_ids():
    packets, _ = several(300)
    read = UMYO.start()(b"".join(packets[:100] + packets[107:]), final=True)
    index = unwrap(UMYO.counting)(read.ids)
    assert index[99 * 8 + 7] == 799
    assert index[100 * 8] == 856


@pytest.mark.parametrize("sizes", [[], [1], [65]])
def test_a_broken_packet_costs_that_packet_only(read_in_pieces, sizes):
    packets, values = several(9)
    for wound in (
        lambda one: one[:30] + one[31:],
        lambda one: one[:12],
        lambda one: one[20:],
        lambda one: one[:17] + b"\x4f\xd5\x00" + one[17:],
        lambda one: b"\x4e" + one[1:],
        lambda one: one[:9] + b"\x59" + one[10:],
    ):
        stream = b"".join([*packets[:4], wound(packets[4]), *packets[5:]])
        read, ids, notes = read_in_pieces(UMYO, stream, *sizes)
        assert np.array_equal(read[:, 0], np.delete(values, 4, axis=0).ravel())
        assert ids[::8].tolist() == [8 * i for i in (0, 1, 2, 3, 5, 6, 7, 8)]
        assert notes == [("damage", 32, {"bytes": len(wound(packets[4]))})]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"unit": "12"}, "unit is '12'; it has 8 hexadecimal digits"),
        ({"unit": "sensor 1"}, "unit is 'sensor 1'; write hexadecimal"),
        ({"begin": "4F"}, "begin is '4F'"),
        ({"samples": 200}, "type_base plus samples"),
        ({"data_at": 10}, "data_at is 10"),
        ({"columns": (Wire(1, "i16be"),)}, "column 1 covers bytes 1 to 2; there are 0 to 1"),
    ],
)
def test_what_cannot_be_is_refused(change, text):
    with pytest.raises(ConfigError) as refused:
        LengthPrefixed(**{"columns": EMG, **change})
    assert text in str(refused.value)
