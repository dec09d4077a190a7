import os
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from nmr_emg import Channel, Event, RecordingError, StreamInfo
from nmr_emg.recordings.child import ask
from nmr_emg.recordings.doubt import doubtful
from nmr_emg.recordings.lookup3 import lookup3
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.recordings.recover import recover
from nmr_emg.recordings.replay import HDF5Recording
from nmr_emg.recordings.superblock import is_hdf5, mended, read_superblock
from nmr_emg.testing import blocks_of, collect

INFO = StreamInfo(250, tuple(Channel(f"ch{i}") for i in range(4)), "int32")
RAW = np.random.default_rng(0).integers(-500, 500, (5000, 4)).astype("int32")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("clean") / "a.h5"
    sink = Recorder(path, INFO, {})
    for block in blocks_of(RAW, 10, [Event("marker", 90 * i, data={"text": "µ" * i}) for i in range(50)]):
        sink.write(block)
    sink.close()
    return path.read_bytes()


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _flagged(data: bytes) -> bytes:
    head = data[:11] + b"\x05" + data[12:44]
    return head + struct.pack("<I", lookup3(head)) + data[48:]


def test_a_cleanly_closed_file_is_not_doubtful(tmp_path: Path, clean: bytes) -> None:
    assert doubtful(put(tmp_path / "a.h5", clean)) is None
    assert is_hdf5(clean[:8])


def test_the_checksum_is_the_one_hdf5_writes(tmp_path: Path, clean: bytes) -> None:
    about = read_superblock(put(tmp_path / "a.h5", clean))
    assert (about.version, about.flags, about.sound) == (3, 0, True)
    assert about.stop == about.size == len(clean)
    assert mended(clean, len(clean)) == clean[:48]
    with h5py.File(put(tmp_path / "b.h5", mended(clean, len(clean) + 7) + clean[48:] + bytes(7))) as file:
        np.testing.assert_array_equal(file["raw"][:], RAW)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data[:11] + b"\x05" + data[12:], "checksum"),
        (_flagged, "not closed"),
        (lambda data: data[:-1], "end is missing"),
        (lambda data: data[:30] + b"\x7f" + data[31:], "checksum"),
        (lambda data: data[:8] + b"\x09" + data[9:], "version 9"),
    ],
)
def test_doubt_says_why(tmp_path: Path, clean: bytes, change: object, why: str) -> None:
    assert why in str(doubtful(put(tmp_path / "a.h5", change(clean))))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"%OpenBCI Raw EXG Data\n%Sample Rate = 250 Hz\n" * 9, "not an HDF5 file"),
        (np.random.default_rng(1).bytes(5000), "not an HDF5 file"),
        (b"\x89HDF\r\n\x1a\n", "cut off after 8 bytes"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "damaged|can't|not one"),
        (b"\x89HDF\r\n\x1a\n\x03" + bytes(5000), "damaged"),
        (b"\x89HDF\r\n\x1a\n\x02" + b"\xff" * 5000, "damaged"),
    ],
)
def test_what_is_no_recording_is_said_in_one_line(tmp_path: Path, data: bytes, words: str) -> None:
    path = put(tmp_path / "a.h5", data)
    with pytest.raises(RecordingError, match=words) as caught:
        HDF5Recording(path).open()
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    got = recover(path)
    assert (got.readable, got.samples, got.lost_seconds) == (False, 0, None)
    assert got.why
    assert path.read_bytes() == data


def test_a_place_without_a_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="no such file"):
        doubtful(tmp_path / "a.h5")
    with pytest.raises(RecordingError, match="is a folder"):
        doubtful(tmp_path)
    with pytest.raises(RecordingError, match="no such file"):
        recover(tmp_path / "a.h5")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.h5")
    with pytest.raises(RecordingError, match="pipe"):
        HDF5Recording(tmp_path / "a.h5").open()


CUTS = [9, 47, 48, 60, 300, 1000, 3000, 6000, 20_000, -40_000, -3000, -60, -1]


@pytest.mark.parametrize("unfinished", [False, True])
@pytest.mark.parametrize("cut", CUTS)
def test_a_truncated_file_never_hangs_and_never_lies(
    tmp_path: Path, clean: bytes, cut: int, unfinished: bool
) -> None:
    whole = _flagged(clean) if unfinished else clean
    path = put(tmp_path / "a.h5", whole[:cut])
    began = time.monotonic()
    try:
        raw = collect(HDF5Recording(path)).track("raw")
    except RecordingError as error:
        assert "\n" not in str(error)  # noqa: PT017  (raising is not a must)
    else:
        np.testing.assert_array_equal(raw, RAW[: len(raw)])
        assert len(raw) > 4000
    assert time.monotonic() - began < 10


def test_damaged_middles_are_found_while_reading(tmp_path: Path, clean: bytes) -> None:
    data = bytearray(clean)
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path = put(tmp_path / "a.h5", bytes(data))
    assert doubtful(path) is None
    with pytest.raises(RecordingError, match=r"damaged.*nmr-emg recover"):
        collect(HDF5Recording(path))


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, clean: bytes) -> None:
    path = put(tmp_path / "a.h5", clean)
    began = time.monotonic()
    answer = ask("probe", path, seconds=0.02)
    assert answer == {"ok": False, "why": "reading it does not end within 0 s"}
    assert time.monotonic() - began < 5


def test_a_child_that_dies_is_an_answer(tmp_path: Path) -> None:
    answer = ask("no such command", tmp_path, seconds=20)
    assert not answer["ok"]
    assert "crash" in answer["why"]


@pytest.mark.parametrize("closed", [True, False])
def test_a_file_that_would_fill_the_memory_is_refused(tmp_path: Path, closed: bool) -> None:
    path = tmp_path / "a.h5"
    rows = 2**29 - 1  # a chunk of 2 GB, a few bytes on disk
    Recorder(path, replace(INFO, dtype="int8"), {}).close()
    with h5py.File(path, "r+") as file:
        del file["raw"]
        shape = {"shape": (rows, 4), "maxshape": (None, 4), "chunks": (rows, 4)}
        raw = file.create_dataset("raw", dtype="int8", compression="gzip", **shape)
        raw.id.write_direct_chunk((0, 0), zlib.compress(b"few"))
        file["blocks"].resize(1, 0)
        file["blocks"][0] = (0, 0, rows, 0.0, 0.0)
    if not closed:
        put(path, _flagged(path.read_bytes()))
    with pytest.raises(RecordingError, match="impossible size"):
        HDF5Recording(path).open()
    assert not recover(path).readable


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_child_has_limits() -> None:
    script = (
        "import resource as r; from nmr_emg.recordings.probe import limit; limit(7);"
        "print(r.getrlimit(r.RLIMIT_AS)[0], r.getrlimit(r.RLIMIT_CPU)[0])"
    )
    line = [sys.executable, "-c", script]
    done = subprocess.run(line, capture_output=True, text=True, timeout=30, check=True)
    memory, seconds = done.stdout.split()
    assert seconds == "7"
    if sys.platform == "linux":
        assert int(memory) == 2 * 2**30
