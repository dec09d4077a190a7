from importlib.metadata import EntryPoint

import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.framing import FRAMINGS, GROUP
from nmr_emg.framing.checks import Check, Counter
from nmr_emg.framing.fixed import Fixed
from nmr_emg.framing.frames import Condition, Wire
from nmr_emg.framing.registry import framing, framing_class

CYTON = {
    "length": 33,
    "checks": [{"at": 0, "is": 0xA0}, {"at": 32, "from": 0xC0, "to": 0xC6}],
    "counter": {"at": 1, "type": "u8"},
    "columns": [
        {"at": 2, "type": "i24be"},
        {"at": 26, "type": "i16be", "hold": True, "when": {"at": 32, "is": 0xC0}},
    ],
}


def test_a_framing_from_a_table():
    columns = (Wire(2, "i24be"), Wire(26, "i16be", hold=True, when=Condition(32, 0xC0)))
    checks = (Check(0, 0xA0), Check(32, low=0xC0, high=0xC6))
    assert framing("fixed", CYTON, "cyton.toml") == Fixed(33, columns, checks, Counter(1))


@pytest.mark.parametrize("name", FRAMINGS)
def test_every_name_stands_for_settings(name):
    assert framing_class(name).__dataclass_params__.frozen


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"lenght": 33}, "b.toml: framing: there is no key 'lenght' here; the keys are length, columns"),
        ({"length": "33"}, "b.toml: framing: length is '33'; it must be a whole number"),
        ({"length": 9000}, "b.toml: framing: length is 9000"),
        ({"checks": [{"at": 0, "is": 300}]}, "b.toml: framing: checks 1: the check of byte 0 can't be met"),
        ({"checks": [{"is": 3}]}, "b.toml: framing: checks 1: the key 'at' is missing"),
        ({"counter": {"at": 1, "tpye": "u8"}}, "b.toml: framing: counter: there is no key 'tpye' here"),
        ({"checksum": {"kind": "md5", "at": 3}}, "checksum: kind is 'md5'; it must be one of xor, sum8"),
        ({"columns": [{"at": 2, "type": "int24"}]}, "b.toml: framing: column 1: type is 'int24'"),
        ({"columns": [{"at": 2, "when": 3}]}, "b.toml: framing: columns 1: when: this must be a table"),
        ({"columns": [{"bits": [[1, 2]]}]}, "columns 1: bits is"),
        ({"columns": [{"half": "left"}]}, "columns 1: half is 'left'; it must be one of "),
    ],
)
def test_the_key_of_every_mistake_is_named(change, text):
    with pytest.raises(ConfigError) as refused:
        framing("fixed", {**CYTON, **change}, "b.toml: framing")
    assert text in str(refused.value)


def test_an_unknown_kind():
    with pytest.raises(
        ConfigError, match=r"b\.toml: there is no framing 'fixd'; there are fixed, msb7, line"
    ):
        framing("fixd", {}, "b.toml")


def test_a_framing_of_another_package(monkeypatch):
    points = [
        EntryPoint("mine", "nmr_emg.framing.fixed:Fixed", GROUP),
        EntryPoint("function", "nmr_emg.framing.registry:framing", GROUP),
    ]
    monkeypatch.setattr("nmr_emg.named.entry_points", lambda group: points if group == GROUP else [])
    assert isinstance(framing("mine", CYTON, "b.toml"), Fixed)
    with pytest.raises(ConfigError, match="the framing 'function' is no dataclass of settings"):
        framing("function", {}, "b.toml")
    framing_class.cache_clear()
