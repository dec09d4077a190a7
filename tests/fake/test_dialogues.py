"""What boards answer, as their firmware does; heard through a real port with pyserial."""

import time

import pytest

from nmr_emg.fake import FakeBoard, Reply, stream
from nmr_emg.fake.boards import board

serial = pytest.importorskip("serial")


def said(name: str, *words: bytes, now: float = 0.0, **options: object) -> list[bytes]:
    """What a board answers to each word, without a port."""
    firmware = board(name, options)
    return [b"".join(reply.data for reply in firmware.hear(word, now)) for word in words]


# Cyton

BANNER = b"OpenBCI V3 8-16 channel\r\nOn Board ADS1299 Device ID: 0x3E\r\nLIS3DH Device ID: 0x33\r\nFirmware: v3.1.2\r\n$$$"


def test_a_cyton_on_a_port():
    with FakeBoard("cyton") as fake, serial.Serial(fake.port, 115200, timeout=2) as port:
        port.write(b"v")
        assert port.read_until(b"$$$") == BANNER
        port.write(b"d")
        assert port.read_until(b"$$$") == b"updating channel settings to default$$$"
        port.write(b"x3060100X")
        assert port.read_until(b"$$$") == b"Success: Channel set for 3$$$"
        assert fake.firmware.commands.settings[2] == (0, 6, 0, 1, 0, 0)
        port.write(b"b")
        assert port.read(33)[:2] == b"\xa0\x00"
        assert fake.heard == b"vdx3060100Xb"


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        (b"V", b"v3.1.2$$$"),
        (b"~~", b"Success: Sample rate is 250Hz$$$"),
        (b"~4", b"Success: Sample rate is 1000Hz$$$"),
        (b"~9", b"Failure: sample value out of bounds$$$"),
        (b"//", b"Success: default$$$"),
        (b"/2", b"Success: analog$$$"),
        (b"/8", b"Failure: board mode value out of bounds.$$$"),
        (b"x10X", b"Failure: too few chars$$$"),
        (b"x1060110Y", b"Failure: Err: 9th char not X$$$"),
        (b"xQ060110X", b"Success: Channel set for 9$$$"),
        (b"z110Z", b"Success: Lead off set for 1$$$"),
        (b"-", b"Success: Configured internal test signal.$$$"),
        (b"<", b"Time stamp ON$$$"),
        (b"D", b"060110$$$"),
        (b"C", b"no daisy to attach!8$$$"),
        (b"c1!sb", b""),
        (b"\xf0\x07", b"Success: System is Up$$$"),
        (b"\xf0\x00", b"Success: Host and Device on Channel Number: 11\x0b$$$"),
        (b"\xf0\x02\x05", b"Success: Host override - Channel Number: 5\x05$$$"),
        (b"\xf0\x06", b"Success: Switch your baud rate to 230400$$$"),
    ],
)
def test_what_a_cyton_answers(word, answer):
    assert said("cyton", word) == [answer]


def test_registers_show_the_gain():
    first, registers = said("cyton", b"x2030110X", b"?")
    assert first == b"Success: Channel set for 2$$$"
    assert b"\r\nBoard ADS Registers\r\n" in registers
    assert b"CH1SET, 05, 68, 0, 1, 1, 0, 1, 0, 0, 0\r\nCH2SET, 06, 38, 0, 0, 1, 1, 1, 0, 0, 0" in registers


def test_a_daisy_answers():
    assert said("cyton-daisy", b"C", b"c", b"C") == [b"16$$$", b"daisy removed$$$", b"daisy attached16$$$"]
    assert b"On Daisy ADS1299 Device ID: 0x3E\r\n" in said("cyton-daisy", b"v")[0]


def test_a_cyton_without_its_daisy_sends_eight_channels():
    firmware = board("cyton-daisy", {})
    firmware.hear(b"c", 0.0)
    assert (firmware.channels, firmware.rate, firmware.frames_per_row) == (8, 250.0, 1)


def test_a_streaming_cyton_answers_nothing():
    assert said("cyton", b"b", b"x1060110X", b"?", b"d", b"s", b"d") == [b""] * 5 + [
        b"updating channel settings to default$$$"
    ]


def test_a_command_that_takes_too_long():
    firmware = board("cyton", {})
    assert firmware.hear(b"x10", 0.0) == []
    assert firmware.hear(b"", 0.9) == []
    told = firmware.hear(b"", 1.1)[0].data
    assert told == b"Timeout processing multi byte message - please send all commands at once as of v2$$$"


def test_a_board_that_is_off():
    failed = b"Failure: Communications timeout - Device failed to poll Host$$$"
    down = b"Failure: System is Down$$$"
    assert said("cyton", b"v", b"\xf0\x07", b"\xf0\x00", board_on=False) == [failed, down, failed]


def test_a_channel_that_is_off_and_markers_of_a_cyton():
    firmware = board("cyton", {})
    firmware.hear(b"2/4b`x", 0.0)
    values, aux = firmware.measure(0, (5, 6, 7, 8, 9, 10, 11, 12))
    assert values == (5, 0, 7, 8, 9, 10, 11, 12)
    frame = firmware.encode([(0, values)])
    assert (aux, frame[26:]) == ((0x78,), bytes.fromhex("0078 0000 0000 c1"))


def test_time_stamps_of_a_cyton():
    firmware = board("cyton", {})
    firmware.hear(b"<", 0.0)
    frames = [firmware.encode([(n, firmware.measure(n, [0] * 8)[0])]) for n in range(9)]
    assert [frame[32] for frame in frames] == [0xC3] + [0xC4] * 8
    assert [int.from_bytes(frame[28:32], "big") for frame in frames[:3]] == [4, 8, 12]
    assert [frame[26:28].hex() for frame in frames[6:]] == ["0000", "0010", "ffe0"]


# The others


def test_chords_takes_a_command_after_a_second_of_silence():
    firmware = board("chords", {})
    assert firmware.hear(b"WHORU\n", 0.0) == firmware.hear(b"", 0.9) == []
    assert firmware.hear(b"", 1.0) == [Reply(b"UNO-R3\r\n")]
    firmware.hear(b"WHORU\n", 2.0)
    firmware.hear(b"START\n", 2.5)  # both at once mean nothing
    assert (firmware.hear(b"", 4.0), firmware.streaming) == ([], False)
    firmware.hear(b"START\n", 5.0)
    assert (firmware.hear(b"", 6.0), firmware.streaming) == ([], True)
    firmware.hear(b"STATUS\n", 7.0)
    assert (firmware.hear(b"", 8.0), firmware.streaming) == ([Reply(b"START\r\n")], True)
    firmware.hear(b"STOP\n", 9.0)
    assert (firmware.hear(b"", 10.0), firmware.streaming) == ([], False)


def test_any_byte_stops_an_npg_lite():
    firmware = board("chords", {"model": "NPG-LITE"})
    assert firmware.hear(b"WHORU\nSTART\n", 0.0) == [Reply(b"NPG-LITE\r\n")]
    assert firmware.streaming
    firmware.hear(b"x", 1.0)
    assert not firmware.streaming


def test_a_spikerbox_answers_inside_its_stream():
    shield = b"\xff\xff\x01\x01\x80\xffHWT:MUSCLESS;\xff\xff\x01\x01\x81\xff"
    assert said("spikerbox", b"b:;\n", b"?:;\n") == [shield, b""]
    assert b"HWT:HUMANSB;" in said("spikerbox", b"?:;\n", model="human")[0]
    firmware = board("spikerbox", {})
    firmware.hear(b"conf s:10000;c:2;\n", 0.0)
    assert (firmware.channels, firmware.rate) == (2, pytest.approx(5025.126, abs=0.001))


def test_a_bitalino_answers_and_starts():
    firmware = board("bitalino", {})
    assert firmware.hear(b"\x07", 0.0)[0].data == b"BITalino_v5.1\n"
    firmware.hear(b"\x83", 0.1)
    firmware.hear(bytes([0b00_0001_01 | 1 << 4]), 0.2)  # A1 and A3
    assert (firmware.rate, firmware.inputs, firmware.streaming) == (100.0, (0, 2), True)
    assert len(firmware.encode([(0, (1, 2))])) == 4
    firmware.hear(b"\x00", 0.3)
    assert not firmware.streaming


def test_hackeeg_begins_in_text_mode_with_shorted_inputs():
    firmware = board("hackeeg", {})

    def ask(word: bytes) -> bytes:
        return b"".join(reply.data for reply in firmware.hear(word + b"\n", 0.0))

    assert ask(b'{"COMMAND":"nop"}') == b"406 Error: Unrecognized command.\r\n\r\n"
    assert ask(b"jsonlines") == b'{"STATUS_CODE":200,"STATUS_TEXT":"Ok"}\r\n'
    assert ask(b"jsonlines") == b'{"STATUS_CODE":400,"STATUS_TEXT":"Bad Request"}\r\n'
    assert ask(b'{"COMMAND":"rdatac"}') == b'{"STATUS_CODE":502,"STATUS_TEXT":"No Active Channels"}\r\n'
    ask(b'{"COMMAND":"wreg","PARAMETERS":[5,96]}')
    ask(b'{"COMMAND":"wreg","PARAMETERS":[1,148]}')
    assert ask(b'{"COMMAND":"rdatac"}') == b'{"STATUS_CODE":200,"STATUS_TEXT":"Ok"}\r\n'
    assert (firmware.streaming, firmware.rate) == (True, 1000.0)
    assert b'"board_name":"HackEEG"' in ask(b'{"COMMAND":"status","PARAMETERS":[]}')
    assert (
        ask(b"[1]")
        == ask(b'{"COMMAND":"fly"}')
        == b'{"STATUS_CODE":406,"STATUS_TEXT":"Unrecognized command"}\r\n'
    )
    assert ask(b"\xff\x00") == b'{"STATUS_CODE":400,"STATUS_TEXT":"Bad Request"}\r\n'
    assert b"Ok" in ask(b'{"COMMAND":"wreg","PARAMETERS":["a"]}')


def test_a_knight_switches_channels():
    firmware = board("knight", {})
    firmware.hear(b"choff_2\nchon_3_4\nrldadd_1\nnonsense\nchon_9_4\n", 0.0)
    assert firmware.measure(0, [1] * 8)[0] == (1, 0, 1, 1, 1, 1, 1, 1)
    assert firmware.gains[2] == 4


def test_an_arduino_begins_anew_when_its_port_is_opened():
    with FakeBoard("lines", banner="Hello", boot=0.1) as fake:
        for _ in range(2):
            with serial.Serial(fake.port, timeout=2) as port:
                assert port.readline() == b"Hello\r\n"
            time.sleep(0.05)
        assert fake.player.opened == 2


@pytest.mark.parametrize("name", ["cyton", "chords", "spikerbox", "bitalino", "knight", "hackeeg", "lines"])
def test_nonsense_breaks_no_board(name):
    firmware = board(name, {})
    noise = bytes(range(256)) * 4 + b"\n" + stream("cyton", 20, signal="scattered")[0] + b"\n"
    for at in range(0, len(noise), 7):
        firmware.hear(noise[at : at + 7], at / 100)
