"""What is said to a board, and what is made of its answers."""

import time

import pytest

from nmr_emg.drivers.serial.board import Step, board_called
from nmr_emg.drivers.serial.dialogue import MOST_ANSWER, advice, listen, say, set_up
from nmr_emg.drivers.serial.fitting import fit
from nmr_emg.errors import DriverError


class Scripted:
    """A port that answers what is written to it."""

    def __init__(self, answers, noise=b""):
        self.answers, self.noise = answers, noise
        self.said, self._waiting = [], b""

    def write(self, data):
        self.said.append(data)
        for start, answer in self.answers.items():
            if data.startswith(start):
                self._waiting += answer

    def read(self, wait):
        data, self._waiting = self._waiting, b""
        return data or self.noise


def test_an_answer_is_waited_for_and_checked():
    port = Scripted({b"v": b"OpenBCI V3 8-16 channel$$$"})
    step = Step(send="v", expect="$$$", match="OpenBCI")
    assert say(port, step, {}) == "OpenBCI V3 8-16 channel$$$"


def test_bytes_of_another_board_are_not_shown_as_text():
    noise = bytes.fromhex("A0 01 FF 80 9C 00 E3 7F C0") * 20
    step = Step(send="v", expect="$$$", within=0.1)
    with pytest.raises(DriverError, match="180 bytes that are no text, which is not what this board answers"):
        say(Scripted({b"v": noise}), step, {})


def test_what_came_before_is_no_answer():
    port = Scripted({b"s": b"old $$$", b"v": b"new $$$"})
    say(port, Step(send="s"), {})
    assert say(port, Step(send="v", expect="$$$"), {}) == "new $$$"


def test_silence_and_another_answer_are_told_apart():
    step = Step(send="v", expect="$$$", match="OpenBCI", within=0.1)
    with pytest.raises(DriverError, match=r"no answer to 'v' within 0\.1 s"):
        say(Scripted({}), step, {})
    with pytest.raises(
        DriverError, match="the answer to 'v' is 'hello', which is not what this board answers"
    ):
        say(Scripted({b"v": b"\x00hello\r\n"}), step, {})


def test_a_board_that_never_stops_talking_fills_no_memory():
    port = Scripted({}, noise=b"x" * 4096)
    with pytest.raises(DriverError):
        say(port, Step(send="v", expect="$$$", within=0.3), {})
    quiet = Step(send="v", expect="$$$", within=0.2, optional=True)
    assert len(listen(port, quiet)) <= MOST_ANSWER


def test_every_channel_of_a_cyton_is_set():
    """`x CHANNEL POWER GAIN INPUT BIAS SRB2 SRB1 X`, as the Cyton's commands are documented."""
    board = board_called("cyton")
    port = Scripted(
        {b"x": b"Success: Channel set for 1$$$", b"d": b"updating channel settings to default$$$"}
    )
    fitted = fit(board, {"gain": "12", "channels": "1-2", "input": "normal"}, {"daisy": "no"})
    set_up(port, board.dialogue.setup, fitted, board)
    assert port.said == [b"d", b"x1050100X", b"x2050100X", *(b"x%d150100X" % n for n in range(3, 9))]


def test_a_refused_setting_says_why():
    board = board_called("cyton")
    port = Scripted({b"x": b"Failure: too few chars$$$", b"d": b"updating channel settings to default$$$"})
    with pytest.raises(DriverError, match="Failure: too few chars"):
        set_up(port, board.dialogue.setup, fit(board, {}, {"daisy": "no"}), board)


def test_old_firmware_that_confirms_nothing_is_told_and_not_waited_for_long():
    board = board_called("cyton")
    began = time.monotonic()
    silent = set_up(Scripted({}), board.dialogue.setup, fit(board, {}, {"daisy": "no"}), board)
    assert silent == [b"d", *(b"x%d060100X" % n for n in range(1, 9))]
    assert time.monotonic() - began < 5


def test_a_dongle_without_its_board_is_explained():
    board = board_called("cyton")
    text = "Failure: Communications timeout - Device failed to poll Host$$$"
    assert "the board is off" in advice(board.hints, text)
    assert advice(board.hints, "all is well") == ""
