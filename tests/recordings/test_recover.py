import signal
import struct
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import h5py
import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, RecordingError, StreamInfo, run
from nmr_emg.recordings.lookup3 import lookup3
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.recordings.recover import recover
from nmr_emg.recordings.replay import HDF5Recording
from nmr_emg.stage import Chain
from nmr_emg.testing import Collected, blocks_of, collect

INFO = StreamInfo(250, tuple(Channel(f"ch{i}") for i in range(4)), "int32")
RAW = np.random.default_rng(0).integers(-500, 500, (5000, 4)).astype("int32")

CHILD = """
    import sys, time
    import numpy as np
    from nmr_emg import Block, Channel, Event, StreamInfo
    from nmr_emg.recordings.recorder import Recorder

    path, fast = sys.argv[1], float(sys.argv[2])
    info = StreamInfo(250, tuple(Channel(f"ch{i}") for i in range(4)), "int32")
    raw = np.random.default_rng(0).integers(-500, 500, (5000, 4)).astype("int32")
    sink = Recorder(path, info, {"command": "child"}, flush=0.5)
    began, start, row = time.monotonic(), 0, 0
    while True:
        if fast:
            time.sleep(max(0, began + row / 250 / fast - time.monotonic()))
        index = np.arange(row, row + 5) % 5000
        start += 1000 if row % 1500 == 1000 else 0
        events = (Event("marker", start, data={"text": f"row {row} " + "µ" * 100}),) if row % 100 == 0 else ()
        sink.write(Block(start, {"raw": raw[index]}, start / 250, events))
        start, row = start + 5, row + 5
        print(row, flush=True)
"""


def killed(path: Path, fast: float, seconds: float) -> int:
    """Rows that a child said it had recorded before `kill -9`."""
    line = [sys.executable, "-c", textwrap.dedent(CHILD), str(path), str(fast)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(seconds)
        child.send_signal(signal.SIGKILL)
        said = child.stdout.read().split()
    return int(said[-1])


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a POSIX signal")
@pytest.mark.parametrize("seconds", [0.25, 0.33, 0.41, 0.56])
@pytest.mark.parametrize("fast", [10, 0], ids=["at 10 times real time", "without a pause"])
def test_a_killed_recording_is_readable_and_recovers(tmp_path: Path, fast: float, seconds: float) -> None:
    path = tmp_path / "a.h5"
    written = killed(path, fast, seconds)
    before = collect(HDF5Recording(path))
    rows = len(before.track("raw"))
    assert rows <= written + 5
    assert written - rows <= 125, "more than one flush interval is lost"
    np.testing.assert_array_equal(before.track("raw"), RAW[np.arange(rows) % 5000])
    with pytest.raises(OSError, match="already open for write"):
        h5py.File(path)

    got = recover(path)
    assert got.readable
    assert got.samples == rows
    assert got.lost_seconds == 0.5
    assert "not closed" in got.why
    assert [file.name for file in tmp_path.iterdir()] == ["a.h5"]
    with h5py.File(path) as file:
        np.testing.assert_array_equal(file["raw"][:], RAW[np.arange(rows) % 5000])
    after = collect(HDF5Recording(path))
    spans = [(block.start, block.stop) for block in before.blocks]
    assert [(block.start, block.stop) for block in after.blocks] == spans
    assert after.events == before.events
    assert {f"row {row} " + "µ" * 100 for row in range(0, rows, 100)} == {
        event.data["text"] for event in after.events if event.kind == "marker"
    }
    again = recover(path)
    assert again.readable
    assert again.lost_seconds == 0.0
    assert "left as it is" in again.why


def record(path: Path, gap: int = 0) -> bytes:
    sink = Recorder(path, INFO, {"command": "test"})
    marks = [Event("marker", 100 * i, data={"i": i}) for i in range(50)]
    for block in blocks_of(RAW, 5, marks):
        moved = gap if block.start >= 2500 else 0
        events = tuple(event.at(event.index + moved) for event in block.events)
        sink.write(Block(block.start + moved, block.tracks, block.start / 250, events))
    sink.close()
    return path.read_bytes()


def test_a_clean_file_is_left_alone(tmp_path: Path) -> None:
    data = record(tmp_path / "a.h5")
    got = recover(tmp_path / "a.h5")
    assert got.as_json() == {"readable": True, "samples": 5000, "lost_seconds": 0.0, "why": got.why}
    assert (tmp_path / "a.h5").read_bytes() == data
    copied = recover(tmp_path / "a.h5", tmp_path / "b.h5")
    assert copied.path == tmp_path / "b.h5"
    assert (tmp_path / "b.h5").read_bytes() == data


def test_what_comes_before_a_cut_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    data = record(path, gap=70)
    with h5py.File(path) as file:
        ends = [file["raw"].id.get_chunk_info(i) for i in range(40)]
    cut = ends[29].byte_offset + 100
    path.write_bytes(data[:cut])
    with pytest.raises(RecordingError, match="nmr-emg recover"):
        HDF5Recording(path).open()

    got = recover(path)
    assert got.readable
    assert got.samples == 125 * sum(end.byte_offset + end.size <= cut for end in ends) == 29 * 125
    assert got.lost_seconds == pytest.approx((5000 - got.samples) / 250)
    assert f"{got.samples} of 5000 samples" in got.why
    assert (tmp_path / "a.h5.damaged").read_bytes() == data[:cut]
    with h5py.File(path) as file:
        np.testing.assert_array_equal(file["raw"][:], RAW[: got.samples])
    with HDF5Recording(path) as recording:
        assert recording.gaps == [{"start": 2500, "samples": 70}]
        assert recording.settings == {"command": "test"}
        assert any("could be saved" in note for note in recording.notes)


def test_with_out_the_original_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    data = record(path)[:-500]
    path.write_bytes(data)
    got = recover(path, tmp_path / "b.h5")
    assert got.readable
    assert got.path == tmp_path / "b.h5"
    assert path.read_bytes() == data
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.h5", "b.h5"]
    with pytest.raises(RecordingError, match="no folder"):
        recover(path, tmp_path / "nowhere" / "b.h5")


def test_times_are_saved_with_their_samples(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    sink = Recorder(path, INFO, {})
    for start in range(0, 2000, 50):
        sink.write(Block(start, {"raw": RAW[start : start + 50]}, 7 + start / 250, (), 6.9 + start / 250))
    sink.close()
    data = bytearray(path.read_bytes())
    with h5py.File(path) as file:
        data[file["raw"].id.get_chunk_info(3).byte_offset + 9] ^= 0xFF
    path.write_bytes(data)
    assert recover(path).samples == 2000 - 125
    with HDF5Recording(path, rows=50) as recording:
        played = [one for one in iter(recording.read, None) if np.isfinite(one.time)]
    assert len(played) > 30
    assert all(one.time == pytest.approx(6.9 + (one.stop - 50) / 250) for one in played)
    assert all(one.arrived - one.time == pytest.approx(0.1) for one in played)


def test_a_damaged_middle_becomes_a_gap(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    data = bytearray(record(path))
    with h5py.File(path) as file:
        spoilt = file["raw"].id.get_chunk_info(12)
    data[spoilt.byte_offset + 9] ^= 0xFF
    first, last = spoilt.chunk_offset[0], spoilt.chunk_offset[0] + 125
    path.write_bytes(data)

    got = recover(path)
    assert got.readable
    assert got.samples == 5000 - 125
    assert got.lost_seconds == 0.5
    assert (tmp_path / "a.h5.damaged").exists()
    kept = Collected()
    ledger = run(HDF5Recording(path), Chain(), kept)
    np.testing.assert_array_equal(kept.track("raw"), np.delete(RAW, np.arange(first, last), 0))
    assert ledger.gaps == [{"start": first, "samples": 125}]
    assert [block.start for block in kept.blocks if block.lost] == [last]
    marks = [event.data["i"] for event in kept.events if event.kind == "marker"]
    assert marks == list(range(50)), "an event went down with its sample"


@pytest.mark.parametrize("gap", [0, 70])
def test_lost_times_are_filled_in_where_there_is_no_doubt(tmp_path: Path, gap: int) -> None:
    path = tmp_path / "a.h5"
    raw = np.tile(RAW, (4, 1))
    sink = Recorder(path, INFO, {})
    for block in blocks_of(raw, 25):
        sink.write(Block(block.start + (gap if block.start >= 3000 else 0), block.tracks, block.start / 250))
    sink.close()
    with h5py.File(path, "r+") as file:
        records = file["blocks"][:]
        assert len(records) == 800
        records[100:105] = 0
        file["blocks"][:] = records
    data = path.read_bytes()
    head = data[:11] + b"\x05" + data[12:44]  # marked as open for writing
    path.write_bytes(head + struct.pack("<I", lookup3(head)) + data[48:])
    got = recover(path)
    assert got.readable
    kept = collect(HDF5Recording(path))
    # Rows 2500 to 6400 have lost their times. Their indices are known unless samples are missing among them.
    lost = np.arange(2500, 6400) if gap else []
    np.testing.assert_array_equal(kept.track("raw"), np.delete(raw, lost, 0))
    assert got.samples == 20_000 - len(lost)
    assert kept.blocks[-1].stop == 20_000 + gap


def test_a_second_rescue_keeps_the_first_original(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    data = record(path)
    for name in ("a.h5.damaged", "a.h5.damaged2"):
        path.write_bytes(data[:-3000])
        assert recover(path).readable
        assert (tmp_path / name).read_bytes() == data[:-3000]


def test_too_little_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    data = record(path)[:700]
    path.write_bytes(data)
    got = recover(path)
    assert (got.readable, got.samples, got.lost_seconds) == (False, 0, None)
    assert "left as it is" in got.why
    assert path.read_bytes() == data
    assert [file.name for file in tmp_path.iterdir()] == ["a.h5"]
