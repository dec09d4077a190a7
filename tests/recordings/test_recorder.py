import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg import Block, Channel, ConfigError, Event, RecordingError, StreamInfo
from nmr_emg.ledger import Ledger
from nmr_emg.recordings import recorder as recorder_module
from nmr_emg.recordings.clock import Clock
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.recordings.recover import recover
from nmr_emg.recordings.replay import HDF5Recording
from nmr_emg.testing import assert_same, blocks_of, collect

NOTE = "Knie zieht · 膝が痛い · 🦵 " * 40


def stream(dtype: str = "int32", channels: int = 8, rate: float = 250) -> StreamInfo:
    names = ("gmax", "tfl", "bf", "vm", "rf", "ta", "gm", "es")[:channels]
    return StreamInfo(
        rate,
        (
            *(
                Channel(name, muscle=f"{name} é", side="left", role="target", scale=0.0223)
                for name in names[:-1]
            ),
            Channel(names[-1], unit="g", kind="aux"),
        ),
        dtype,
        device="Cyton",
        profile="cyton250",
    )


def counts(rows: int, info: StreamInfo, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 2 / 0.0223, (rows, len(info.channels)))
    return noise.astype(info.dtype)


def with_gap(blocks: list[Block], after: int, lost: int) -> list[Block]:
    moved = []
    for block in blocks[after:]:
        events = tuple(event.at(event.index + lost) for event in block.events)
        moved.append(Block(block.start + lost, block.tracks, block.arrived, events))
    gap = Event("gap", moved[0].start, data={"samples": lost, "reason": "counter"})
    return [*blocks[:after], moved[0].with_events([gap]), *moved[1:]]


def record(path: Path, info: StreamInfo, blocks: list[Block], **options: object) -> None:
    sink = Recorder(path, info, {"command": "test"}, **options)
    for block in blocks:
        sink.write(block)
    sink.close()


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", ">i4", "uint16", "float32", "float64"])
def test_samples_events_and_gaps_come_back_bit_for_bit(tmp_path: Path, dtype: str) -> None:
    info = stream(dtype)
    raw = counts(1000, info)
    if np.dtype(dtype).kind == "f":
        raw[7, 1:4] = np.nan, np.inf, -0.0
    events = [Event("marker", 3, data={"text": NOTE}), Event("goal", 990, 2, {"value": 40.5})]
    blocks = with_gap(blocks_of(raw, [7, 1, 30], events), 9, 321)
    record(tmp_path / "a.h5", info, blocks)
    got = collect(HDF5Recording(tmp_path / "a.h5"))
    assert_same(blocks, got.blocks)
    with h5py.File(tmp_path / "a.h5") as file:
        assert file["raw"].dtype == np.dtype(dtype)
    assert got.track("raw").tobytes() == raw.astype(raw.dtype.newbyteorder("=")).tobytes()


@settings(max_examples=25, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 400), min_size=1, max_size=8),
    gap=st.integers(0, 10_000),
    texts=st.lists(st.text(max_size=300), max_size=5),
    flush=st.sampled_from([0.02, 0.25, 1.0]),
)
def test_however_a_stream_is_cut_it_comes_back(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], gap: int, texts: list[str], flush: float
) -> None:
    info = stream(channels=2)
    raw = counts(700, info)
    events = [Event("marker", 100 * i + 3, data={"text": text}) for i, text in enumerate(texts)]
    blocks = blocks_of(raw, sizes, events)
    if gap and len(blocks) > 1:
        blocks = with_gap(blocks, len(blocks) // 2, gap)
    path = tmp_path_factory.mktemp("cut") / "a.h5"
    record(path, info, blocks, flush=flush)
    assert_same(blocks, collect(HDF5Recording(path)).blocks)


def test_plain_hdf5_tools_can_read_everything(tmp_path: Path) -> None:
    info = stream()
    raw = counts(333, info)
    record(tmp_path / "a.h5", info, blocks_of(raw, 10, [Event("marker", 20, data={"text": "µ" * 150})]))
    with h5py.File(tmp_path / "a.h5") as file:
        np.testing.assert_array_equal(file["raw"][:], raw)
        assert list(file.attrs["channel_label"]) == list(info.labels)
        assert list(file.attrs["channel_kind"]) == ["raw"] * 7 + ["aux"]
        assert file.attrs["channel_scale"][0] == 0.0223
        assert np.isnan(file.attrs["channel_full_scale"]).all()
        assert json.loads(file.attrs["settings"]) == {"command": "test"}
        assert {"nmr_emg", "numpy", "h5py", "hdf5", "python"} <= set(json.loads(file.attrs["versions"]))
        assert file["blocks"]["rows"].sum() == 333
        text = b"".join(file["events"]["data"]).decode()
        assert json.loads(text) == {"text": "µ" * 150}
        for part in file["events"]["data"]:
            part.decode()  # whole characters in every record


def test_the_ten_lines_of_the_manual_read_a_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = stream()
    raw = counts(333, info)
    blocks = with_gap(blocks_of(raw, 10, [Event("marker", 20, data={"text": "squat"})]), 5, 70)
    record(tmp_path / "session.h5", info, blocks)
    manual = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    exec(manual.split("```python")[1].split("```")[0], found)  # noqa: S102  (our own manual)
    np.testing.assert_allclose(found["signal"], raw * ([0.0223] * 7 + [1.0]))
    assert found["labels"] == list(info.labels)
    assert found["seconds"][49:51].tolist() == [49 / 250, 120 / 250]
    assert found["markers"] == [b'{"text":"squat"}']


def test_the_settings_of_a_chain_survive_numpy_and_nan(tmp_path: Path) -> None:
    odd = {"gain": np.float32(2.0), "none": float("nan"), "pairs": (("a", "b"),), "path": Path("x")}
    Recorder(tmp_path / "a.h5", stream(), odd).close()
    with HDF5Recording(tmp_path / "a.h5") as recording:
        assert recording.settings == {"gain": 2.0, "none": None, "pairs": [["a", "b"]], "path": "x"}
        assert recording.read() is None
        assert (recording.samples, recording.seconds, recording.gaps) == (0, 0, [])


def test_ten_minutes_of_integers_stay_small(tmp_path: Path) -> None:
    info = stream()
    record(tmp_path / "a.h5", info, blocks_of(counts(150_000, info), 5))
    assert (tmp_path / "a.h5").stat().st_size <= 10 * 0.3e6


def test_arrivals_are_kept_and_dated(tmp_path: Path) -> None:
    info = stream(channels=2)
    raw = counts(1000, info)
    late = [
        Block(b.start, b.tracks, 500.0 + b.stop / 251.3, (), 499.5 + b.stop / 251) for b in blocks_of(raw, 5)
    ]
    record(tmp_path / "a.h5", info, late, clock=Clock(unix=1_700_000_000.0, monotonic=500.0))
    with HDF5Recording(tmp_path / "a.h5") as recording:
        assert recording.start_time == "2023-11-14T22:13:20+00:00"
        assert recording.clock.date(501.5) == datetime(2023, 11, 14, 22, 13, 21, 500_000, UTC)
        assert recording.summary is not None
        assert recording.summary["rate_effective"] == pytest.approx(251.3, abs=0.01)
        ledger = Ledger(info)
        for block in iter(recording.read, None):
            ledger.count(block)
            assert block.arrived == pytest.approx(500 + block.stop / 251.3, abs=1e-9)
            assert block.time == pytest.approx(499.5 + block.stop / 251, abs=1e-9)
    assert ledger.rate_effective == pytest.approx(251.3, abs=0.01)


def test_a_file_can_be_read_while_it_is_recorded(tmp_path: Path) -> None:
    info = stream()
    raw = counts(1010, info)
    sink = Recorder(tmp_path / "a.h5", info, {}, flush=0.5)
    for block in blocks_of(raw, 10):
        sink.write(block)
    with HDF5Recording(tmp_path / "a.h5") as recording:
        assert not recording.closed
        np.testing.assert_array_equal(collect(recording).track("raw"), raw[:1000])
        assert recording.notes
    with pytest.raises(RecordingError, match="in use"):
        recover(tmp_path / "a.h5")
    with pytest.raises(RecordingError, match="in use"):
        Recorder(tmp_path / "a.h5", info, {}, overwrite=True)
    sink.close()
    np.testing.assert_array_equal(collect(HDF5Recording(tmp_path / "a.h5")).track("raw"), raw)


def test_nothing_is_overwritten_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    path.write_text("precious")
    with pytest.raises(RecordingError, match="there already"):
        Recorder(path, stream(), {})
    assert path.read_text() == "precious"
    record(path, stream(), blocks_of(counts(10, stream()), 5), overwrite=True)
    assert collect(HDF5Recording(path)).track("raw").shape == (10, 8)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("nowhere/a.h5", "no folder .*nowhere"),
        ("file/a.h5", "no folder .*file"),
        ("", "is a folder"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, place: str, words: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match=words):
        Recorder(tmp_path / place, stream(), {})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_a_driver_did_not_promise_is_refused(tmp_path: Path) -> None:
    info = stream("int32", 2)
    sink = Recorder(tmp_path / "a.h5", info, {})
    good = blocks_of(counts(20, info), 10)
    sink.write(good[0])
    with pytest.raises(RecordingError, match="never converted"):
        sink.write(Block(10, {"raw": np.zeros((5, 2))}))
    with pytest.raises(RecordingError, match="went back from 10 to 0"):
        sink.write(good[0])
    with pytest.raises(RecordingError, match="too long"):
        sink.write(good[1].with_events([Event("a_kind_of_event_with_a_long_name", 10)]))
    sink.write(good[1])
    sink.close()
    sink.close()
    assert_same(good, collect(HDF5Recording(tmp_path / "a.h5")).blocks)
    with pytest.raises(RecordingError, match="closed"):
        sink.write(Block(20, {"raw": counts(5, info)}))
    with pytest.raises(ConfigError, match="flush"):
        Recorder(tmp_path / "b.h5", info, {}, flush=60)


def test_the_ledger_of_the_session_is_stored(tmp_path: Path) -> None:
    info = stream()
    ledger = Ledger(info)
    sink = Recorder(tmp_path / "a.h5", info, {}, ledger=ledger)
    for block in blocks_of(counts(300, info), 100):
        sink.write(block)
        ledger.count(block)
    ledger.latency.add(0.02)
    sink.close()
    with HDF5Recording(tmp_path / "a.h5") as recording:
        assert recording.summary is not None
        assert recording.summary["samples"] == 300
        assert recording.summary["latency_ms"]["p50"] == pytest.approx(20, rel=0.03)


def test_the_number_of_an_error_is_found() -> None:
    assert recorder_module.error_number(OSError(28, "full")) == 28
    assert recorder_module.error_number(ValueError("?")) is None
