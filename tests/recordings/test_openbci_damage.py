"""What a crash, a bad disk or a text editor does to a file of the OpenBCI GUI."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nmr_emg.errors import NmrEmgError, RecordingError
from nmr_emg.recordings.openbci_text import OpenBCIText
from nmr_emg.recordings.openings import open_recording
from nmr_emg.testing import collect

HEADER = [
    "%OpenBCI Raw EEG Data",
    "%",
    "%Sample Rate = 250.0 Hz",
    "%First Column = SampleIndex",
    "%Other Columns = EEG data in microvolts followed by Accel Data (in G) interleaved with Aux Data",
]
ROWS = [f"{i % 256}, {i}.25, -{i}.50, 0.00, 0.00, 0.01, 0.02, 0.99" for i in range(700)]


def read(path):
    driver = OpenBCIText(path)
    return driver, collect(driver)


@pytest.fixture
def written(tmp_path):
    def write(rows, header=HEADER, end="\n"):
        path = tmp_path / "damaged.txt"
        path.write_bytes("\n".join([*header, *rows]).encode("latin-1") + end.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("1, 2.00", "2 columns instead of 8"),
        (f"{ROWS[300]}, 7", "9 columns instead of 8"),
        (ROWS[300].replace("300.25", "30x.25"), "column 2 is '30x.25', which is no number"),
        (ROWS[300].replace("300.25", "3_0.25"), "column 2 is '3_0.25', which is no number"),
        (ROWS[300].replace("300.25", ""), "column 2 is '', which is no number"),
        (ROWS[300].replace("300.25", "nan"), "the counter is no whole number, or a signal is not finite"),
        (ROWS[300].replace("300.25", "1e999"), "the counter is no whole number, or a signal is not finite"),
        (ROWS[300].replace("44, ", "4.4, ", 1), "the counter is no whole number, or a signal is not finite"),
        (ROWS[300].replace("44, ", "-4, ", 1), "the counter is no whole number, or a signal is not finite"),
        (
            ROWS[300].replace("44, ", "1e300, ", 1),
            "the counter is no whole number, or a signal is not finite",
        ),
        ("%OpenBCI Raw EEG Data", "a header line amid the samples"),
        ("\0" * 90, "1 columns instead of 8"),
        ("\x00\xffPK\x85\x1c,,\x0b,", "4 columns instead of 8"),
        ("9" * 300_000, "1 columns instead of 8"),
    ],
)
def test_a_damaged_line_is_skipped_told_and_shows_as_one_lost_sample(written, line, why):
    driver, got = read(written([*ROWS[:300], line, *ROWS[301:]]))
    assert driver.skipped == 1
    assert driver.damage == [{"line": len(HEADER) + 301, "why": why}]
    assert [(e.index, e.data["samples"]) for e in got.events] == [(301, 1)]
    index = np.concatenate([np.arange(block.start, block.stop) for block in got.blocks])
    np.testing.assert_array_equal(got.track("raw")[:, 0], index + 0.25)


def test_aux_columns_may_hold_anything_that_is_a_number(written):
    driver, got = read(written([row.replace("0.99", "NaN") for row in ROWS]))
    assert driver.skipped == 0
    assert np.isnan(got.track("raw")[:, 6]).all()


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        ("188, 700.25, -700.50, 0.00, 0.00, 0.01, 0.02, 0.99", True),
        ("188, 700.25, -700.50, 0.00, 0.00, 0.01, 0.02, 0.9", False),
        ("188, 700.25, -700.50, 0.00, 0.00, 0.01, 0.02, 0", False),
        ("188, 700.25, -700.50, 0.00, 0.00, 0.01, 0.02,", False),
        ("188, 700.25, -70", False),
        ("1", False),
    ],
)
def test_a_last_line_without_end_is_kept_only_if_it_is_whole(written, last, kept):
    driver, got = read(written([*ROWS, last], end=""))
    assert got.blocks[-1].stop == 700 + kept
    assert driver.skipped == (not kept)


def test_a_cut_stamp_is_noticed(written):
    rows = [f"{i}, 1.00, 2.00, 0.01, 0.02, 0.99, 12:00:0{i}.329, 155793605{i}329" for i in range(3)]
    assert (
        read(written([*rows, "3, 1.00, 2.00, 0.01, 0.02, 0.99, 12:00:03.329, 15579"], end=""))[0].skipped == 1
    )
    clock = [row.rpartition(",")[0] for row in rows]
    assert read(written([*clock, "3, 1.00, 2.00, 0.01, 0.02, 0.99, 12:00:03.3"], end=""))[0].skipped == 1
    driver, _ = read(written([*clock, "3, 1.00, 2.00, 0.01, 0.02, 0.99, 12:00:xx.329"]))
    assert driver.damage[0]["why"] == "the last column is '12:00:xx.329', which is no time of day"


def test_only_the_first_hundred_are_told_but_all_are_counted(written):
    driver, got = read(written([row if i % 2 else "x" for i, row in enumerate(ROWS)]))
    assert driver.skipped == 350
    assert len(driver.damage) == 100
    assert len(got.track("raw")) == 350


def test_a_half_written_file_ends_in_zeros(written):
    driver, got = read(written([*ROWS, "\0" * 1_000_000], end=""))
    assert got.blocks[-1].stop == 700
    assert driver.skipped == 1


def test_garbage_before_the_first_row_does_no_harm(written):
    driver, got = read(written(["\x00\x01garbage", "12, 3", *ROWS]))
    assert got.blocks[-1].stop == 700
    assert driver.skipped == 2


@pytest.mark.parametrize(
    ("rows", "header", "what"),
    [
        ([], HEADER, "no whole row of samples"),
        (["1, 2, 3"], HEADER, "no whole row of samples"),
        (["word"] * 50, HEADER, "no whole row of samples"),
        (["%" + "x" * 1000] * 2000, HEADER, "no whole row of samples"),
        (["%" + "x" * 3_000_000], HEADER, "no whole row of samples"),
        (ROWS, ["%OpenBCI Raw Aux Data", *HEADER[1:]], "auxiliary data"),
    ],
)
def test_a_file_without_samples_gives_one_clear_line(written, rows, header, what):
    path = written(rows, header)
    with pytest.raises(RecordingError, match=what) as caught:
        open_recording(path).open()
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_cut_or_overwritten_byte_ever_raises_or_invents(tmp_path, data):
    whole = bytearray("\n".join([*HEADER, *ROWS[:300], ""]).encode())
    start = len("\n".join(HEADER)) + 200
    for place in data.draw(st.lists(st.integers(start, len(whole) - 1), max_size=20)):
        whole[place] = data.draw(st.sampled_from(b"\0\xff\n\r,.%-e9 "))
    cut = data.draw(st.integers(start, len(whole)))
    path = tmp_path / "x.txt"
    path.write_bytes(whole[:cut])
    driver, got = read(path)
    samples = len(got.track("raw"))
    assert samples <= 300 + driver.skipped + 20
    assert all(np.isfinite(block.tracks["raw"][:, :4]).all() for block in got.blocks)
    assert all(a.stop <= b.start for a, b in zip(got.blocks, got.blocks[1:], strict=False))


@pytest.mark.parametrize("size", [0, 1, 5, 22, 60, 190])
def test_a_file_cut_in_its_header_gives_an_error_of_ours(tmp_path, size):
    path = tmp_path / "x.txt"
    path.write_bytes("\n".join([*HEADER, *ROWS]).encode()[:size])
    with pytest.raises(NmrEmgError):
        collect(open_recording(path))


@pytest.mark.parametrize("broken", [False, True])
def test_memory_does_not_grow_with_the_file(tmp_path, broken):
    path = tmp_path / "long.txt"
    part = "\n".join(ROWS[: 512 if not broken else 510]).encode() + b"\n"
    with path.open("wb") as file:
        file.write("\n".join([*HEADER, ""]).encode())
        for _ in range(30_000_000 // len(part)):
            file.write(part)
        file.write(b"\0" * 3_000_000)
    driver = OpenBCIText(path)
    tracemalloc.start()
    with driver:
        while driver.read() is not None:
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert driver.skipped == 1
    assert peak < 6e6
