"""The bytes of every board, against frames typed from its firmware's definition."""

import base64
import json
from collections.abc import Sequence

import numpy as np
import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.fake import BOARDS, stream


def constant(*values: int):
    return lambda index, channels: values


def rows_of(*rows: Sequence[int]):
    return lambda index, channels: rows[index]


def test_a_frame_of_a_cyton():
    data, truth = stream("cyton", 2, signal=constant(1, -1, 0x7FFFFF, -0x800000, 0, 256, -256, 74))
    values = "000001 ffffff 7fffff 800000 000000 000100 ffff00 00004a"
    assert data[:33] == bytes.fromhex(f"a0 00 {values} 0010 ffe0 1f40 c0")
    assert data[33:] == bytes.fromhex(f"a0 01 {values} 0000 0000 0000 c0")
    assert [sample.aux for sample in truth] == [(16, -32, 8000)] * 2


def test_a_cyton_wired_directly_begins_with_0x41():
    data, _ = stream("cyton", 1, direct=True)
    assert (data[0], data[1], data[32]) == (0x41, 0, 0xC0)


def test_the_counter_of_a_cyton_wraps():
    data, _ = stream("cyton", 300)
    assert [data[33 * n + 1] for n in (0, 255, 256, 299)] == [0, 255, 0, 43]


def test_a_daisy_sends_even_frames_for_9_to_16_and_odd_ones_for_1_to_8():
    data, truth = stream("cyton-daisy", 4, signal=lambda index, channels: range(1, 17))
    assert len(truth) == 2
    assert data[1:26] == bytes([0]) + b"".join(n.to_bytes(3, "big") for n in range(9, 17))
    assert data[34:59] == bytes([1]) + b"".join(n.to_bytes(3, "big") for n in range(1, 9))


def test_a_lost_half_loses_the_sample_of_a_daisy():
    _, truth = stream("cyton-daisy", 20, ["drop@5"])
    assert truth.indices("withheld").tolist() == [2]
    assert truth.indices().tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9]


def test_a_frame_of_an_olimex_shield():
    data, truth = stream("olimex", 2, signal=constant(1, 512, 1023, 0, 256, 255))
    assert data == bytes.fromhex(
        "a55a0200 0001 0200 03ff 0000 0100 00ff 00 a55a0201 0001 0200 03ff 0000 0100 00ff 01"
    )
    assert truth[1].aux == (1,)


def test_a_frame_of_chords():
    data, _ = stream("chords", 2, signal=constant(1, 512, 1023, 0, 256, 255))
    assert data == bytes.fromhex(
        "c77c00 0001 0200 03ff 0000 0100 00ff 01 c77c01 0001 0200 03ff 0000 0100 00ff 01"
    )
    lite, _ = stream("chords", 1, model="NPG-LITE", signal=constant(4095, 1, 2))
    assert lite == bytes.fromhex("c77c01 0fff 0001 0002 01")


def test_a_frame_of_a_spikerbox():
    one, _ = stream("spikerbox", 2, signal=rows_of([1023], [129]))
    assert one == bytes.fromhex("877f 8101")
    two, _ = stream("spikerbox", 1, model="human", channels=2, signal=constant(16383, 8192))
    assert two == bytes.fromhex("ff7f 4000")


def test_an_event_of_a_spikerbox_comes_inside_the_stream():
    data, _ = stream("spikerbox", 2, event_every=2, signal=constant(0))
    assert data == bytes.fromhex("8000 ffff010180ff") + b"EVNT:2;" + bytes.fromhex("ffff010181ff 8000")


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 5, 6])
def test_frames_of_a_bitalino(channels):
    """Unpacked as BITalino's own programming interface does, byte by byte from the end."""
    data, truth = stream("bitalino", 40, channels=channels, signal="scattered")
    length = [3, 4, 6, 7, 8, 8][channels - 1]
    table = [0, 3, 6, 5, 12, 15, 10, 9, 11, 8, 13, 14, 7, 4, 1, 2]
    assert len(data) == 40 * length
    for n, sample in enumerate(truth):
        b = data[n * length : (n + 1) * length]
        unpacked = [((b[-2] & 15) << 6) | b[-3] >> 2]
        if channels > 1:
            unpacked.append((b[-3] & 3) << 8 | b[-4])
        if channels > 2:
            unpacked.append(b[-5] << 2 | b[-6] >> 6)
        if channels > 3:
            unpacked.append((b[-6] & 63) << 4 | b[-7] >> 4)
        if channels > 4:
            unpacked.append((b[-7] & 15) << 2 | b[-8] >> 6)
        if channels > 5:
            unpacked.append(b[-8] & 63)
        assert tuple(unpacked) == sample.values
        assert tuple(b[-2] >> bit & 1 for bit in (7, 6, 5, 4)) == sample.aux
        assert b[-1] >> 4 == n % 16
        assert _crc(b, table) == b[-1] & 15


def _crc(frame: bytes, table: list[int]) -> int:
    crc = 0
    for byte in frame[:-1]:
        crc = table[crc] ^ byte >> 4
        crc = table[crc] ^ byte & 15
    crc = table[crc] ^ frame[-1] >> 4
    return table[crc]


def test_a_frame_of_a_knight():
    data, truth = stream("knight", 1, signal=constant(1, -1, 32767, -32768, 0, 2, 3, 4))
    assert data == bytes.fromhex("a000 0001 ffff 7fff 8000 0000 0002 0003 0004 00 00 c0")
    assert truth[0].aux == (0, 0)


def test_a_frame_of_a_freeeeg32():
    data, _ = stream("freeeeg32", 2, signal=lambda index, channels: range(-1, 31))
    assert len(data) == 210
    assert data[105:116] == bytes.fromhex("a001 ffffff 000000 000001")
    assert data[209] == 0xC0
    short, truth = stream("freeeeg32", 1, length=99)
    assert (len(short), short[98], truth[0].aux) == (99, 0xC0, ())


def test_a_packet_of_umyo():
    data, truth = stream("umyo", 2, signal=lambda index, channels: [index - 4])
    assert len(truth) == 16
    assert data[65:79] == bytes.fromhex("4fd5 3c 01 3e 12345678 58 00 be1f00")
    assert data[79:96] == bytes.fromhex("01 0004 0005 0006 0007 0008 0009 000a 000b")
    assert data[15:17] == bytes.fromhex("fffc")
    two, _ = stream("umyo", 1, units=2)
    assert (len(two), two[5:9], two[70:74]) == (130, bytes.fromhex("12345678"), bytes.fromhex("12345679"))


def test_a_line_of_hackeeg():
    data, _ = stream("hackeeg", 2, signal=constant(1, -1, 0x7FFFFF, -0x800000, 0, 0, 0, 74))
    first, second = data.splitlines()
    told = json.loads(second)
    raw = base64.b64decode(told["D"])
    assert (first[:14], told["C"], len(raw)) == (b'{"C":200,"D":"', 200, 35)
    assert raw[:11] == (8000).to_bytes(4, "little") + bytes.fromhex("01000000 c00000")
    assert raw[11:] == bytes.fromhex("000001 ffffff 7fffff 800000 000000 000000 000000 00004a")


def test_lines():
    assert stream("lines", 3)[0] == b"0\r\n1\r\n2\r\n"
    options = {"channels": 2, "separator": "\t", "labels": ("EMG", "ENV"), "newline": "\n", "time": "ms"}
    data, _ = stream("lines", 2, signal=constant(512, 3), **options)
    assert data == b"0\tEMG:512\tENV:3\n2\tEMG:512\tENV:3\n"
    assert stream("lines", 1, signal=constant(512), volts=2, decimal=",")[0] == b"2,50\r\n"
    assert stream("myoware", 1, signal=constant(512))[0] == b"512\r\n"


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_tells_all_that_it_sent(name):
    data, truth = stream(name, 64, signal="scattered", seed=5)
    again, _ = stream(name, 64, signal="scattered", seed=5)
    assert data == again
    assert data
    assert len(truth) == len(truth.values()) == len(truth.having("sent"))
    assert truth.indices().tolist() == list(range(len(truth)))


@pytest.mark.parametrize("name", ["cyton", "lines", "myoware"])
def test_emg_is_silent_at_first_and_then_a_contraction(name):
    """The scene bridge rests for its first two seconds and more, and has contracted before its eighth."""
    rate = {"cyton": 250, "lines": 500, "myoware": 20}[name]
    values = stream(name, 8 * rate, signal="emg:bridge")[1].values()[:, 0]
    spread = [part.std() for part in np.array_split(np.diff(values), 8)]
    level = [part.mean() for part in np.array_split(values, 8)]
    told = level if name == "myoware" else spread
    assert max(told) > 4 * max(told[:2])


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_plays_emg_and_sines(name):
    assert len(stream(name, 30, signal="emg:bridge")[1]) == len(stream(name, 30, signal="sine")[1])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"name": "cytn"}, "there is no fake board 'cytn'; there are cyton, "),
        ({"name": "lines", "chanels": 2}, "has no option 'chanels'; it has channels, rate"),
        ({"name": "lines", "channels": "two"}, "channels is 'two', and should be like 1"),
        ({"name": "lines", "rate": 0}, "rate is 0; it must be from 0.1"),
        ({"name": "lines", "time": "h"}, "time is 'h'"),
        ({"name": "chords", "model": "UNO"}, "no Chords board 'UNO'"),
        ({"name": "spikerbox", "channels": 7}, "has 1 to 6"),
        ({"name": "bitalino", "channels": 7}, "1 to 6 channels"),
        ({"name": "cyton", "signal": "noise"}, "there is no signal 'noise'"),
    ],
)
def test_a_wrong_word_is_told(options, told):
    with pytest.raises(ConfigError, match=told):
        stream(frames=1, **options)
