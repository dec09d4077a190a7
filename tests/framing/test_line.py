"""Lines of text: hand-typed lines and what they hold."""

import numpy as np
import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.framing.frames import Frames, Wire
from nmr_emg.framing.lines.line import Line


def line(*labels, **settings):
    return Line(tuple(Wire(label=label) for label in labels), **settings)


def read(framing: Line, text: bytes) -> Frames:
    """The rows of a text whose first line is whole, since another one ended before it."""
    return framing.start()(b"\n" + text, final=True)


@pytest.mark.parametrize(
    "text",
    [
        b"512,498\n-3,0.25\n",
        b"512,498\r\n-3,0.25\r\n",
        b"512,498\r-3,0.25\r",
        b"512\t498\n-3\t0.25\n",
        b"512 498\n-3   0.25\n",
        b"512;498\n-3;0.25\n",
        b"512, 498\n-3 , 0.25\n",
        b"512,498,\n-3,0.25,\n",
        b"  512,498  \n\n\n-3,0.25\n",
        b"512,498\0\n\0-3,0.25\n",
        b"+5.12e2,49.8E1\n-3,.25\n",
        b"512 mV,498 mV\n-3 mV,0.25 mV\n",
    ],
)
def test_values_whatever_separates_them(text):
    found = read(line("0", "1"), text)
    assert found.values.tolist() == [[512, 498], [-3, 0.25]]
    assert found.ids is None
    assert found.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        b"EMG:512 ENV:3\nEMG:-1 ENV:4\n",
        b"EMG:512,ENV:3\nEMG:-1,ENV:4\n",
        b"EMG: 512\tENV: 3\nEMG: -1\tENV: 4\n",
        b"EMG=512;ENV=3\nEMG=-1;ENV=4\n",
        b"EMG 512 ENV 3\nEMG -1 ENV 4\n",
        b"ENV:3 EMG:512\nEMG:-1 ENV:4\n",
    ],
)
def test_labelled_values_are_found_by_label(text):
    assert read(line("EMG", "ENV"), text).values.tolist() == [[512, 3], [-1, 4]]


def test_wanted_columns_in_the_wanted_order():
    assert read(line("2", "0", width=4), b"1,2,3,4\n5,6,7,8\n").values.tolist() == [[3, 1], [7, 5]]
    assert read(line("ENV", width=3), b"Min:0 ENV:3 Max:9\n").values.tolist() == [[3]]
    assert read(line("2"), b"1:512 2:498\n9:1 8:2\n").values.tolist() == []
    assert read(line("2", width=2), b"1:512 2:498\n").values.tolist() == [[498]]


def test_decimal_commas():
    found = read(line("0", "1", decimal=","), b"2,47;-0,05\n1,5\t3\n")
    assert found.values.tolist() == [[2.47, -0.05], [1.5, 3]]


def test_only_the_separator_that_was_told_separates():
    assert read(line("0", "1", separator="semicolon"), b"1;2\n1,2\n3\t4\n5;;6\n").values.tolist() == [
        [1, 2],
        [3, 4],
    ]
    assert read(line("0", "1", separator="tab"), b"1\t2\n1;2\n3\t\t4\n5\t6\n").values.tolist() == [
        [1, 2],
        [5, 6],
    ]


def test_decimals_are_exactly_what_python_reads():
    texts = [
        "0.1",
        "2.47",
        "1e-7",
        "123456789.987654321",
        "9007199254740991",
        "-0.0",
        "4.9406564584124654e-324",
    ]
    found = read(line("0"), "".join(f"{text}\n" for text in texts * 40).encode())
    np.testing.assert_array_equal(found.values[:, 0], [float(text) for text in texts * 40], strict=True)


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (b"512", "1 instead of 2 values"),
        (b"512,498,3", "3 instead of 2 values"),
        (b"512,,498", "3 instead of 2 values"),
        (b",498", "a value is missing or no number"),
        (b"512,nan", "a value is missing or no number"),
        (b"inf,498", "a value is missing or no number"),
        (b"512,-infinity", "a value is missing or no number"),
        (b"1e999,498", "a value is missing or no number"),
        (b"5_12,498", "a value is missing or no number"),
        (b"51\xff,498", "a value is missing or no number"),
        (b"0x1F,498", "a value is missing or no number"),
        (b"512,x", "there is no value '1', or several"),
        (b"5-1,498", "a value is missing or no number"),
        (b"\xd9\xa1,498", "1 instead of 2 values"),
    ],
)
def test_a_damaged_line_is_one_lost_sample_and_told(damaged, why):
    found = read(line("0", "1"), b"1,2\n3,4\n" + damaged + b"\n5,6\n")
    assert found.values.tolist() == [[1, 2], [3, 4], [5, 6]]
    (note,) = found.notes
    assert (note.kind, note.row, note.data["lines"], note.data["why"]) == ("damage", 2, 1, why)
    assert note.data["bytes"] == len(damaged) + 1


def test_damage_counts_the_samples_that_went_with_it():
    good = b"512,498\n" * 10
    merged = read(line("0", "1"), good + b"512,498512,498512,498\n" + good)
    assert [note.data["rows"] for note in merged.notes] == [3]
    run = read(line("0", "1"), good + b"512,\n,498\n5#2,498\n" + good)
    assert [(note.row, note.data["lines"], note.data["rows"]) for note in run.notes] == [(10, 3, 3)]
    assert run.notes[0].data["text"] == "512,"


def test_a_number_that_the_board_cannot_send_is_damage():
    found = read(line("0", low=0, high=1023), b"512\n" * 20 + b"512513\n" + b"-4\n" + b"498\n" * 20)
    assert len(found.values) == 40
    assert [(note.row, note.data["rows"]) for note in found.notes] == [(20, 3)]
    assert found.notes[0].data["why"] == "a value is not from 0 to 1023"


def test_the_first_line_and_an_unended_last_one_are_not_believed():
    found = line("0").start()(b"12\n513\n51", final=True)
    assert found.values.tolist() == [[513]]
    assert found.notes == ()


@pytest.mark.parametrize(
    "cut", [b"G:512 ENV:3", b"MG:512 ENV:3", b"EMG:512 ENV:", b"EMG:512 EN", b"EM", b"ENV:3", b":3"]
)
def test_a_piece_of_a_line_is_not_taken_for_words(cut):
    found = line("EMG", "ENV").start()(cut + b"\nEMG:1 ENV:2\n" + cut, final=True)
    assert found.values.tolist() == [[1, 2]]
    assert found.notes == ()


def test_words_are_told_and_cost_no_sample():
    found = read(
        line("0", "1"), b"MyoWare 2.0 ready\r\nEMG,ENV\r\n512,498\r\nGain: 3\r\n1,2\r\nOhm \xce\xa9 5\r\n"
    )
    assert found.values.tolist() == [[512, 498], [1, 2]]
    assert [(note.kind, note.row, note.data["text"]) for note in found.notes] == [
        ("text", 0, "MyoWare 2.0 ready"),
        ("text", 0, "EMG,ENV"),
        ("text", 1, "Gain: 3"),
        ("text", 2, "Ohm Ω 5"),
    ]


def test_words_beside_every_value_are_not_told_for_ever():
    found = read(line("0"), b"512\nat rest\n" * 5000)
    assert len(found.values) == 5000
    told = [note for note in found.notes if note.kind == "text"]
    assert 32 <= len(told) <= 32 + 5000 // 100 + 1
    assert sum(note.data.get("rows", 0) for note in found.notes) == 0


def test_words_that_have_not_ended_are_told_at_the_end():
    parse = line("0").start()
    assert parse(b"\n1\nno sensor").notes == ()
    assert [note.data["text"] for note in parse(b"", final=True).notes] == ["no sensor"]


def test_a_labelled_value_is_no_value_of_a_stream_without_labels():
    found = read(line("0"), b"512\nThreshold: 300\n513\n")
    assert found.values.tolist() == [[512], [513]]
    assert found.notes[0].data["text"] == "Threshold: 300"


def test_a_labelled_value_that_is_damaged_is_damage():
    found = read(line("EMG", "ENV"), b"EMG:1 ENV:2\nEMG:nan ENV:2\nEMG:1 ENV:x5\nEMG:1 EMG:2\n")
    assert len(found.values) == 1
    assert [(note.kind, note.data["rows"]) for note in found.notes] == [("damage", 3)]


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"columns": ()}, "columns"),
        ({"columns": (Wire(type="u8"),)}, "label"),
        ({"columns": (Wire(label="0"),), "separator": "comma", "decimal": ","}, "comma"),
        ({"columns": (Wire(label="0"),), "rate": -1.0}, "rate"),
        ({"columns": (Wire(label="0"),), "low": 2.0, "high": 1.0}, "low"),
    ],
)
def test_impossible_settings_are_refused_in_words(settings, word):
    with pytest.raises(ConfigError, match=word):
        Line(**settings)
