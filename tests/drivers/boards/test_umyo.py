"""Packets as umyo_parser.py lists them: 4F D5, signal strength, then 62 bytes."""

import pytest

# rssi, packet number, length, sensor, type 80 + 8, parameter 0 with battery and version, count, 8 samples,
# then 4 × spectrum, quaternion, acceleration, angles, compass: 17 × 16 bits that are not read.
TAIL = "00 11" * 17
FIRST = f"4F D5 B0 01 3E  12 34 56 78  58 00 82 03 00  FE  00 01  FF FF  7F FF  80 00  00 05  00 06  00 07  00 08 {TAIL}"
SECOND = f"4F D5 B1 02 3E  12 34 56 78  58 00 82 03 00  FF  00 09  00 0A  00 0B  00 0C  00 0D  00 0E  00 0F  00 10 {TAIL}"
OTHER = f"4F D5 A0 09 3E  0A 0B 0C 0D  58 00 82 03 00  07  01 01  01 01  01 01  01 01  01 01  01 01  01 01  01 01 {TAIL}"
THIRD = f"4F D5 B2 03 3E  12 34 56 78  58 00 82 03 00  01  00 20  00 21  00 22  00 23  00 24  00 25  00 26  00 27 {TAIL}"
BYTES = FIRST + SECOND + OTHER + THIRD


def test_the_packet_is_as_long_as_it_says():
    assert len(bytes.fromhex(FIRST)) == 3 + 0x3E


def test_values_of_the_sensor_heard_first(read):
    board = read("umyo", BYTES)
    assert [row[0] for row in board.values] == [
        *(1, -1, 32767, -32768, 5, 6, 7, 8),
        *range(9, 17),
        *range(32, 40),
    ]
    assert board.info.labels == ("emg",)
    assert board.info.rate == 1116


def test_a_packet_that_is_missing_is_eight_samples_that_are(read):
    ids = read("umyo", BYTES).ids
    assert [(b - ids[0]) % 2048 for b in ids] == [*range(16), *range(24, 32)]


def test_another_sensor_by_its_number(read):
    assert [row[0] for row in read("umyo", BYTES, unit="0A0B0C0D").values] == [257] * 8


def test_its_scale_is_the_users(read):
    board = read("umyo", BYTES, count_uV="0.5")
    assert board.microvolts[2][0] == pytest.approx(16383.5)
    assert board.info.channels[0].full_scale == 16384


def test_nothing_is_said_to_it(talk):
    assert talk("umyo", {}) == []
