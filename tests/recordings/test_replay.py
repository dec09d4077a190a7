import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import h5py
import numpy as np
import pytest

from nmr_emg import (
    Block,
    Buffered,
    Chain,
    Channel,
    ConfigError,
    Driver,
    Event,
    Paced,
    Process,
    RecordingError,
    Session,
    StreamInfo,
    run,
)
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.recordings.replay import HDF5Recording
from nmr_emg.testing import Collected, Scripted, assert_same, blocks_of

RATE = 500
INFO = StreamInfo(RATE, tuple(Channel(f"ch{i}", scale=0.5) for i in range(3)), "int16", device="script")


@dataclass(frozen=True)
class Smooth:
    """Like the stages of a chain: carries state, starts anew after a gap, obeys an input event, tells of its own."""

    keep: float = 0.9

    def start(self, info: StreamInfo) -> Process:
        state = np.zeros(len(info.channels))
        keep = self.keep
        crossed = False

        def process(block: Block) -> Block:
            nonlocal state, keep, crossed
            if block.lost:
                state = np.zeros(len(info.channels))
            for event in block.events:
                keep = event.data.get("keep", keep) if event.kind == "setting" else keep
            smooth, found = np.empty(block["raw"].shape), []
            for i, row in enumerate(block["raw"]):
                state = keep * state + (1 - keep) * np.abs(row)
                smooth[i] = state
                if (state[0] > 40) != crossed:
                    crossed = not crossed
                    found.append(
                        Event("onset" if crossed else "offset", block.start + i, 0, {"level": state[0]})
                    )
            return block.with_tracks(smooth=smooth).with_events(found)

        return process


def script() -> list[Block]:
    """1.2 s in blocks of changing size, with two losses, markers and a changed setting."""
    rng = np.random.default_rng(4)
    raw = (rng.normal(0, 30, (600, 3)) * (1 + np.sin(np.arange(600) / 40))[:, None]).astype("int16")
    events = [
        Event("marker", 12, data={"text": "Brücke 🦵 " * 60}),
        Event("marker", 12, data={"text": "second at one sample"}),
        Event("setting", 200, data={"keep": 0.8}),
        Event("goal", 201, 1, {"value": 60.0}),
        Event("marker", 599, data={}),
    ]
    moved, lost = [], 0
    for i, block in enumerate(blocks_of(raw, [9, 1, 14], events)):
        lost += {20: 3, 41: 400}.get(i, 0)
        shifted = tuple(event.at(event.index + lost) for event in block.events)
        moved.append(Block(block.start + lost, block.tracks, block.arrived, shifted))
    return moved


def live(path: Path, speed: float) -> list[Block]:
    """What a live session gives while it is recorded."""
    kept = Collected()
    driver = Buffered(Paced(Scripted(INFO, script()), speed))
    driver.open()
    sink = Recorder(path, INFO, {"chain": "smooth"})
    Session(driver, Chain((Smooth(),)), [sink, kept]).run()
    return kept.blocks


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Block]]:
    path = tmp_path_factory.mktemp("live") / "live.h5"
    return path, live(path, 1.0)


@pytest.mark.parametrize(
    ("pace", "rows"),
    [
        (lambda driver: Buffered(Paced(driver, 1.0)), None),
        (lambda driver: Paced(driver, 10.0), None),
        (lambda driver: driver, None),
        (lambda driver: driver, 1),
        (lambda driver: driver, 100_000),
    ],
    ids=["speed 1", "speed 10", "max", "a row at a time", "as much as there is"],
)
def test_replay_equals_the_live_run_bit_for_bit(
    recorded: tuple[Path, list[Block]], pace: Callable[[Driver], Driver], rows: int | None
) -> None:
    path, seen = recorded
    kept = Collected()
    run(pace(HDF5Recording(path, rows)), Chain((Smooth(),)), kept)
    assert_same(seen, kept.blocks)
    kinds = [event.kind for event in kept.events]
    assert kinds.count("gap") == 2
    assert kinds.count("marker") == 3
    assert {"onset", "offset", "setting", "goal"} <= set(kinds)


def test_a_replay_recorded_anew_is_the_same_recording(
    recorded: tuple[Path, list[Block]], tmp_path: Path
) -> None:
    path, seen = recorded
    source = HDF5Recording(path)
    source.open()
    run(
        source,
        Chain((Smooth(),)),
        Recorder(tmp_path / "b.h5", source.info, source.settings, clock=source.clock),
    )
    with HDF5Recording(tmp_path / "b.h5") as again, HDF5Recording(path) as first:
        assert again.start_time == first.start_time
        assert again.settings == first.settings == {"chain": "smooth"}
        assert list(again.recorded_events()) == list(first.recorded_events())
        assert list(again.recorded_events()) == [event for block in seen for event in block.events]


def test_only_what_came_from_outside_is_played(recorded: tuple[Path, list[Block]]) -> None:
    with HDF5Recording(recorded[0]) as recording:
        played = [event.kind for block in iter(recording.read, None) for event in block.events]
        stored = [event.kind for event in recording.recorded_events()]
        assert recording.events == len(stored)
    assert set(played) == {"gap", "marker", "setting", "goal"}
    assert {"onset", "offset"} <= set(stored)


def test_blocks_are_short_and_never_span_a_gap(recorded: tuple[Path, list[Block]]) -> None:
    with HDF5Recording(recorded[0], 50) as recording:
        blocks = list(iter(recording.read, None))
        gaps = recording.gaps
        assert recording.seconds == pytest.approx((600 + 403) / RATE)
        assert recording.samples == 600
    assert max(block.rows for block in blocks) <= 50
    jumps = [(a.stop, b.start - a.stop) for a, b in pairwise(blocks) if b.start > a.stop]
    assert jumps == [(gap["start"], gap["samples"]) for gap in gaps]
    assert [lost for _, lost in jumps] == [3, 400]


def test_an_hour_does_not_fill_the_memory(tmp_path: Path) -> None:
    info = StreamInfo(2000, tuple(Channel(f"ch{i}") for i in range(32)), "float32")
    raw = np.random.default_rng(0).normal(0, 50, (2000, 32)).astype("float32")
    sink = Recorder(tmp_path / "a.h5", info, {})
    for second in range(60):
        sink.write(Block(second * 2000, {"raw": raw}, events=(Event("marker", second * 2000),)))
    sink.close()
    tracemalloc.start()
    with HDF5Recording(tmp_path / "a.h5") as recording:
        rows = sum(block.rows for block in iter(recording.read, None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 120_000
    assert peak < 4e6 < raw.nbytes * 60 / 3


def test_a_recording_is_not_overwritten_while_it_plays(tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    sink = Recorder(path, INFO, {})
    sink.write(script()[0])
    sink.close()
    with HDF5Recording(path) as recording:
        with pytest.raises(RecordingError, match="in use"):
            Recorder(path, INFO, {}, overwrite=True)
        assert_same(script()[:1], [recording.read()])
    Recorder(path, INFO, {}, overwrite=True).close()


def test_a_recording_opens_anew_and_stays_known(recorded: tuple[Path, list[Block]]) -> None:
    recording = HDF5Recording(recorded[0])
    with pytest.raises(RecordingError, match="never opened"):
        _ = recording.info
    with recording:
        first = recording.read()
    assert recording.samples == 600
    assert recording.info == INFO
    with pytest.raises(RecordingError, match="is not open"):
        recording.read()
    with recording:
        assert_same([first], [recording.read()])
    with pytest.raises(ConfigError, match="rows"):
        HDF5Recording(recorded[0], 0)


def test_a_recording_of_a_newer_version_is_refused_with_advice(tmp_path: Path) -> None:
    Recorder(tmp_path / "a.h5", INFO, {}).close()
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file.attrs["schema_version"] = 99
    with pytest.raises(RecordingError, match=r"schema 99.*pip install -U"):
        HDF5Recording(tmp_path / "a.h5").open()


def test_a_recording_without_the_times_of_sampling_still_plays(tmp_path: Path) -> None:
    """As older versions wrote it."""
    sink = Recorder(tmp_path / "a.h5", INFO, {})
    blocks = [replace(one, arrived=1.0, time=2.0) for one in script()[:4]]
    for one in blocks:
        sink.write(one)
    sink.close()
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        old = file["blocks"][:][["row", "start", "rows", "arrived"]]
        del file["blocks"]
        file.create_dataset("blocks", data=old, maxshape=(None,), chunks=(256,))
    with HDF5Recording(tmp_path / "a.h5") as recording:
        played = list(iter(recording.read, None))
    assert_same(blocks, played)
    assert [(one.arrived, str(one.time)) for one in played] == [(1.0, "nan")]


def test_fields_that_a_newer_version_adds_to_the_times_are_passed_over(tmp_path: Path) -> None:
    sink = Recorder(tmp_path / "a.h5", INFO, {})
    sink.write(replace(script()[0], arrived=1.0, time=2.0))
    sink.close()
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        now = file["blocks"][:]
        newer = np.zeros(len(now), [("unheard_of", "<i2"), *now.dtype.descr])
        for name in now.dtype.names:
            newer[name] = now[name]
        del file["blocks"]
        file.create_dataset("blocks", data=newer, maxshape=(None,), chunks=(256,))
    with HDF5Recording(tmp_path / "a.h5") as recording:
        block = recording.read()
    assert block is not None
    assert (block.arrived, block.time) == (1.0, 2.0)


def test_what_a_newer_version_adds_is_passed_over(tmp_path: Path) -> None:
    sink = Recorder(tmp_path / "a.h5", INFO, {})
    sink.write(script()[0])
    sink.close()
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file.attrs["unheard_of"] = 1
        file.create_dataset("unheard_of", data=[1, 2])
    with HDF5Recording(tmp_path / "a.h5") as recording:
        assert_same(script()[:1], [recording.read()])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.attrs.__delitem__("settings"), "damaged.*'settings' is missing"),
        (lambda file: file.attrs.__setitem__("info", "{"), "damaged.*attributes"),
        (lambda file: file.__delitem__("blocks"), "damaged.*'blocks' is missing"),
        (lambda file: file.attrs.__setitem__("format", "other"), "not one recorded by nmr-emg"),
        (lambda file: _replaced(file, "raw", np.zeros((5, 3))), "/raw is not of the type"),
        (lambda file: _replaced(file, "raw", np.zeros((5, 3), "int16")), "impossible size"),
        (lambda file: _replaced(file, "events", np.zeros(5)), "/events lacks a field"),
    ],
)
def test_a_file_that_was_tampered_with_gives_one_line(
    tmp_path: Path, spoil: Callable[[h5py.File], None], words: str
) -> None:
    Recorder(tmp_path / "a.h5", INFO, {}).close()
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        spoil(file)
    with pytest.raises(RecordingError, match=words) as caught:
        HDF5Recording(tmp_path / "a.h5").open()
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "a.h5") in str(caught.value)


def _replaced(file: h5py.File, name: str, data: np.ndarray) -> None:
    del file[name]
    file[name] = data


def test_an_hdf5_file_of_another_program_is_named_as_such(real: Path) -> None:
    files = sorted((real / "plux_h5").rglob("*.h5"))
    assert files
    with pytest.raises(RecordingError, match="not one recorded by nmr-emg"):
        HDF5Recording(files[0]).open()
