"""The board's own time as a count of samples: hand-typed times and the ids that they mean."""

import numpy as np
import pytest

from nmr_emg.framing.frames import Wire
from nmr_emg.framing.lines.line import Line
from nmr_emg.timing.counter import ENDLESS, unwrap


def ids_of(times, unit="ms", rate=250.0, wrap=0, text="{}"):
    framing = Line((Wire(label="1"),), time=unit, rate=rate, wrap=wrap)
    lines = "".join(f"{text.format(time)},7\n" for time in times)
    return framing.start()(b"\n" + lines.encode(), final=True)


@pytest.mark.parametrize(
    ("times", "ids"),
    [
        ([1000, 1004, 1008, 1012], [0, 1, 2, 3]),
        ([1000, 1004, 1012, 1016], [0, 1, 3, 4]),  # one lost
        ([1000, 1004, 1104, 1108], [0, 1, 26, 27]),  # 24 lost
        ([1000, 1003, 1008, 1013, 1016], [0, 1, 2, 3, 4]),  # the clock is coarse
        ([1000, 1004, 1004, 1008], [0, 1, 1, 2]),  # the same line twice
        ([1000, 1004, 9008, 1012, 1016], [0, 1, 2, 3, 4]),  # a damaged time
        ([1000, 1004, 8, 1012, 1016], [0, 1, 2, 3, 4]),
        ([1000, 1004, 9008, 1020, 1024], [0, 1, 2, 5, 6]),  # a damaged time, then two lost
        ([1000, 1004, 0, 4, 8], [0, 1, 2, 3, 4]),  # the board began anew
        ([1000, 1004, 5_000_000, 5_000_004, 5_000_008], [0, 1, 2, 3, 4]),  # no gap is so long
        ([4294967288, 4294967292, 0, 4], [0, 1, 2, 3]),  # millis() wraps
    ],
)
def test_ids_by_milliseconds(times, ids):
    found = ids_of(times)
    assert found.ids.tolist() == ids
    assert found.values.tolist() == [[7]] * len(times)


def test_microseconds_wrap_after_71_minutes():
    times = [(4294960000 + 2000 * i) % 2**32 for i in (0, 1, 2, 3, 4, 8, 9)]
    assert ids_of(times, "us", 500).ids.tolist() == [0, 1, 2, 3, 4, 8, 9]


def test_seconds_with_decimals():
    assert ids_of([0.998, 1.0, 1.002, 1.01], "s", 500, text="{:.3f}").ids.tolist() == [0, 1, 2, 6]


def test_a_long_gap_is_counted_by_the_rate_as_it_really_was():
    """The board's loop takes 2.04 ms, not 2; ten seconds are lost."""
    times = [round(2040 * i) for i in (*range(2000), *range(6902, 7000))]
    assert ids_of(times, "us", 500).ids.tolist() == [*range(2000), *range(6902, 7000)]


def test_time_that_began_anew_is_told():
    found = ids_of([1000, 1004, 0, 4])
    assert [(note.kind, note.row) for note in found.notes] == [("text", 2)]
    assert "began anew" in found.notes[0].data["text"]


def test_a_row_waits_only_while_its_time_is_open():
    parse = Line((Wire(label="1"),), time="ms", rate=250).start()
    assert parse(b"\n0,1\n4,2\n").ids.tolist() == [0, 1]
    assert parse(b"12,3\n").ids.tolist() == []
    assert parse(b"16,4\n").ids.tolist() == [3, 4]
    assert parse(b"40,5\n").values.tolist() == []
    assert parse(b"", final=True).ids.tolist() == [10]


def test_damage_beside_a_waiting_row_keeps_its_place():
    parse = Line((Wire(label="1"),), time="ms", rate=250).start()
    first = parse(b"\n0,1\n4,2\n#\n12,3\nhello there\n")
    second = parse(b"16,4\n")
    assert [(note.kind, note.row) for note in first.notes] == [("damage", 2)]
    assert [(note.kind, note.row) for note in second.notes] == [("text", 1)]


def test_a_short_running_number_is_left_to_the_counter():
    framing = Line((Wire(label="1"),), time="count", wrap=256)
    found = framing.start()(b"\n254,7\n255,7\n0,7\n3,7\n3.5,7\n")
    assert found.ids.tolist() == [254, 255, 0, 3, -1]
    assert unwrap(framing.counting)(found.ids[:4]).tolist() == [0, 1, 2, 5]


def test_an_endless_running_number():
    framing = Line((Wire(label="1"),), time="count")
    assert framing.counting == ENDLESS
    assert framing.start()(b"\n7,1\n8,1\n11,1\n12,1\n", final=True).ids.tolist() == [0, 1, 4, 5]


def test_an_uneven_time_counts_nothing():
    framing = Line((Wire(label="1"),), time="ms", rate=0)
    found = framing.start()(b"\n7,1\n80,2\n")
    assert framing.counting is None
    assert found.ids is None
    assert found.values.tolist() == [[1], [2]]


@pytest.mark.parametrize("seed", range(5))
def test_lost_lines_show_to_the_sample(seed):
    """500 Hz by micros() with 100 µs of jitter and 40 ppm, a tenth of the lines lost, one in a hundred times damaged."""
    rng = np.random.default_rng(seed)
    index = np.arange(5000)
    times = np.rint(index * 2000 * (1 + 40e-6) + rng.uniform(0, 100, len(index))).astype(int)
    kept = rng.random(len(index)) > 0.1
    kept[[0, -2, -1]] = True
    times[(rng.random(len(index)) < 0.01) & (index > 1) & (index < 4990)] += 900_000_000
    bad = times > 800_000_000
    found = ids_of(times[kept], "us", 500).ids
    good = ~bad[kept]
    assert (found[good] == index[kept][good]).mean() > 0.99
    assert found[-1] == index[-1]
