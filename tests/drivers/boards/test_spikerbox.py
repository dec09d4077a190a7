"""Bytes from SpikeRecorderSpikerShield_V1_1.ino: sample >> 7 with bit 7 set in the first byte, then sample & 7F."""

import pytest

from nmr_emg.errors import DriverError

HWT = bytes.fromhex("FF FF 01 01 80 FF") + b"HWT:MUSCLESS;" + bytes.fromhex("FF FF 01 01 81 FF")
EVENT = bytes.fromhex("FF FF 01 01 80 FF") + b"EVNT:3;" + bytes.fromhex("FF FF 01 01 81 FF")


def test_values_of_a_shield_with_one_channel(read):
    # 512, 0, 1023, 513, 511
    board = read("spikerbox", "84 00  80 00  87 7F  84 01  83 7F")
    assert board.values == [[512], [0], [1023], [513], [511]]
    assert board.ids is None
    assert board.info.rate == pytest.approx(10050.25, abs=0.005)
    # 5 V / 1024 / 1000 = 4.8828 µV
    assert board.microvolts[3][0] == pytest.approx(4.8828, abs=1e-4)
    assert board.microvolts[1][0] == pytest.approx(-2500)


def test_values_of_a_shield_with_three_channels(read):
    board = read("spikerbox", "84 00 00 00 07 7F  84 01 03 7F 04 02  80 05 00 06 00 07", inputs="3")
    assert board.values == [[512, 0, 1023], [513, 511, 514], [5, 6, 7]]
    assert board.info.rate == pytest.approx(3350.08, abs=0.005)


def test_an_event_is_a_marker_and_no_sample(read):
    board = read("spikerbox", bytes.fromhex("84 00 84 01") + EVENT + bytes.fromhex("84 02 84 03"))
    assert board.values == [[512], [513], [514], [515]]
    (marker,) = [note for note in board.notes if note[0] == "marker"]
    assert marker[1] == 2
    assert "3" in str(marker[2])


def test_other_messages_are_texts(read):
    board = read("spikerbox", bytes.fromhex("84 00 84 01") + HWT + bytes.fromhex("84 02"))
    assert board.values == [[512], [513], [514]]
    assert [note[0] for note in board.notes] == ["text"]
    assert "MUSCLESS" in str(board.notes[0][2])


# Guide for USB Communication R7; 14-bit boards are centred on 8192 (ArduinoSerial.cpp).
@pytest.mark.parametrize(
    ("model", "rate", "inputs", "zero"),
    [
        ("MUSCLESS", 10050.25, 1, 512),
        ("HUMANSB", 5000, 2, 8192),
        ("MSBPCDC", 10000, 2, 512),
        ("HHIBOX", 10000, 1, 512),
        ("UNIBOX", 42661, 2, 8192),
        ("EXTCLAW", 896, 3, 512),
    ],
)
def test_every_type_by_what_it_answers(read, model, rate, inputs, zero):
    frame = bytes([0x80 | zero >> 7, zero & 0x7F]) + bytes([zero >> 7, zero & 0x7F]) * (inputs - 1)
    board = read("spikerbox", frame * 4, said=f"FWV:1.0;HWT:{model};HWV:1.0;")
    assert board.values == [[zero] * inputs] * 4
    assert board.microvolts == [[0.0] * inputs] * 4
    assert board.info.rate == pytest.approx(rate, abs=0.005)
    assert model in board.info.device


def test_a_shield_is_asked_for_its_channels(talk):
    said = talk("spikerbox", {b"b:;\n?:;\n": (0.01, HWT)}, inputs="4")
    assert [data for _, data in said] == [b"b:;\n?:;\n", b"c:4;\n"]


def test_a_pro_box_is_started_and_stopped(talk):
    said = talk("spikerbox", {b"b:;\n?:;\n": (0.01, HWT.replace(b"MUSCLESS", b"MSBPCDC"))})
    assert [data for _, data in said] == [b"b:;\n?:;\n", b"start:;\n", b"h:;\n"]


def test_a_channel_that_is_not_wanted_stays_in_the_frame(read):
    board = read(
        "spikerbox", "84 00 00 00 07 7F  84 01 03 7F 04 02  80 05 00 06 00 07", inputs="3", channels="1-2"
    )
    assert board.values == [[512, 0], [513, 511], [5, 6]]
    assert board.info.labels == ("ch1", "ch2")


def test_bytes_of_another_board_are_not_shown_as_text(talk):
    noise = bytes.fromhex("A0 01 FF 80 9C 00 E3 7F C0") * 20
    with pytest.raises(DriverError, match="180 bytes that are no text"):
        talk("spikerbox", {b"b:;\n?:;\n": (0.01, noise)})
