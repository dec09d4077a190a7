"""A board's file: numbers worked out, settings chosen, every slip told with its key."""

import pytest

from nmr_emg.allowed import listed
from nmr_emg.drivers.serial.arithmetic import work_out
from nmr_emg.drivers.serial.board import board_called, load_board
from nmr_emg.drivers.serial.checking import checked
from nmr_emg.drivers.serial.fitting import fit, said_to
from nmr_emg.errors import ConfigError

BOARD = """
driver = "serial"
description = "Two channels"
device = "Two"
rate = "=1000 / inputs"

[serial]
usb = ["2341:0043"]

[settings.inputs]
help = "how many channels"
default = 2
choices = { 1 = { code = "A" }, 2 = { code = "B" } }

[settings.gain]
help = "amplification"
each = true
default = 10
from = 1
to = 1000

[dialogue]
start = [{ send = "go {code}\\n" }]

[framing]
kind = "fixed"
length = "=2 * inputs + 2"
checks = [{ at = 0, is = 0xAA }]
counter = { at = 1, type = "u8" }

[[channels]]
label = "in{n}"
count = "=inputs"
scale = "=3.3e6 / 1024 / gain"
offset = 512
every = 2
wire = { at = 2, type = "u16be" }
"""


@pytest.fixture
def load(tmp_path):
    def load(text=BOARD, old="", new=""):
        path = tmp_path / "two.toml"
        assert old in text
        path.write_text(text.replace(old, new))
        return load_board(path)

    return load


def test_numbers_follow_from_what_is_chosen(load):
    one = fit(load(), {"inputs": "1", "gain": "33"})
    assert one.info.rate == 1000
    assert one.info.labels == ("in1",)
    assert one.info.channels[0].scale == pytest.approx(3.3e6 / 1024 / 33)
    two = fit(load(), {"gain": "10,20"})
    assert two.info.rate == 500
    assert [c.scale for c in two.info.channels] == pytest.approx([322.265625, 161.1328125])


def test_wanted_channels_keep_their_numbers(load):
    fitted = fit(load(), {"channels": "2"})
    assert fitted.info.labels == ("in2",)
    assert fitted.wanted == (2,)
    assert fitted.total == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('driver = "serial"', 'driver = "serial"\nrat = 3', "there is no key 'rat' here"),
        (
            'usb = ["2341:0043"]',
            'usb = ["2341-0043"]',
            "usb is '2341-0043'; write vendor and product like \"0403:6015\"",
        ),
        ('usb = ["2341:0043"]', "boud = 9600", "serial: there is no key 'boud' here"),
        ('help = "how many channels"', "", "settings.inputs: the key 'help' is missing"),
        ("start = [{ send", "start = [{ sent", "there is no key 'sent' here"),
        ('description = "Two channels"', "description = 2", "description is 2; it must be text in quotes"),
    ],
)
def test_a_slip_is_told_with_its_key_when_the_file_is_read(load, old, new, told):
    with pytest.raises(ConfigError, match=r"two\.toml") as caught:
        load(old=old, new=new)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"=1000 / inputs"', '"=1000 / m"', "there is no 'm' here; the names are inputs, code, gain"),
        ('"=1000 / inputs"', '"fast"', "rate is 'fast'; it must be a number"),
        ("length = ", "lenght = ", "framing: there is no key 'lenght' here"),
        ('kind = "fixed"', 'kind = "fixd"', "fixd"),
        ("offset = 512", 'offset = "=512 / 0"', "offset: '=512 / 0' can't be worked out"),
        ('type = "u16be"', 'type = "u17be"', "u17be"),
        ("every = 2", "evry = 2", "channels 1: there is no key 'evry' here"),
        ('"go {code}\\n"', '"go {kode}\\n"', "there is no name 'kode' for {kode}"),
    ],
)
def test_a_slip_in_what_is_worked_out_is_told_too(load, old, new, told):
    with pytest.raises(ConfigError) as caught:
        checked(load(old=old, new=new))
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"m": "3"}, "there is no setting 'm'; there are inputs, gain"),
        ({"inputs": "3"}, "inputs is '3'; it must be one of 1, 2"),
        ({"gain": "0.5"}, "gain is 0.5; it must be a number from 1 to 1000"),
        ({"gain": "much"}, "gain is 'much'; it must be a number"),
        ({"gain": "nan"}, "gain is 'nan'; it must be a number"),
        ({"inputs": "2", "gain": "3,4,x"}, "gain is 'x'"),
        ({"channels": "3"}, "the board has channels 1 to 2"),
        ({"channels": "1-"}, "write it like 1-4,7"),
    ],
)
def test_an_impossible_choice_is_refused(load, given, told):
    with pytest.raises(ConfigError) as caught:
        fit(load(), given)
    assert told in str(caught.value)


def test_columns_lie_one_after_another_unless_the_file_says_how_far(load):
    board = load(old="every = 2\n", new="")
    assert [wire.at for wire in fit(board, {}).framing.columns] == [2, 4]
    bits = load(old='wire = { at = 2, type = "u16be" }', new="wire = { bits = [[2, 0xFF, 0]] }")
    assert [wire.bits[0][0] for wire in fit(bits, {}).framing.columns] == [2, 4]
    path = BOARD.replace("every = 2\n", "").replace(
        'wire = { at = 2, type = "u16be" }', "wire = { bits = [[2, 255, 0]] }"
    )
    with pytest.raises(ConfigError, match="channels 1: the key 'every' is missing"):
        fit(load(path), {})


def test_sentences_for_the_user_are_no_list_of_values(load):
    assert fit(load(), {}, {"warnings": ["the board did not say which it is"]}).info.labels == ("in1", "in2")


def test_a_list_must_reach_for_all_channels(load):
    wider = BOARD.replace("2 = {", '3 = { code = "C" }, 2 = {')
    with pytest.raises(ConfigError, match="gain has 2 values, but there is a channel 3"):
        fit(load(wider), {"inputs": "3", "gain": "1,2"})


def test_steps_are_filled_in(load):
    board = load()
    names = fit(board, {"inputs": "1"}).names
    assert said_to(board.dialogue.start[0], names) == b"go A\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [("=2 + 3 * 4", 14), ("=-(2 - 5) ** 2", -9), ("=7 // 2 + 7 % 4", 6), ("= 1e6/4", 250000)],
)
def test_arithmetic(text, value):
    assert work_out(text, {}) == value


@pytest.mark.parametrize(
    "text",
    [
        "=__import__('os')",
        "=a.b",
        "=2 ** 100",
        "=(1).real",
        "='x'",
        "=",
        "=[1]",
        "=True",
        "=(-8) ** 0.5",
        "=9**9**9",
        "=" + "(" * 500,
    ],
)
def test_anything_but_arithmetic_is_refused(text):
    with pytest.raises(ConfigError):
        work_out(text, {"a": 1})


@pytest.mark.parametrize("text", ["", "a", "1-x", "1,,2", "1-99999999"])
def test_lists_of_channels_are_read_strictly(text):
    with pytest.raises(ConfigError):
        listed("channels", text)


@pytest.mark.parametrize(
    ("gain", "microvolts"), [("24", 0.02235174), ("12", 0.04470349), ("8", 0.06705523), ("1", 0.5364418)]
)
def test_cyton_scale(gain, microvolts):
    """Steps of the ADS1299 at each gain: 4.5 V / gain / (2²³ − 1), as docs.openbci.com states it."""
    channel = fit(board_called("cyton"), {"gain": gain}).info.channels[0]
    assert channel.scale == pytest.approx(microvolts, rel=1e-6)
    assert channel.full_scale == pytest.approx(4.5e6 / float(gain))


def test_cyton_streams_what_is_asked_for():
    board = board_called("cyton")
    assert fit(board, {}).info.labels == tuple(f"ch{n}" for n in range(1, 9))
    fitted = fit(board, {"aux": "accel", "channels": "1,3", "gain": "24,24,12,24,24,24,24,24"})
    assert fitted.info.labels == ("ch1", "ch3", "accel_x", "accel_y", "accel_z")
    assert [c.unit for c in fitted.info.channels] == ["uV", "uV", "g", "g", "g"]
    assert fitted.info.channels[1].scale == pytest.approx(0.04470349, rel=1e-6)
