import base64
import json
import struct

import numpy as np
import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.framing.checks import Counter
from nmr_emg.framing.frames import Wire
from nmr_emg.framing.jsonline import JsonLine
from nmr_emg.timing.counter import unwrap

HACKEEG = JsonLine(tuple(Wire(11 + 3 * i, "i24be") for i in range(8)), "D", 35, Counter(4, "u32le"))

GOLDEN = b'{"C":200,"D":"QEIPAAUAAADAAAAAAAH///9///+AAAAAAAAAAQABAAD//wA="}\r\n'
"""1,000,000 µs, sample 5, status C00000, then 1, −1, 7FFFFF, 800000, 0, 256, 65536, −256, put into base64 by hand."""


def line(number, exg=(0,) * 8):
    sample = struct.pack("<II", 4000 * number % 2**32, number) + b"\xc0\0\0"
    sample += b"".join(int(value).to_bytes(3, "big", signed=True) for value in exg)
    return json.dumps({"C": 200, "D": base64.b64encode(sample).decode()}).encode() + b"\r\n"


def test_a_line_typed_by_hand():
    read = HACKEEG.start()(GOLDEN)
    assert read.values.tolist() == [[1, -1, 8388607, -8388608, 0, 256, 65536, -256]]
    assert read.ids.tolist() == [5]
    assert read.notes == ()


@pytest.mark.parametrize("sizes", [[], [1], [70], [4096]])
def test_samples_count_on_past_sixteen_bits(read_in_pieces, sizes):
    exg = np.random.default_rng(0).integers(-(1 << 23), 1 << 23, (300, 8))
    stream = b"".join(line(65400 + i, row) for i, row in enumerate(exg))
    values, ids, notes = read_in_pieces(HACKEEG, stream, *sizes)
    assert np.array_equal(values, exg)
    assert unwrap(HACKEEG.counting)(ids).tolist() == list(range(300))
    assert notes == []


@pytest.mark.parametrize("sizes", [[], [1], [50]])
def test_other_lines(read_in_pieces, sizes):
    answer = b'{"STATUS_CODE":200,"STATUS_TEXT":"Ok"}\r\n'
    lines = [
        line(0),
        b"\r\n",
        answer,
        line(1),
        line(2)[:20] + b"\n",
        b"garbage\n",
        line(3),
        b"[1, 2]\n",
        line(4),
    ]
    _, ids, notes = read_in_pieces(HACKEEG, b"".join(lines), *sizes)
    assert ids.tolist() == [0, 1, 3, 4]
    assert notes == [
        ("text", 1, {"text": answer.decode().strip()}),
        ("damage", 2, {"bytes": 27}),
        ("damage", 4, {"bytes": 6}),
    ]


@pytest.mark.parametrize(
    "payload",
    [b"AAAA", b"AAA", b"A" * 47 + b"!", b"", "é".encode(), b"=" * 48, b'", "E": "', b"\\u00"],
)
def test_samples_that_are_none(payload):
    read = HACKEEG.start()(line(1) + b'{"C":200,"D":"' + payload + b'"}\n' + line(2))
    assert read.ids.tolist() == [1, 2]
    assert [note.kind for note in read.notes] == ["damage"]


@pytest.mark.parametrize("value", [b"5", b"null", b"[]", b"1e999", b"[" * 5000, b"9" * 5000])
def test_values_that_are_no_text(value):
    read = HACKEEG.start()(line(1) + b'{"D":' + value + b"}\n" + line(2), final=True)
    assert read.ids.tolist() == [1, 2]
    assert {note.kind for note in read.notes} == {"damage"}
    assert sum(note.data["bytes"] for note in read.notes) == len(value) + 6


def test_a_line_whose_end_is_lost_costs_only_itself(read_in_pieces):
    _, ids, notes = read_in_pieces(HACKEEG, line(1) + line(2)[:30] + line(3) + line(4)[:-2] + line(5), 9)
    assert ids.tolist() == [1, 3, 5]
    assert notes[0] == ("damage", 1, {"bytes": 30})


def test_a_line_without_end_is_not_kept():
    parse = HACKEEG.start()
    told = [note for _ in range(500) for note in parse(b'{"D":"' * 700).notes]
    assert 1 <= len(told) < 20
    assert parse(b"\n" + line(7)).ids.tolist() == [7]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"key": ""}, "key is empty"),
        ({"length": 0}, "length is 0"),
        ({"counter": Counter(33, "u32le")}, "counter lies outside"),
        ({"columns": (Wire(34, "i24be"),)}, "column 1 covers bytes 34 to 36"),
    ],
)
def test_what_cannot_be_is_refused(change, text):
    with pytest.raises(ConfigError) as refused:
        JsonLine(**{"columns": HACKEEG.columns, "key": "D", "length": 35, **change})
    assert text in str(refused.value)
