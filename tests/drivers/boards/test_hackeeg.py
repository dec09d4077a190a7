"""Lines as hackeeg_driver.ino sends them: base64 of u32 µs, u32 count, 3 bytes of status, 8 × 24 bits high byte first."""

from base64 import b64decode

import pytest

from nmr_emg.errors import DriverError

# µs 1000, count 255; status C0 00 00; 1, −1, 8388607, −8388608, 66051, 0, 0, 16
FIRST = "6AMAAP8AAADAAAAAAAH///9///+AAAABAgMAAAAAAAAAABA="
# µs 2000, count 256; 2 to 9
SECOND = "0AcAAAABAADAAAAAAAIAAAMAAAQAAAUAAAYAAAcAAAgAAAk="
# µs 4000, count 258: count 257 is missing
THIRD = "oA8AAAIBAADAAAAAAAIAAAMAAAQAAAUAAAYAAAcAAAgAAAk="
LINES = "".join(f'{{"C":200,"D":"{one}"}}\n' for one in (FIRST, SECOND, THIRD)).encode()


def test_the_lines_hold_what_is_said_above():
    assert b64decode(FIRST).hex() == (
        "e8030000" "ff000000" "c00000" "000001" "ffffff" "7fffff" "800000" "010203" "000000" "000000" "000010"
    )  # fmt: skip
    assert b64decode(SECOND)[:8].hex() == "d007000000010000"
    assert b64decode(THIRD)[:8].hex() == "a00f000002010000"


def test_values_and_counts(read):
    board = read("hackeeg", LINES)
    assert board.values == [
        [1, -1, 8388607, -8388608, 66051, 0, 0, 16],
        [2, 3, 4, 5, 6, 7, 8, 9],
        [2, 3, 4, 5, 6, 7, 8, 9],
    ]
    assert [one % 65536 for one in board.ids] == [255, 256, 258]


def test_scale_follows_the_gain(read):
    # 4.5 V / gain / (2^23 − 1)
    assert read("hackeeg", LINES).microvolts[0][0] == pytest.approx(0.0223517, abs=1e-7)
    assert read("hackeeg", LINES, gain="1").microvolts[0][0] == pytest.approx(0.536442, abs=1e-6)
    assert read("hackeeg", LINES).info.channels[0].full_scale == 187500


def test_an_answer_between_the_samples_is_no_sample(read):
    first, second, third = LINES.splitlines(keepends=True)
    board = read("hackeeg", first + b'{"STATUS_CODE":200,"STATUS_TEXT":"Ok"}\r\n' + second + third)
    assert len(board.values) == 3


OK = (0.01, b'{"STATUS_CODE":200,"STATUS_TEXT":"Ok"}\r\n')
STATUS = (
    0.01,
    b'{"STATUS_CODE":200,"STATUS_TEXT":"Ok","DATA":{"driver_version":"v0.4.0","board_name":"HackEEG"}}\r\n',
)


def wreg(register, value):
    return f'{{"COMMAND":"wreg","PARAMETERS":[{register},{value}]}}\n'.encode()


def answers(*registers):
    start = (f'{{"COMMAND":"{word}"}}\n'.encode() for word in ("start", "rdatac"))
    return {**dict.fromkeys([*registers, *start], OK), b'{"COMMAND":"status"}\n': STATUS}


def test_what_is_said_to_it(talk):
    # ADS1299: CONFIG1 is 96h at 250 SPS; CHnSET of gain 24 is 60h, of gain 12 50h; switched off and shorted is 81h.
    expected = [
        wreg(1, 0x96),
        wreg(0x15, 0),
        wreg(5, 0x60),
        wreg(6, 0x50),
        *[wreg(4 + channel, 0x81) for channel in range(3, 9)],
    ]
    given = {"rate": "250", "channels": "1-2", "gain": "24,12,24,24,24,24,24,24"}
    said = [data for _, data in talk("hackeeg", answers(*expected), **given)]
    assert said[1] == b"jsonlines\n"
    assert said[3:13] == expected
    assert said[13:15] == [b'{"COMMAND":"start"}\n', b'{"COMMAND":"rdatac"}\n']
    assert said[15:] == [b'{"COMMAND":"stop"}\n', b'{"COMMAND":"sdatac"}\n']


def test_reference_pin_test_signal_and_rate_on_wish(talk):
    # MISC1 bit 5 is SRB1; input 5 of CHnSET is the test signal; CONFIG1 of 1000 SPS is 94h.
    expected = [wreg(1, 0x94), wreg(0x15, 0x20), *[wreg(4 + channel, 0x65) for channel in range(1, 9)]]
    said = [data for _, data in talk("hackeeg", answers(*expected), srb1="on", input="test")]
    assert said[3:13] == expected


def test_a_board_without_its_shield_is_told(talk):
    nobody = {b'{"COMMAND":"status"}\n': (0.01, b'{"STATUS_CODE":200,"DATA":{"board_name":"other"}}\r\n')}
    with pytest.raises(DriverError, match="other"):
        talk("hackeeg", nobody)
