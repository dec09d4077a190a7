"""Every board that BrainFlow knows, and what may be said about it."""

import pytest

from nmr_emg.allowed import listed
from nmr_emg.drivers.brainflow.boards import Sent, find_board, sent_by, short_name
from nmr_emg.drivers.brainflow.driver import open_brainflow
from nmr_emg.drivers.brainflow.params import input_params, scale_of, words_of
from nmr_emg.drivers.brainflow.scale import remark, scales
from nmr_emg.drivers.brainflow.words import in_words
from nmr_emg.errors import ConfigError

shim = pytest.importorskip("brainflow.board_shim", reason="brainflow is not installed")

NONE = -100
BOARDS = [one for one in shim.BoardIds if one.name != "NO_BOARD"]

# Typed from BrainFlow's documentation, "Supported Boards": id, rate, EMG or EXG rows, counter, marker, rows in all.
KNOWN = [
    ("cyton", 0, 250, range(1, 9), 0, 23, 24),
    ("cyton-daisy", 2, 125, range(1, 17), 0, 31, 32),
    ("ganglion", 1, 200, range(1, 5), 0, 14, 15),
    ("galea", 3, 250, (1, 2, 3, 4, 7, 8), 0, 28, 29),
    ("unicorn", 8, 250, range(8), 15, 18, 19),
    ("callibri-emg", 10, 1000, (1,), 0, 3, 4),
    ("freeeeg32", 17, 512, range(1, 33), 0, 34, 35),
    ("ant-neuro-ee-511", 51, 4096, range(25, 29), 0, 33, 34),
    ("brainalive", 40, 250, range(1, 9), 0, 15, 17),
    ("neuropawn-knight", 57, 125, range(1, 9), 0, 12, 13),
    ("shimmer3", 68, 512, range(10, 14), 0, 19, 20),
]


def sent(board, **settings):
    known = {"master": NONE, "rows": None, **settings}
    with in_words("looking"):
        return sent_by(shim, board, **known)


@pytest.mark.parametrize("board", BOARDS, ids=lambda one: one.name)
def test_every_board_is_described_or_refused_in_words(board):
    number = find_board(shim, short_name(board.name))
    assert number == find_board(shim, int(board)) == int(board)
    try:
        found = sent(number)
    except ConfigError as error:
        assert "--set" in str(error)  # noqa: PT017  (only some are refused)
        return
    assert found == sent(number)
    assert found.rate > 0
    assert found.signals
    rows = [*found.signals, found.counter, found.marker]
    assert len(set(rows)) == len(rows)
    assert 0 <= min(rows) <= max(rows) < found.width


@pytest.mark.parametrize(("name", "number", "rate", "rows", "counter", "marker", "width"), KNOWN)
def test_rows_are_those_of_the_documentation(name, number, rate, rows, counter, marker, width):
    assert find_board(shim, name) == number
    found = sent(number)
    assert (found.rate, found.signals, found.width) == (rate, tuple(rows), width)
    assert (found.counter, found.marker) == (counter, marker)


def test_a_stand_in_sends_what_its_master_does():
    assert sent(-3, master=2) == sent(-2, master=2) == sent(2)
    for board in (-2, -3):
        with pytest.raises(ConfigError, match="master_board=NAME"):
            sent(board)
        with pytest.raises(ConfigError, match="another stand-in"):
            sent(board, master=-3)


def test_further_rows_have_names_and_known_units():
    found = sent(0, aux=("accel", "analog"))
    assert [(one.label, one.row, one.unit) for one in found.aux] == [
        ("accel_x", 9, "g"),
        ("accel_y", 10, "g"),
        ("accel_z", 11, "g"),
        ("analog_1", 19, ""),
        ("analog_2", 20, ""),
        ("analog_3", 21, ""),
    ]
    assert found.columns == [*range(1, 9), 9, 10, 11, 19, 20, 21]
    assert [one.unit for one in sent(68, aux=("accel", "temperature")).aux] == [""] * 4
    assert [one.label for one in sent(-1, aux=("eda",)).aux] == ["eda"]


@pytest.mark.parametrize(
    ("board", "kind", "what"),
    [
        (0, "gyro", "Cyton sends no 'gyro' for --set aux=; it has accel, analog, other"),
        (0, "emg", "sends no 'emg'"),
        (41, "accel", "it has nothing but electrodes"),
        (0, "", "sends no ''"),
    ],
)
def test_rows_that_a_board_does_not_send_are_refused(board, kind, what):
    with pytest.raises(ConfigError, match=what):
        sent(board, aux=(kind,))


def test_a_row_asked_for_twice_is_refused():
    with pytest.raises(ConfigError, match="accel_x"):
        open_brainflow("synthetic", {"aux": "accel,accel"}).open()


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("serial_port", "/dev/ttyUSB0", "/dev/ttyUSB0"),
        ("serial_number", "007", "007"),
        ("other_info", '{"gain": 6}', '{"gain": 6}'),
        ("mac_address", "e6:73:73:18:09:b1", "e6:73:73:18:09:b1"),
        ("ip_port", "6677", 6677),
        ("timeout", "15", 15),
        ("ip_protocol", "udp", 1),
        ("ip_protocol", "TCP", 2),
        ("ip_protocol", "2", 2),
        ("master_board", "cyton-daisy", 2),
        ("master_board", "-1", -1),
    ],
)
def test_parameters_get_the_type_that_brainflow_wants(key, value, kept):
    assert getattr(input_params(shim, {key: value}), key) == kept


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("ip_port", "high", "'high'; it must be a whole number"),
        ("ip_port_aux", "66777", "lies between 1 and 65535"),
        ("ip_port", "-1", "lies between"),
        ("ip_protocol", "ftp", "must be a whole number"),
        ("ip_protocol", "7", "udp or tcp"),
        ("timeout", "-3", "in seconds, 0 to 600"),
        ("timeout", "1.5", "whole number"),
        ("master_board", "oboe", "no board 'oboe'"),
        ("baud", "9600", "no parameter 'baud'; it has serial_port, .* rows, aux, command, scale"),
    ],
)
def test_parameters_that_can_not_be_are_refused(key, value, what):
    with pytest.raises(ConfigError, match=what):
        input_params(shim, {key: value})


def test_words_of_our_own():
    assert listed("rows", "4,1-3, 7") == [4, 1, 2, 3, 7]
    assert words_of(" x1; ;x2;", ";") == ("x1", "x2")
    assert scale_of("0.048") == 0.048
    for text in ("0", "-1", "nan", "inf", "big", ""):
        with pytest.raises(ConfigError, match="how many µV one value stands for"):
            scale_of(text)
    with pytest.raises(ConfigError, match="they mean the same"):
        open_brainflow("cyton", {"port": "COM3", "serial_port": "COM4"})
    for text in ("", "1-", "a", "1..3", "1000"):
        with pytest.raises(ConfigError, match="like 1-4,7"):
            listed("rows", text)


def made_up(board, signals=(1, 2, 3)):
    return Sent(board, "Made up", 125.0, 10, signals, 0, 9)


def test_only_a_knight_has_a_gain_of_its_own():
    assert scales(made_up(0), '{"gain": 6}', ("chon_1_6",), None) == (1, 1, 1)
    assert scales(made_up(57), "", (), None) == (1, 1, 1)
    assert scales(made_up(57), '{"gain": 6}', ("chon_3_4", "rldadd_1"), None) == (2, 2, 3)
    assert scales(made_up(66), "no json", ("chon_1_1", "chon_1_2"), None) == (6, 1, 1)
    assert scales(made_up(57), '{"gain": 6}', (), 0.5) == (0.5, 0.5, 0.5)
    for text in ("0", '"six"', "1.5", "[]", "99"):
        with pytest.raises(ConfigError, match="has no gain"):
            scales(made_up(57), f'{{"gain": {text}}}', (), None)


def test_a_board_that_sends_counts_is_said_to():
    assert "converter's counts, which are taken for µV; say what one is with --set scale=" in remark(
        made_up(68), None
    )
    assert remark(made_up(68), 0.048) == remark(made_up(0), None) == ""
