import subprocess
import sys
import textwrap
from pathlib import Path

import h5py
import numpy as np
import pytest

from nmr_emg import Block, Channel, RecordingError, StreamInfo
from nmr_emg.recordings import syncing
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.recordings.replay import HDF5Recording
from nmr_emg.testing import blocks_of, collect

INFO = StreamInfo(250, tuple(Channel(f"c{i}") for i in range(8)), "int32")
RAW = np.random.default_rng(0).integers(-99, 99, (5000, 8)).astype("int32")


def write_all(sink: Recorder, blocks: list[Block]) -> None:
    for block in blocks:
        sink.write(block)


def test_a_deleted_file_is_noticed(tmp_path: Path) -> None:
    sink = Recorder(tmp_path / "a.h5", INFO, {})
    blocks = blocks_of(RAW[:2000], 10)
    sink.write(blocks[0])
    (tmp_path / "a.h5").unlink()
    with pytest.raises(RecordingError, match="deleted"):
        write_all(sink, blocks[1:])
    sink.close()


def test_a_disk_that_refuses_to_keep_it_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(syncing, "INTERVAL", 0.01)
    monkeypatch.setattr(syncing.os, "fsync", broken)
    sink = Recorder(tmp_path / "a.h5", INFO, {})
    with pytest.raises(RecordingError, match=r"Input/output error; the .* s before are safe"):
        write_all(sink, blocks_of(np.tile(RAW, (50, 1)), 125))
    sink.close()


FULL = """
    import resource, signal, sys
    from pathlib import Path
    import numpy as np
    from nmr_emg import Channel, RecordingError, StreamInfo
    from nmr_emg.recordings import store
    from nmr_emg.recordings.recorder import Recorder
    from nmr_emg.testing import blocks_of

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path, limit, trusting = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "trusting"
    if trusting:
        store.Foothold.make_room = lambda *_: None
    info = StreamInfo(250, tuple(Channel(f"c{i}") for i in range(8)), "int32")
    raw = np.random.default_rng(0).integers(-99, 99, (200_000, 8)).astype("int32")
    sink = Recorder(path, info, {})
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    written = 0
    try:
        for block in blocks_of(raw, 10):
            sink.write(block)
            written = block.stop
    except RecordingError as error:
        print(written, error)
    sink.close()
    try:
        sink.write(blocks_of(raw, 10)[0])
    except RecordingError as error:
        print("again", error)
"""


def fill_disk(path: Path, limit: int, how: str) -> list[str]:
    line = [sys.executable, "-c", textwrap.dedent(FULL), str(path), str(limit), how]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size to stand in for a full disk")
@pytest.mark.parametrize("limit", [700_000, 900_001])
def test_a_full_disk_loses_nothing_and_leaves_a_clean_file(tmp_path: Path, limit: int) -> None:
    said = fill_disk(tmp_path / "a.h5", limit, "careful")
    written = int(said[0].split()[0])
    assert "free some space" in said[0]
    assert said[1] == "again" + said[0][len(str(written)) :]
    with h5py.File(tmp_path / "a.h5") as file:
        raw = file["raw"][:]
        assert file["ledger"][0]["closed"]
    assert len(raw) >= written
    assert f"the {len(raw) / 250:.1f} s before are safe" in said[0]
    expected = np.random.default_rng(0).integers(-99, 99, (200_000, 8)).astype("int32")
    np.testing.assert_array_equal(raw, expected[: len(raw)])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size to stand in for a full disk")
@pytest.mark.parametrize("limit", [300_000, 300_500, 301_000])
def test_a_write_that_fails_inside_hdf5_does_not_crash(tmp_path: Path, limit: int) -> None:
    said = fill_disk(tmp_path / "a.h5", limit, "trusting")
    written = int(said[0].split()[0])
    raw = collect(HDF5Recording(tmp_path / "a.h5")).track("raw")
    assert written - 125 <= len(raw) <= written
    expected = np.random.default_rng(0).integers(-99, 99, (200_000, 8)).astype("int32")
    np.testing.assert_array_equal(raw, expected[: len(raw)])


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file size to stand in for a full disk")
def test_a_disk_too_full_to_begin_is_said_at_once(tmp_path: Path) -> None:
    script = FULL.replace(
        "sink = Recorder", "resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999))\n    sink = Recorder"
    )
    line = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "a.h5"), "9999", "careful"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert "RecordingError" in done.stderr.splitlines()[-1]
    assert "can't be created" in done.stderr.splitlines()[-1]
    assert not list(tmp_path.iterdir())
