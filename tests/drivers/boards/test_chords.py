"""Bytes from Chords-Arduino-Firmware, UNO-R3.ino: C7 7C, counter, six values high byte first, 01."""

import pytest

from nmr_emg.errors import DriverError

UNO = """
C7 7C FE  02 00  00 00  03 FF  02 01  01 FF  00 01  01
C7 7C FF  02 00  02 00  02 00  02 00  02 00  C7 7C  01
C7 7C 00  00 00  00 00  00 00  00 00  00 00  00 00  01
C7 7C 02  03 FF  03 FF  03 FF  03 FF  03 FF  03 FF  01
"""


def test_values_and_counts_of_an_uno(read):
    board = read("chords", UNO)
    assert board.values == [
        [512, 0, 1023, 513, 511, 1],
        [512, 512, 512, 512, 512, 0xC77C],
        [0, 0, 0, 0, 0, 0],
        [1023, 1023, 1023, 1023, 1023, 1023],
    ]
    assert board.ids == [254, 255, 0, 2]
    assert board.info.rate == 250
    assert board.info.labels == ("ch1", "ch2", "ch3", "ch4", "ch5", "ch6")
    assert board.info.device == "Chords UNO-R3"


def test_scale_of_an_uno(read):
    # 5 V over 1024 steps is 4882.8125 µV at the converter; a Muscle BioAmp amplifies 2420 times.
    board = read("chords", UNO)
    assert board.microvolts[0][0] == 0
    assert board.microvolts[0][3] == pytest.approx(2.0177, abs=1e-4)
    assert board.microvolts[0][1] == pytest.approx(-1033.06, abs=0.01)
    assert board.info.channels[0].full_scale == pytest.approx(1033.06, abs=0.01)
    assert read("chords", UNO, gain="1").microvolts[0][3] == 4882.8125


def test_each_input_may_have_an_amplifier_of_its_own(read):
    board = read("chords", UNO, gain="1,2,4,8,16,1000")
    assert board.microvolts[3][:3] == pytest.approx([511 * 4882.8125, 511 * 2441.40625, 511 * 1220.703125])


# Chords-Python, chords_serial.py; bits of the boards' converters.
BOARDS = [
    ("UNO-R3", 6, 250, 10),
    ("UNO-CLONE", 6, 250, 10),
    ("GENUINO-UNO", 6, 250, 10),
    ("UNO-R4", 6, 500, 14),
    ("RPI-PICO-RP2040", 3, 500, 12),
    ("NANO-CLONE", 8, 250, 10),
    ("NANO-CLASSIC", 8, 250, 10),
    ("STM32F4-BLACK-PILL", 8, 500, 12),
    ("STM32G4-CORE-BOARD", 16, 500, 12),
    ("MEGA-2560-R3", 16, 250, 10),
    ("MEGA-2560-CLONE", 16, 250, 10),
    ("GIGA-R1", 6, 500, 16),
    ("NPG-LITE", 3, 500, 12),
]


@pytest.mark.parametrize(("model", "inputs", "rate", "bits"), BOARDS)
def test_every_board_by_what_it_answers(read, model, inputs, rate, bits):
    frames = b"".join(
        bytes([0xC7, 0x7C, count]) + bytes.fromhex("12 34") * (inputs - 1) + b"\x00\x07\x01"
        for count in (7, 8, 9)
    )
    board = read("chords", frames, said=f"{model}\r\n")
    assert board.values == [[0x1234] * (inputs - 1) + [7]] * 3
    assert board.ids == [7, 8, 9]
    assert (board.info.rate, board.info.device) == (rate, f"Chords {model}")
    assert {channel.offset for channel in board.info.channels} == {2 ** (bits - 1)}
    volts = board.info.channels[0].scale * 2**bits * 2420 / 1e6
    assert volts == pytest.approx(3.3 if bits in (12, 16) else 5.0)


def test_a_user_overrules_what_the_board_says(read):
    frames = b"".join(bytes([0xC7, 0x7C, count]) + b"\x08\x00" * 6 + b"\x01" for count in (1, 2, 3))
    board = read("chords", frames, said="NPG-LITE\r\n", inputs="6", rate="1000")
    assert board.values == [[2048] * 6] * 3
    assert board.info.rate == 1000


def test_its_commands_are_never_less_than_a_second_apart(talk):
    said = talk("chords", {b"WHORU\n": (1.0, b"UNO-R3\r\n")})
    assert [data for _, data in said] == [b"STOP\n", b"WHORU\n", b"START\n", b"STOP\n"]
    assert said[1][0] - said[0][0] > 1.1
    assert said[2][0] - said[1][0] > 0.99


def test_a_board_that_nobody_knows_is_refused_in_words(talk):
    with pytest.raises(DriverError, match="UNO-R9"):
        talk("chords", {b"WHORU\n": (1.0, b"UNO-R9\r\n")})
    with pytest.raises(DriverError, match="WHORU"):
        talk("chords", {b"WHORU\n": (1.0, b"what?\r\n")})
