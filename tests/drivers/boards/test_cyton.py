"""OpenBCI Cyton and Cyton with Daisy: bytes typed from OpenBCI_32bit_Library and the data format on docs.openbci.com."""

import pytest

# A0, number, eight channels of 24 bits, three aux values of 16 bits, C0 to C6.
FIRST = """
A0 01
00 00 01  FF FF FF  7F FF FF  80 00 00  00 01 00  FF FF 00  12 34 56  ED CB AA
08 00  F8 00  00 01
C0
"""
VALUES = [1, -1, 8388607, -8388608, 256, -256, 1193046, -1193046]
NEXT = "A0 02" + " 00 00 00" * 8 + " 00 00 00 00 00 00 C0"


def test_counts_of_eight_channels(read):
    board = read("cyton", FIRST)
    assert board.values == [VALUES]
    assert board.ids == [1]


def test_microvolts_at_a_gain_of_24(read):
    """4.5 V / 24 / (2²³ − 1) = 0.022351744 µV a count; the rails lie at 187,500 µV."""
    [values] = read("cyton", FIRST).microvolts
    assert values[0] == pytest.approx(0.022351744, abs=1e-9)
    assert values[2] == pytest.approx(187500.0, abs=1e-6)
    assert values[3] == pytest.approx(-187500.022352, abs=1e-6)
    assert read("cyton", FIRST).info.channels[0].full_scale == 187500


def test_each_channel_has_its_own_gain(read):
    [values] = read("cyton", FIRST, gain="24,12,8,6,4,2,1,24").microvolts
    assert values[1] == pytest.approx(-2 * 0.0223517444, abs=1e-9)
    assert values[2] == pytest.approx(562500.0, abs=1e-6)
    assert values[6] == pytest.approx(639999.824, abs=0.001)


def test_acceleration_stands_until_a_new_value_comes(read):
    """0x0800 is 2048 steps of 0.002 g / 16: 0.256 g."""
    board = read("cyton", FIRST + NEXT, aux="accel")
    assert board.info.labels[8:] == ("accel_x", "accel_y", "accel_z")
    assert [row[8:] for row in board.values] == [[2048, -2048, 1]] * 2
    assert 2048 * board.info.channels[8].scale == pytest.approx(0.256)


def test_analog_and_digital_pins(read):
    raw = "A0 01" + " 00 00 00" * 8 + " 03 FF  00 00  02 00 C1"
    assert read("cyton", raw, aux="analog").values[0][8:] == [1023, 0, 512]
    raw = "A0 01" + " 00 00 00" * 8 + " 01 00  00 01  00 01 C1"
    board = read("cyton", raw, aux="digital")
    assert dict(zip(board.info.labels[8:], board.values[0][8:], strict=True)) == {
        "digital_D11": 1,
        "digital_D12": 0,
        "digital_D13": 0,
        "digital_D17": 1,
        "digital_D18": 1,
    }


def test_a_cable_to_the_boards_own_port_brings_another_first_byte(read):
    wired = FIRST.replace("A0 01", "41 01", 1)
    assert read("cyton", wired, link="wired").values == [VALUES]
    assert read("cyton", wired).values == []


def test_the_number_begins_anew_after_255(read):
    frames = "".join(f"A0 {n:02X}" + " 00 00 07" * 8 + " 00 00 00 00 00 00 C0 " for n in (254, 255, 0, 1))
    assert read("cyton", frames).ids == [254, 255, 0, 1]


def test_what_the_dongle_says_in_between_is_no_frame(read):
    said = b"Failure: Communications timeout - Device failed to poll Host$$$"
    board = read("cyton", bytes.fromhex(FIRST) + said + bytes.fromhex(NEXT))
    assert board.ids == [1, 2]
    assert [(kind, row, data["text"]) for kind, row, data in board.notes] == [("text", 1, said.decode())]


def half(number, first):
    """A packet whose channels count up from `first`."""
    body = "".join(f" 00 00 {first + i:02X}" for i in range(8))
    return f"A0 {number:02X}{body} 00 00 00 00 00 00 C0 "


def test_the_daisys_packets_are_the_even_ones(read):
    """Even: channels 9 to 16; the odd one after it: 1 to 8."""
    board = read("cyton-daisy", half(2, 9) + half(3, 1) + half(4, 0x19) + half(5, 0x11))
    assert board.values == [list(range(1, 17)), list(range(0x11, 0x21))]
    assert board.ids == [1, 2]
    assert board.info.rate == 125


def test_half_a_sample_of_the_daisy_is_none(read):
    alone = half(2, 9) + half(3, 1) + half(4, 0x19) + half(7, 0x31) + half(8, 0x59) + half(9, 0x51)
    board = read("cyton-daisy", alone)
    assert board.ids == [1, 4]
    assert board.values == [list(range(1, 17)), list(range(0x51, 0x61))]
