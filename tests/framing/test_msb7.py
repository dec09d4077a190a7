import numpy as np
import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.framing.frames import Wire
from nmr_emg.framing.msb7 import Escape, Msb7

ESCAPE = Escape("FF FF 01 01 80 FF", "FF FF 01 01 81 FF")
ONE = Msb7((Wire(0),), escape=ESCAPE)
TWO = Msb7((Wire(0), Wire(2)), escape=ESCAPE)


def message(text):
    return bytes.fromhex("FFFF010180FF") + text.encode() + bytes.fromhex("FFFF010181FF")


def frame(*values):
    packed = bytearray()
    for value in values:
        packed += bytes([value >> 7, value & 0x7F])
    packed[0] |= 0x80
    return bytes(packed)


def test_frames_typed_by_hand():
    # 512 = 4·128: 84 00; 1023 = 7·128 + 127: 87 7F, without the top bit 07 7F; 16383: FF 7F.
    read = TWO.start()(bytes.fromhex("8400 077F 8000 0001 FF7F 7F7F"), final=True)
    assert read.values.tolist() == [[512, 1023], [0, 1], [16383, 16383]]
    assert read.values.dtype == np.int32
    assert read.ids is None
    assert read.notes == ()


def test_a_frame_is_there_with_the_first_byte_of_the_next():
    parse = ONE.start()
    assert len(parse(frame(7)).values) == 0
    assert parse(frame(8)[:1]).values.tolist() == [[7]]


def test_some_columns_of_a_frame():
    second = Msb7((Wire(2),), length=6)
    assert second.start()(frame(1, 2, 3) + frame(4, 5, 6), final=True).values.tolist() == [[2], [5]]


@pytest.mark.parametrize("sizes", [[], [1], [3], [7, 2]])
def test_messages_become_notes(read_in_pieces, sizes):
    stream = (
        frame(1, 2) * 3 + message("EVNT:5;") + frame(3, 4) * 2 + message("HWT:HUMANSB;FWV:1.2;") + frame(5, 6)
    )
    values, _, notes = read_in_pieces(TWO, stream, *sizes)
    assert values.tolist() == [[1, 2]] * 3 + [[3, 4]] * 2 + [[5, 6]]
    assert notes == [
        ("marker", 3, {"text": "5"}),
        ("text", 5, {"text": "HWT:HUMANSB"}),
        ("text", 5, {"text": "FWV:1.2"}),
    ]


def test_a_message_that_never_ends_costs_only_itself(read_in_pieces):
    stream = frame(1, 2) + message("EVNT:5;")[:-1] + b"x" + frame(3, 4) * 400
    values, _, notes = read_in_pieces(TWO, stream, 50)
    assert values.tolist() == [[1, 2]] + [[3, 4]] * 400
    assert [kind for kind, *_ in notes] == ["damage"]


@pytest.mark.parametrize(
    ("wound", "rows"),
    [
        (lambda one: one[:2] + one[3:], 1),
        (lambda one: one[1:], 1),
        (lambda one: one[:3] + b"\x11" + one[3:], 1),
        (lambda one: bytes([one[0] & 0x7F]) + one[1:], 2),  # no first byte: it hangs on the frame before
        (lambda one: one[:2] + bytes([one[2] | 0x80]) + one[3:], 1),
    ],
)
def test_damage_is_told_with_the_rows_that_it_probably_cost(read_in_pieces, wound, rows):
    frames = [frame(i, 1000 - i) for i in range(300)]
    stream = b"".join([*frames[:100], wound(frames[100]), *frames[101:]])
    values, _, notes = read_in_pieces(TWO, stream, 64)
    missing = {100, 101 - rows}
    if len(wound(frames[100])) == 3 and wound(frames[100])[0] < 0x80:
        missing = {99, 100}  # the bytes left hang on the frame before too
    assert values[:, 0].tolist() == [i for i in range(300) if i not in missing]
    ((kind, row, data),) = notes
    assert (kind, row) == ("damage", min(missing))
    assert data["rows"] == len(missing)


def test_a_greeting_before_the_first_frame_loses_no_row():
    read = ONE.start()(b"StartUp!\r\n" + frame(9) * 5, final=True)
    assert read.values.tolist() == [[9]] * 5
    assert [(note.kind, dict(note.data)) for note in read.notes] == [("damage", {"bytes": 10})]


def test_dense_damage_is_told_in_few_words(read_in_pieces):
    stream = b"".join(frame(i % 1024, 5)[: 4 - (i % 3 == 1)] for i in range(9000))
    values, _, notes = read_in_pieces(TWO, stream, 100)
    assert len(values) == 6000
    assert sum(data["rows"] for *_, data in notes) == 3000
    assert len(notes) < 200


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Msb7(()), "no columns"),
        (lambda: Msb7((Wire(1),)), "column 1 begins at byte 1"),
        (lambda: Msb7((Wire(4),), length=4), "column 1 begins at byte 4"),
        (lambda: Msb7((Wire(0),), length=3), "length is 3"),
        (lambda: Msb7((Wire(0, "u16be"),)), "column 1: of its wire only at can be chosen"),
        (lambda: Escape("FF XX", "FF FF"), "begin is 'FF XX'; write hexadecimal"),
        (lambda: Escape("FF 01", "FF FF"), "its first two bytes"),
        (lambda: Escape("FF FF", "FF"), "end is 'FF'; it needs at least two"),
    ],
)
def test_what_cannot_be_is_refused(make, text):
    with pytest.raises(ConfigError) as refused:
        make()
    assert text in str(refused.value)
