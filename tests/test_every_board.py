"""Every file in drivers/ of a board on a serial port: complete, documented, and no slip in it goes unnoticed."""

import re
import tomllib
from copy import deepcopy
from pathlib import Path

import pytest

from nmr_emg import content
from nmr_emg.drivers.serial.board import SERIAL, load_board
from nmr_emg.drivers.serial.checking import checked, checked_file
from nmr_emg.drivers.serial.fitting import fit
from nmr_emg.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
BOARDS = sorted(
    name for name, path in content.files("drivers").items() if content.table(path)["driver"] == SERIAL
)
FREE = ("choices", "names")
"""Tables whose keys and values a file makes up."""
NAMED = ("settings", "questions", "hints", *FREE)
"""Tables whose keys a file makes up."""
WORDS = ("default", "device", "description", "help", "label", "labels", "match", "send", "unit", "warnings")
"""Keys whose text is only text, so that any text will do."""


def file_of(name):
    return content.file("drivers", name)


def test_boards_of_every_framing_are_there():
    assert {"chords", "spikerbox", "olimex", "bitalino", "knight", "freeeeg32", "umyo", "hackeeg"} <= {
        *BOARDS
    }


@pytest.mark.parametrize("name", BOARDS)
def test_it_is_right_as_it_is_shipped(name):
    board = checked_file(file_of(name))
    assert board.device
    assert board.description
    assert all(setting.help for setting in board.choosable.values())
    assert board.serial.usb or re.search(r"^usb = \[\]  # \w", file_of(name).read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", BOARDS)
def test_its_channels_say_where_their_rail_is(name):
    fitted = fit(load_board(file_of(name)), {})
    assert fitted.info.emg
    for index in fitted.info.emg:
        channel = fitted.info.channels[index]
        assert channel.kind != "raw" or channel.full_scale, f"{channel.label} of {name} has no full_scale"


@pytest.mark.parametrize("name", BOARDS)
def test_it_says_where_its_facts_come_from(name):
    assert file_of(name).read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("name", BOARDS)
def test_it_is_documented(name):
    assert re.search(rf"^\| `{name}` \|", (ROOT / "docs" / "boards.md").read_text("utf-8"), re.MULTILINE)


def places(table, path=()):
    """Every table and list element of a file, as the keys that lead to it."""
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        yield (*path, key), value
        if isinstance(value, dict | list):
            yield from places(value, (*path, key))


def at(table, path):
    for key in path:
        table = table[key]
    return table


def told(path):
    """The last words among the keys that lead to a place."""
    return [key for key in path if isinstance(key, str)][-2:]


def unknown_keys(table):
    """The file with a key too many, once for every table in it."""
    yield ("unheard",), "unheard"
    for path, value in places(table):
        if isinstance(value, dict) and not {*FREE} & {*path}:
            yield (*path, "unheard"), "unheard"


def wrong_values(table):
    """The file with one value of a wrong type, once for every value in it."""
    for path, value in places(table):
        if isinstance(value, dict | list) or {*FREE} & {*path}:
            continue
        for wrong in _wrong(value, path):
            yield path, wrong


def _wrong(value, path):
    yield {"wrong": 1}
    key = told(path)[-1]
    if isinstance(value, str) and value.startswith("="):
        yield from ("=unheard_of + 1", "=", "wrong")
    elif isinstance(value, bool | int | float) and key != "default":
        yield "wrong"
    elif isinstance(value, str) and "only" not in path and key not in ("default", "rate"):
        yield 7
    if isinstance(value, str) and "only" in path:
        yield "wrong"
    if isinstance(value, str) and re.search(r"\{[a-z]", value):
        yield re.sub(r"\{[a-z]\w*", "{unheard_of", value)


def refused(path, table):
    """What is told of a file, given as a table instead of text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nmr_emg.content.table", lambda _: table)
        try:
            checked_file(path)
        except ConfigError as error:
            return str(error)
    return None


@pytest.mark.parametrize("name", BOARDS)
def test_a_key_too_many_is_refused_with_file_and_key(name):
    path = file_of(name)
    whole = tomllib.loads(path.read_text("utf-8"))
    for place, _ in unknown_keys(whole):
        table = deepcopy(whole)
        at(table, place[:-1])["unheard"] = {"wrong": 1}
        said = refused(path, table)
        assert said is not None, f"{name}: the key {'.'.join(map(str, place))} is let through"
        assert said.startswith(str(path))
        assert "unheard" in said or "wrong" in said


@pytest.mark.parametrize("name", BOARDS)
def test_a_wrong_value_is_refused_with_file_and_key(name):
    path = file_of(name)
    whole = tomllib.loads(path.read_text("utf-8"))
    for place, wrong in wrong_values(whole):
        table = deepcopy(whole)
        at(table, place[:-1])[place[-1]] = wrong
        said = refused(path, table)
        where = ".".join(map(str, place))
        assert said is not None, f"{name}: {where} = {wrong!r} is let through"
        assert said.startswith(str(path)), f"{name}: {where} = {wrong!r}: {said}"
        assert any(key in said for key in told(place)), f"{name}: {where} = {wrong!r} is told as {said}"


@pytest.mark.parametrize("name", BOARDS)
def test_a_key_too_few_is_refused_or_does_no_harm(name):
    """Without any one of its keys a file is refused in words, or still describes a board; nothing else happens."""
    path = file_of(name)
    whole = tomllib.loads(path.read_text("utf-8"))
    for place, _ in places(whole):
        if len(place) > 2 or place[0] in ("hints", "warnings"):
            continue
        table = deepcopy(whole)
        del at(table, place[:-1])[place[-1]]
        said = refused(path, table)
        assert said is None or said.startswith(str(path))


def test_checking_does_not_change_the_board():
    board = load_board(file_of("chords"))
    assert checked(board) is board
