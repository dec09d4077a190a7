"""Bytes as live.c packs them and uart.c checks them: values from the end on, then 4 bits of count and 4 of CRC.

The values of each frame stand beside it; the last frames carry counts 13, 14, 15, 0 and 1.
"""

from itertools import pairwise

import pytest

A = ((512, 0, 1023, 511), (513, 1, 1022, 512), (0, 1023, 512, 1), (1023, 512, 0, 1022), (700, 300, 600, 400))
SIX_BITS = ((32, 0), (33, 63), (0, 32), (63, 1), (20, 40))
DIGITAL = ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1), (0, 0, 0, 0))
COUNTS = [13, 14, 15, 0, 1]

FRAMES = {
    1: "00 88 DB  04 48 EE  00 20 FF  FC 1F 06  F0 0A 13",
    2: "00 00 88 DB  01 04 48 E4  FF 03 20 F2  00 FE 1F 02  2C F1 0A 19",
    3: "C0 FF 00 00 88 DC  80 FF 01 04 48 E1  00 80 FF 03 20 F8  00 00 00 FE 1F 02  00 96 2C F1 0A 14",
    4: """F0 DF FF 00 00 88 DD  00 A0 FF 01 04 48 E0  10 00 80 FF 03 20 F3  E0 3F 00 00 FE 1F 09
          00 19 96 2C F1 0A 17""",
    5: """00 F8 DF FF 00 00 88 D1  40 08 A0 FF 01 04 48 E8  00 10 00 80 FF 03 20 F3  C0 EF 3F 00 00 FE 1F 04
          00 05 19 96 2C F1 0A 19""",
    6: """00 F8 DF FF 00 00 88 D1  7F 08 A0 FF 01 04 48 EE  20 10 00 80 FF 03 20 F1  C1 EF 3F 00 00 FE 1F 0A
          28 05 19 96 2C F1 0A 12""",
}


@pytest.mark.parametrize("inputs", FRAMES)
def test_values_and_counts(read, inputs):
    board = read("bitalino", FRAMES[inputs], inputs=str(inputs))
    expected = [[*ten, *six][:inputs] for ten, six in zip(A, SIX_BITS, strict=True)]
    assert board.values == expected
    assert board.ids == COUNTS
    assert board.info.labels == ("A1", "A2", "A3", "A4", "A5", "A6")[:inputs]


def test_digital_lines_come_along_if_wished(read):
    board = read("bitalino", FRAMES[2], inputs="2", aux="digital")
    assert board.info.labels == ("A1", "A2", "I1", "I2", "O1", "O2")
    assert [tuple(row[2:]) for row in board.values] == list(DIGITAL)


def test_scale_is_that_of_the_sensors_data_sheet(read):
    # (ADC / 2^n − ½) · 3.3 V / 1009: 3.194 µV a step of 10 bits, 51.1 of 6, range ±1.64 mV.
    board = read("bitalino", FRAMES[6], inputs="6")
    assert board.microvolts[0][0] == 0
    assert board.microvolts[1][0] == pytest.approx(3.194, abs=5e-4)
    assert board.microvolts[2][0] == pytest.approx(-1635.3, abs=0.05)
    assert board.microvolts[0][4] == 0
    assert board.microvolts[1][4] == pytest.approx(51.10, abs=5e-3)
    assert {round(one.full_scale, 1) for one in board.info.channels} == {1635.3}


def test_a_frame_with_a_wrong_bit_is_no_sample(read):
    wrong = bytearray.fromhex(FRAMES[4] * 3)
    wrong[7 * 6 + 2] ^= 0x10
    board = read("bitalino", bytes(wrong))
    assert board.values == [list(row) for i, row in enumerate(A * 3) if i != 6]
    assert board.ids == [one for i, one in enumerate(COUNTS * 3) if i != 6]


VERSION = {b"\x07": (0.05, b"BITalino_v5.1\n")}


@pytest.mark.parametrize(
    ("given", "rate", "live"),
    [
        ({}, 0xC3, 0x3D),
        ({"rate": "100", "inputs": "6"}, 0x83, 0xFD),
        ({"rate": "10", "inputs": "1"}, 0x43, 0x05),
    ],
)
def test_its_commands_keep_a_tenth_of_a_second_apart(talk, given, rate, live):
    said = talk("bitalino", VERSION, **given)
    assert [data[0] for _, data in said[1:]] == [0x07, rate, live, 0x00]
    times = [at for at, _ in said[:4]]
    assert all(b - a > 0.099 for a, b in pairwise(times))
