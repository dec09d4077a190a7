"""Lines of text as streams: any cutting, any garbage, bounded memory, known damage."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg.framing.frames import Note, Wire
from nmr_emg.framing.lines.line import Line


def line(*labels, **options):
    return Line(tuple(Wire(label=label) for label in labels), **options)


FRAMINGS = [
    line("0", "1"),
    line("1", "0", high=1023),
    line("EMG", "ENV"),
    line("A0", "A1"),
    line("0", decimal=","),
    line("1", time="ms", rate=250),
    line("1", time="count", wrap=256),
    line("1", "2", time="us", rate=1000),
]


def whole(framing, pieces):
    """All rows, ids and notes, notes by their row from the beginning."""
    parse = framing.start()
    rows, ids, notes = [], [], []
    for piece in [*pieces, None]:
        found = parse(b"", final=True) if piece is None else parse(piece)
        assert found.values.dtype == np.dtype(framing.dtype)
        assert found.values.shape[1] == len(framing.columns)
        assert found.ids is None or len(found.ids) == len(found.values)
        assert all(0 <= note.row <= len(found.values) for note in found.notes)
        notes += [Note(note.kind, note.row + len(rows), note.data) for note in found.notes]
        rows += found.values.tolist()
        ids += [] if found.ids is None else found.ids.tolist()
    assert [note.row for note in notes] == sorted(note.row for note in notes)
    return rows, ids, notes


LINES = st.one_of(
    st.tuples(st.integers(-9, 1100), st.integers(0, 99)).map(lambda v: b"%d,%d" % v),
    st.tuples(st.integers(0, 99), st.integers(0, 9)).map(lambda v: b"EMG:%d ENV:%d" % v),
    st.tuples(st.integers(0, 99), st.integers(0, 9)).map(lambda v: b"A0:%d A1:%d" % v),
    st.sampled_from(
        [
            b"ENV:1 EMG:2",
            b"A1:3 A0:4",
            b"5EMG:1 ENV:2",
            b"ready",
            b"",
            b"1,,2",
            b"nan,2",
            b"1e3,2",
            b"1,5",
            b"1;2,",
        ]
    ),
    st.binary(max_size=12),
    st.integers(900, 2500).map(lambda n: b"7" * n),
)
CLEAN = st.integers(0, 2).flatmap(
    lambda kind: st.lists(
        st.tuples(st.integers(0, 999), st.integers(0, 99), st.integers(0, 9)).map(
            lambda v: (b"%d,%d" % v[:2], b"EMG:%d ENV:%d" % v[:2], b"%d,%d,%d" % v)[kind]
        ),
        min_size=5,
        max_size=40,
    )
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_cutting_gives_the_same(framing, data):
    parts = data.draw(st.lists(st.one_of(LINES.map(lambda one: [one]), CLEAN), min_size=1, max_size=8))
    end = data.draw(ENDS)
    text = b"".join(one + end for part in parts for one in part)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert whole(framing, pieces) == whole(framing, [text])


@pytest.mark.parametrize("framing", FRAMINGS, ids=str)
def test_byte_by_byte_and_at_once_give_the_same(framing):
    rng = np.random.default_rng(3)
    text = bytearray()
    for i in range(400):
        text += b"%d,%d\r\n" % (4 * i, rng.integers(0, 1024))
        text += b"EMG:%d ENV:%d\n" % tuple(rng.integers(0, 1024, 2)) if i % 3 == 0 else b""
    text[500:2000] = rng.bytes(1500)
    ones = [bytes(text[i : i + 1]) for i in range(len(text))]
    assert whole(framing, ones) == whole(framing, [bytes(text)])


@pytest.mark.parametrize("size", [1, 2, 7, 33, 64, 4096, 10**7])
def test_no_clean_line_is_lost_for_any_size_of_reads(size):
    rng = np.random.default_rng(size)
    sent = rng.integers(0, 1024, (20_000, 2))
    text = b"".join(b"%d,%d\r\n" % tuple(row) for row in [(0, 0), *sent])
    parse = line("0", "1").start()
    found = [parse(text[at : at + size]) for at in range(0, len(text), size)]
    np.testing.assert_array_equal(np.concatenate([frames.values for frames in found]), sent)
    assert not any(frames.notes for frames in found)


@pytest.mark.parametrize("seed", range(20))
def test_of_damaged_streams_all_intact_lines_are_read(seed):
    """One line in ten has a byte flipped, dropped or put in; all others come through, and the count stays right."""
    rng = np.random.default_rng(seed)
    sent = rng.integers(100, 1000, (3000, 2))
    lines = [b"%d,%d\r\n" % tuple(row) for row in sent]
    hit = rng.random(len(lines)) < 0.1
    for i in np.flatnonzero(hit):
        one = bytearray(lines[i])
        at = int(rng.integers(0, 7))  # the ends of the line stay: what they cost is another test
        what = rng.integers(0, 3)
        if what == 0:
            one[at] = int(rng.integers(128, 256))
        elif what == 1:
            one[at : at + 1] = b""
        else:
            one[at:at] = bytes([int(rng.integers(128, 256))])
        lines[i] = bytes(one)
    found = line("0", "1", low=0, high=1023).start()(b"\n" + b"".join(lines), final=True)
    got = {tuple(row) for row in found.values.astype(int).tolist()}
    assert all(tuple(row) in got for row in sent[~hit].tolist())
    lost = sum(note.data["rows"] for note in found.notes)
    assert len(found.values) + lost == len(sent)


@pytest.mark.parametrize("stray", [b"*", b"J", b"\xf3", b"\x02"])
def test_a_spoiled_line_end_costs_no_line_where_two_bytes_end_each(stray):
    good = b"512,498\r\n" * 20
    text = b"\r\n" + good + b"513,497\r" + stray + b"514,496\r\n" + good
    rows, _, notes = whole(line("0", "1"), [text])
    assert rows[20:22] == [[513, 497], [514, 496]]
    assert [(note.row, note.data["rows"], note.data["why"]) for note in notes] == [
        (21, 0, "the end of a line")
    ]
    assert len(rows) == 42


def test_a_spoiled_line_end_costs_two_lines_where_one_byte_ends_each():
    good = b"512,498\n" * 20
    rows, _, notes = whole(line("0", "1"), [b"\n" + good + b"513,497*514,496\n" + good])
    assert len(rows) == 40
    assert [(note.row, note.data["rows"]) for note in notes] == [(20, 2)]


def test_where_one_byte_ends_each_line_no_first_byte_is_spared():
    assert whole(line("0", "1"), [b"\r512,498\r*12,498\r512,498\r"])[0] == [[512, 498]] * 2


GARBAGE = {
    "random": np.random.default_rng(1).bytes(10_000_000),
    "no line end": b"5" * 10_000_000,
    "line ends": b"\r\n" * 500_000,
    "NUL": b"\0" * 10_000_000,
    "names": b"x y:z;" * 100_000,
    "greetings": b"hello\n" * 50_000,
    "exponents": b"1e" * 1_000_000,
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("framing", [FRAMINGS[0], FRAMINGS[5]], ids=["plain", "time"])
def test_after_garbage_every_line_is_read(framing, garbage):
    garbage = garbage if framing is FRAMINGS[0] else garbage[:1_000_000]
    parse = framing.start()
    notes = sum(len(parse(garbage[at : at + 4096]).notes) for at in range(0, len(garbage), 4096))
    assert notes < 400
    after = parse(b"\n" + b"".join(b"%d,5\n" % (4 * i) for i in range(100)), final=True)
    assert len(after.values) >= 99
    assert after.values[-1, -1] == 5


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_garbage_leaves_no_trace_in_memory(garbage):
    parse = line("0", "1").start()
    tracemalloc.start()
    for at in range(0, 300_000, 4096):
        parse(garbage[at : at + 4096])
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 200_000
    assert peak < 1_000_000


def test_garbage_in_one_piece_costs_little_memory():
    parse = line("0", "1").start()
    garbage = GARBAGE["random"][:1_000_000]
    tracemalloc.start()
    parse(garbage)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_damage_that_goes_on_is_told_soon():
    parse = line("0").start()
    told = sum(len(parse(b"\x85\xf3" * 50).notes) for _ in range(30))
    assert told >= 1
