"""Frames of 105 bytes (freeeeg32.js): A0, counter, 32 × 24 bits high byte first, 3 × 16 bits of acceleration, C0."""

import pytest

# Channels 1 to 4 and 32 are told apart; 5 to 31 hold 00 00 05.
MIDDLE = "00 00 05" * 27
BYTES = f"""
A0 FE  00 00 01  FF FF FF  7F FF FF  80 00 00  {MIDDLE}  12 34 56  00 01  FF FF  10 00  C0
A0 FF  00 00 02  FF FF FE  A0 C0 A0  C0 A0 C0  {MIDDLE}  00 00 00  00 02  FF FE  20 00  C0
A0 00  00 00 03  FF FF FD  00 00 00  00 00 00  {MIDDLE}  00 00 00  00 03  FF FD  30 00  C0
"""


def test_values_and_counts(read):
    board = read("freeeeg32", BYTES)
    assert [len(row) for row in board.values] == [32, 32, 32]
    assert board.values[0][:5] == [1, -1, 8388607, -8388608, 5]
    assert board.values[0][30:] == [5, 0x123456]
    assert board.values[1][:4] == [2, -2, 0xA0C0A0 - (1 << 24), 0xC0A0C0 - (1 << 24)]
    assert board.ids == [254, 255, 0]
    assert board.info.rate == 512


def test_scale(read):
    # 2.5 V / (2^23 − 1) / 8
    board = read("freeeeg32", BYTES)
    assert board.microvolts[0][0] == pytest.approx(0.03725, abs=5e-6)
    assert board.microvolts[0][2] == pytest.approx(312500)
    assert board.info.channels[0].full_scale == 312500


def test_acceleration_comes_along_if_wished(read):
    board = read("freeeeg32", BYTES, aux="accel", channels="32")
    assert board.values == [[0x123456, 1, -1, 4096], [0, 2, -2, 8192], [0, 3, -3, 12288]]
    assert board.info.labels == ("ch32", "accel_x", "accel_y", "accel_z")


def test_frames_without_acceleration(read):
    short = "".join(f"A0 {count:02X} {'00 00 07' * 32} C0" for count in (1, 2, 3))
    assert read("freeeeg32", short, frame="99").values == [[7] * 32] * 3
