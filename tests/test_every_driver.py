"""Promises that every driver keeps, ours and those of other packages. A new driver, scene or format adds its own row."""

import time
from importlib.metadata import entry_points

import numpy as np
import pytest

from nmr_emg import Buffered, Channel, Event, Paced, Reconnecting, StreamInfo, run
from nmr_emg.cli.devices import DRIVERS, GROUP, open_driver
from nmr_emg.drivers.simulator import Simulator, scenes
from nmr_emg.montage import Montage, Mounted
from nmr_emg.recordings.openings import formats, open_recording, sniff
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.stage import Chain
from nmr_emg.testing import Scripted, assert_same, blocks_of, check_driver, collect

INFO = StreamInfo(250, (Channel("a"), Channel("b", unit="mV")), "int16", "scripted")
RAW = np.arange(2000, dtype="int16").reshape(1000, 2)


def scripted():
    blocks = blocks_of(RAW, [20, 7, 33], [Event("marker", 30, data={"text": "go"})])
    return Scripted(INFO, [*blocks[:5], *blocks[6:]])


TEXT = "%OpenBCI Raw EEG Data\n%\n%Sample Rate = 250.0 Hz\n%First Column = SampleIndex\n%Other Columns = EEG data\n"
ROWS = "".join(
    f"{i % 256}, {i}.25, -{i}.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.01, 0.02, 0.03\n" for i in range(700)
)
CARD = "%STOP AT\n00010C2B\n" + "".join(f"{i % 256:02X}" + ",000010" * 8 + "\n" for i in range(700))


@pytest.fixture
def files(tmp_path):
    """One file of every format, by the format's name."""
    run(scripted(), Chain(), Recorder(tmp_path / "ours", INFO, {}))
    (tmp_path / "text").write_text(TEXT + ROWS)
    (tmp_path / "card").write_text(CARD)
    return {"nmr-emg": tmp_path / "ours", "openbci-text": tmp_path / "text", "openbci-sd": tmp_path / "card"}


@pytest.mark.parametrize("scene", scenes())
def test_every_scene(scene):
    assert check_driver(lambda: Simulator(scene, seconds=3))


@pytest.mark.parametrize(
    "wrap",
    [
        Buffered,
        Paced,
        lambda driver: Mounted(driver, Montage({0: {"label": "vm"}})),
        lambda driver: Reconnecting(lambda: driver),
    ],
)
def test_every_wrapper_hands_on_what_it_is_given(wrap):
    assert_same(check_driver(lambda: wrap(scripted()), reads=600), check_driver(scripted))


def test_every_format(files):
    assert set(formats()) == set(files), "a new format needs a row here"
    for name, path in files.items():
        blocks = check_driver(lambda path=path: open_recording(path))
        assert sum(block.rows for block in blocks) >= 600
        assert [other for other in formats() if sniff(path).name == other] == [name]


@pytest.mark.parametrize("rows", [1, 3, 64, 5000])
def test_no_format_depends_on_how_it_is_cut(files, rows):
    for path in files.values():
        assert_same(collect(open_recording(path)).blocks, collect(open_recording(path, rows=rows)).blocks)


@pytest.mark.parametrize("word", [*DRIVERS, *(point.name for point in entry_points(group=GROUP))])
def test_every_device_opens_by_its_word(word, files, request):
    if word == "lsl":
        request.getfixturevalue("sender")()
    pytest.importorskip("brainflow" if word == "brainflow" else "numpy")
    rest = {"brainflow": "synthetic", "replay": str(files["nmr-emg"])}.get(word, "")
    driver = open_driver(f"{word}:{rest}" if rest else word, {})
    blocks = (
        check_driver(lambda: driver, reads=60)
        if word != "brainflow"
        else check_driver(lambda: driver, reads=100)
    )
    assert blocks


@pytest.mark.parametrize("word", ["simulator", "replay"])
def test_no_read_waits_longer_than_it_may(word, files):
    driver = open_driver(f"replay:{files['nmr-emg']}" if word == "replay" else word, {})
    with driver:
        waits = []
        for _ in range(40):
            began = time.perf_counter()
            driver.read()
            waits.append(time.perf_counter() - began)
    assert np.median(waits) < 0.03
