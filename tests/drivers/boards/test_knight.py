"""Bytes from brainflow's knight.cpp: A0, counter, 8 × 16 bits high byte first, two bytes of contact, C0."""

from struct import pack

import pytest

BYTES = """
A0 FE  00 00  00 01  FF FF  7F FF  80 00  12 34  A0 C0  00 0C  00 FF  C0
A0 FF  00 01  00 02  00 03  00 04  00 05  00 06  00 07  00 08  01 80  C0
A0 00  00 00  00 00  00 00  00 00  00 00  00 00  00 00  00 00  00 00  C0
A0 02  FF FE  FF FD  FF FC  FF FB  FF FA  FF F9  FF F8  FF F7  03 04  C0
"""


def test_values_and_counts(read):
    board = read("knight", BYTES)
    assert board.values == [
        [0, 1, -1, 32767, -32768, 0x1234, -24384, 12],
        [1, 2, 3, 4, 5, 6, 7, 8],
        [0] * 8,
        [-2, -3, -4, -5, -6, -7, -8, -9],
    ]
    assert board.ids == [254, 255, 0, 2]
    assert board.info.rate == 125


def test_scale_follows_the_gain_of_each_channel(read):
    # 4 V / 32767 / 12 = 10.17 µV
    board = read("knight", BYTES)
    assert board.microvolts[0][1] == pytest.approx(10.17, abs=5e-3)
    assert board.microvolts[0][3] == pytest.approx(4e6 / 12)
    assert board.info.channels[0].full_scale == pytest.approx(333333.3, abs=0.1)
    mixed = read("knight", BYTES, gain="12,6,4,3,2,1,8,12")
    assert mixed.microvolts[0][1] == pytest.approx(20.345, abs=5e-3)
    assert mixed.microvolts[1][5] == pytest.approx(6 * 122.07, abs=5e-2)


def test_contact_comes_along_if_wished(read):
    board = read("knight", BYTES, aux="contact", channels="1")
    assert board.values == [[0, 0, 255], [1, 1, 128], [0, 0, 0], [-2, 3, 4]]


def test_a_knight_with_motion_sensor_has_longer_frames(read):
    motion = (0.5, -1.0, 9.75, 100.0, 0.0, -0.25, 45.0, 46.0, -47.0)
    data = b"".join(
        bytes([0xA0, count]) + pack(">8h", *range(8)) + b"\0\0" + pack("<9f", *motion) + b"\xc0"
        for count in (1, 2, 3)
    )
    assert len(data) == 3 * 57
    board = read("knight", data, model="knight-imu", aux="motion")
    assert board.values == [[*range(8), *motion]] * 3
    assert board.info.labels[8:11] == ("accel_x", "accel_y", "accel_z")
    assert read("knight", data, model="knight-imu").values == [list(range(8))] * 3


def test_only_wanted_channels_are_switched_on_with_a_second_between(talk):
    said = talk("knight", {}, channels="1,3", gain="12,12,6,12,12,12,12,12", rld="on,on,off,on,on,on,on,on")
    assert [data for _, data in said] == [b"chon_1_12\n", b"chon_3_6\n", b"rldadd_1\n", b"rldremove_3\n"]
    assert [at for at, _ in said] == pytest.approx([0.0, 1.0, 2.0, 3.0])
