"""The small files were typed after the GUI's own files of each generation; expected numbers were read off them by eye."""

import time

import numpy as np
import pytest

from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.recordings.openbci_text import OpenBCIText
from nmr_emg.testing import assert_same, collect

SAMPLES = [
    [61379.36, 49492.89, -16597.06, -21309.75, 6703.91, -3284.86, 7223.10, 1740.11],
    [60973.46, 48972.47, -16279.02, -21050.13, 7045.02, -2887.53, 7593.09, 2118.70],
    [61433.45, 49486.27, -16245.72, -20920.25, 7035.70, -2916.12, 7561.15, 2090.85],
]

Y2016 = """\
%OpenBCI Raw EEG Data
%
%Sample Rate = 250.0 Hz
%First Column = SampleIndex
%Other Columns = EEG data in microvolts followed by Accel Data (in G) interleaved with Aux Data
254, 61379.36, 49492.89, -16597.06, -21309.75, 6703.91, -3284.86, 7223.10, 1740.11, 0.04, 0.42, 0.23
255, 60973.46, 48972.47, -16279.02, -21050.13, 7045.02, -2887.53, 7593.09, 2118.70, 0.00, 0.00, 0.00
0, 61433.45, 49486.27, -16245.72, -20920.25, 7035.70, -2916.12, 7561.15, 2090.85, 0.00, 0.00, 0.00
"""

V4 = """\
%OpenBCI Raw EEG Data
%Number of channels = 8
%Sample Rate = 250.0 Hz
%First Column = SampleIndex
%Last Column = Timestamp 
%Other Columns = EEG data in microvolts followed by Accel Data (in G) interleaved with Aux Data
254, 61379.36, 49492.89, -16597.06, -21309.75, 6703.91, -3284.86, 7223.10, 1740.11, 0.040, 0.420, 0.238, 12:00:53.329, 1557936053329
255, 60973.46, 48972.47, -16279.02, -21050.13, 7045.02, -2887.53, 7593.09, 2118.70, 0.000, 0.000, 0.000, 12:00:53.336, 1557936053336
0, 61433.45, 49486.27, -16245.72, -20920.25, 7035.70, -2916.12, 7561.15, 2090.85, 0.000, 0.000, 0.000, 12:00:53.336, 1557936053336
"""  # noqa: W291  (the GUI writes that blank)

V5 = """\
%OpenBCI Raw EEG Data
%Number of channels = 8
%Sample Rate = 250 Hz
%Board = OpenBCI_GUI$BoardCytonSerial
0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0
254, 61379.36, 49492.89, -16597.06, -21309.75, 6703.91, -3284.86, 7223.10, 1740.11, 0.040, 0.420, 0.238,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0, 1557936053329, 12:00:53.329
255, 60973.46, 48972.47, -16279.02, -21050.13, 7045.02, -2887.53, 7593.09, 2118.70, 0.040, 0.420, 0.238,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0, 1557936053336, 12:00:53.336
0, 61433.45, 49486.27, -16245.72, -20920.25, 7035.70, -2916.12, 7561.15, 2090.85, 0.040, 0.420, 0.238,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0, 1557936053336, 12:00:53.336
"""

V6 = """\
%OpenBCI Raw EXG Data
%Number of channels = 8
%Sample Rate = 250 Hz
%Board = OpenBCI_GUI$BoardCytonSerial
Sample Index, EXG Channel 0, EXG Channel 1, EXG Channel 2, EXG Channel 3, EXG Channel 4, EXG Channel 5, EXG Channel 6, EXG Channel 7, Accel Channel 0, Accel Channel 1, Accel Channel 2, Not Used, Digital Channel 0 (D11), Digital Channel 1 (D12), Digital Channel 2 (D13), Digital Channel 3 (D17), Not Used, Digital Channel 4 (D18), Analog Channel 0, Analog Channel 1, Analog Channel 2, Timestamp, Marker Channel, Timestamp (Formatted)
254.0, 61379.36, 49492.89, -16597.06, -21309.75, 6703.91, -3284.86, 7223.10, 1740.11, 0.040, 0.420, 0.238,0,0,0,0,0,0,0,0,0,0, 1.557936053329E9, 0.0, 2019-05-15 12:00:53.329
255.0, 60973.46, 48972.47, -16279.02, -21050.13, 7045.02, -2887.53, 7593.09, 2118.70, 0.040, 0.420, 0.238,0,0,0,0,0,0,0,0,0,0, 1.557936053336E9, 0.0, 2019-05-15 12:00:53.336
0.0, 61433.45, 49486.27, -16245.72, -20920.25, 7035.70, -2916.12, 7561.15, 2.09085E3, 0.040, 0.420, 0.238,0,0,0,0,0,0,0,0,0,0, 1.557936053336E9, 3.0, 2019-05-15 12:00:53.336
"""

GENERATIONS = {"2016": Y2016, "v4": V4, "v5": V5, "v6": V6}


@pytest.fixture
def written(tmp_path):
    def write(text, name="recording.txt", ends="\n"):
        path = tmp_path / name
        path.write_bytes(text.replace("\n", ends).encode())
        return path

    return write


def read(path, **options):
    driver = OpenBCIText(path, **options)
    return driver, collect(driver)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("generation", GENERATIONS)
def test_every_generation_holds_the_same_samples(written, generation, ends):
    driver, got = read(written(GENERATIONS[generation], ends=ends))
    assert driver.variant == generation
    assert driver.info.rate == 250
    assert driver.info.device == "OpenBCI Cyton"
    assert driver.info.labels[:11] == (*(f"ch{i}" for i in range(1, 9)), "accel_x", "accel_y", "accel_z")
    assert driver.info.emg == tuple(range(8))
    assert driver.info.dtype == "float64"
    np.testing.assert_array_equal(got.track("raw")[:, :8], SAMPLES, strict=True)
    assert got.track("raw")[0, 8:10].tolist() == [0.04, 0.42]
    assert [(block.start, block.stop) for block in got.blocks] == [(0, 3)]
    assert driver.skipped == 0


@pytest.mark.parametrize("generation", ["v4", "v5", "v6"])
def test_stamps_are_seconds_whatever_their_unit(written, generation):
    driver, got = read(written(GENERATIONS[generation]))
    assert got.blocks[-1].arrived == 1557936053.336
    assert driver.start_time == "2019-05-15T16:00:53.329+00:00"


def test_without_stamps_nothing_is_said_of_arrival_and_the_name_says_when(written):
    driver, got = read(written(Y2016, "OpenBCI-RAW-2016-07-21_18-10-55.txt"))
    assert np.isnan(got.blocks[-1].arrived)
    assert driver.start_time == "2016-07-21T18:10:55"
    assert read(written(Y2016))[0].start_time is None
    assert read(written(Y2016, "x-2016-17-21_18-10-55.txt"))[0].start_time is None


def test_a_marker_is_an_event_on_its_sample(written):
    driver, got = read(written(V6))
    assert [(e.kind, e.index, e.data["text"]) for e in got.events] == [("marker", 2, "3")]
    assert driver.events == 1


def test_named_columns_become_channels(written):
    driver, _ = read(written(V6))
    labels = driver.info.labels
    assert labels[11:] == (
        "not_used",
        "digital_channel_0_d11",
        "digital_channel_1_d12",
        "digital_channel_2_d13",
        "digital_channel_3_d17",
        "not_used_2",
        "digital_channel_4_d18",
        "analog_channel_0",
        "analog_channel_1",
        "analog_channel_2",
    )
    assert {channel.kind for channel in driver.info.channels[8:]} == {"aux"}


def daisy(rows):
    names = [
        "Sample Index",
        *(f"EXG Channel {i}" for i in range(16)),
        *(f"Accel Channel {i}" for i in range(3)),
    ]
    header = "%OpenBCI Raw EXG Data\n%Number of channels = 16\n%Sample Rate = 125 Hz\n"
    header += "%Board = OpenBCI_GUI$BoardCytonSerialDaisy\n"
    header += ", ".join([*names, "Timestamp", "Marker Channel", "Timestamp (Formatted)"]) + "\n"
    line = "{}.0, {}, 0.1, 0.2, 0.9, {}, 0.0, 2022-03-01 10:00:00.000\n"
    return header + "".join(
        line.format(2 * i % 256 + 1, ", ".join(f"{i}.{c}" for c in range(16)), f"{1.6461288e9 + i / 125:.4f}")
        for i in rows
    )


def test_the_daisy_counts_every_other_number(written):
    driver, got = read(written(daisy([*range(300), *range(303, 400)])))
    assert driver.info.device == "OpenBCI Cyton Daisy"
    assert len(driver.info.emg) == 16
    assert [(e.index, e.data["samples"]) for e in got.events] == [(303, 3)]
    assert got.track("raw")[300, 15] == pytest.approx(303.15, abs=0.11)


def ganglion(ids, clock="23:59:59.{:03}"):
    header = "%OpenBCI Raw EEG Data\n%\n%Sample Rate = 200.0 Hz\n%First Column = SampleIndex\n"
    line = "{}, {}.50, 0.00, -1.25, 0.00, 0.000, 0.000, 0.000, {}\n"
    rows = (line.format(i, n, clock.format(n % 1000)) for n, i in enumerate(ids))
    return header + "%Last Column = Timestamp \n" + "".join(rows)


def test_the_ganglion_of_the_hub_wraps_at_201(written):
    ids = np.delete(np.arange(900) % 201, [500])
    driver, got = read(written(ganglion(ids)))
    assert driver.info.device == "OpenBCI Ganglion"
    assert driver.info.labels == ("ch1", "ch2", "ch3", "ch4", "accel_x", "accel_y", "accel_z")
    assert [(e.index, e.data["samples"]) for e in got.events] == [(501, 1)]


def test_the_ganglion_of_firmware_3_counts_packets_of_two_samples(written):
    ids = np.repeat(np.arange(400) % 100, 2)
    _, got = read(written(ganglion(np.delete(ids, [300, 301]))))
    assert [(e.index, e.data["samples"]) for e in got.events] == [(302, 2)]
    assert got.blocks[-1].stop == 800


def test_impedance_packets_are_left_out_and_told(written):
    ids = [*(np.arange(400) % 201), 201, 202, 203, 204, 205, *(np.arange(400, 500) % 201)]
    driver, got = read(written(ganglion(ids)))
    assert got.blocks[-1].stop == 500
    assert not got.events
    assert driver.skipped == 5
    assert driver.damage[0] == {"line": 406, "why": "counter 201 is no sample of this board"}


def test_time_of_day_goes_on_past_midnight(written):
    text = ganglion(range(4)).splitlines()
    text[-2:] = [text[-2].replace("23:59:59", "00:00:00"), text[-1].replace("23:59:59", "00:00:00")]
    _, got = read(written("\n".join(text) + "\n"), rows=1)
    assert [block.arrived for block in got.blocks] == [86399.0, 86399.001, 86400.002, 86400.003]


def test_a_repeated_row_is_dropped_and_counted(written):
    ids = [*range(150), 149, *range(150, 200)]
    driver, got = read(written(ganglion(ids)))
    assert got.blocks[-1].stop == 200
    assert not got.events
    assert driver.damage == [{"line": 156, "why": "counter 149 repeats the one before"}]


def test_recorded_times_settle_how_many_cycles_a_long_loss_swallowed(written):
    rows = V6.splitlines()[-3]
    template = rows.replace("254.0", "{0}.0", 1).replace("1.557936053329E9", "{1:.3f}", 1)
    kept = [i for i in range(2000) if not 900 <= i < 1500]
    text = "\n".join(V6.splitlines()[:5] + [template.format(i % 256, 1.6e9 + i / 250) for i in kept]) + "\n"
    _, got = read(written(text))
    assert [(e.index, e.data["samples"]) for e in got.events] == [(1500, 600)]


def test_a_column_that_does_not_count_loses_no_rows(written):
    driver, got = read(written(ganglion([0] * 300)))
    assert got.blocks[-1].stop == 300
    assert not got.events
    assert "can't be seen" in driver.notes[0]


@pytest.mark.parametrize(
    ("board", "device"),
    [
        ("BoardGanglionNative", "OpenBCI Ganglion"),
        ("BoardCytonWifiDaisy", "OpenBCI Cyton Daisy WiFi"),
        ("BoardBrainFlowSynthetic", "BrainFlow Synthetic"),
        ("BoardSomethingNew", "OpenBCI GUI: Something New"),
    ],
)
def test_the_board_is_named(written, board, device):
    driver, _ = read(written(V6.replace("BoardCytonSerial", board)))
    assert driver.info.device == device


def test_a_rate_that_is_missing_must_be_given_and_one_that_is_there_must_not(written):
    silent = written(Y2016.replace("%Sample Rate = 250.0 Hz", "%"))
    with pytest.raises(ConfigError, match="--rate"):
        read(silent)
    assert read(silent, rate=500)[0].info.rate == 500
    with pytest.raises(ConfigError, match="says 250 Hz"):
        read(written(Y2016), rate=500)
    assert read(written(Y2016), rate=250)[0].info.rate == 250


@pytest.mark.parametrize("rows", [1, 7, 256, 100_000])
def test_the_size_of_blocks_changes_nothing(real, rows):
    path = real / "openbci_cyton_emg_2016" / "OpenBCI-RAW-2016-07-21_18-10-55.txt"
    ours, theirs = read(path)[1], read(path, rows=rows)[1]
    assert max(block.rows for block in theirs.blocks) <= rows
    assert_same(ours.blocks, theirs.blocks)


def test_the_2016_files_lose_what_their_counter_says(real):
    folder = real / "openbci_cyton_emg_2016"
    for name, gaps, rows in (
        ("18-10-55", [1, 20, 1, 1, 1, 20, 1, 21, 20, 1, 1, 1, 1, 20], 13_669),
        ("18-21-34", [1] * 5, 18_250),
    ):
        driver, got = read(folder / f"OpenBCI-RAW-2016-07-21_{name}.txt")
        assert [e.data["samples"] for e in got.events] == gaps
        assert len(got.track("raw")) == rows
        assert got.blocks[-1].stop == rows + sum(gaps)
        assert driver.skipped == 0


@pytest.mark.parametrize(
    ("name", "rows", "rate", "first"),
    [
        ("openbci_ganglion_mi_s05/OpenBCI-RAW-S05_S1R0.txt", 26_474, 200, [22.78, 0.90, 0, 0]),
        ("openbci_ganglion_mi_s05/OpenBCI-RAW-S05_S1REST.txt", 4_879, 200, [50.27, 11.97, 0, 0]),
        ("openbci_gui_v6_jawclench/openbci_gui_v6_first30s.txt", 7_500, 250, SAMPLES[0]),
    ],
)
def test_the_other_real_files_lose_nothing(real, name, rows, rate, first):
    driver, got = read(real / name)
    raw = got.track("raw")
    assert (len(raw), driver.info.rate) == (rows, rate)
    assert not got.events
    assert raw[0, : len(first)].tolist() == first
    theirs = np.loadtxt(real / name, delimiter=",", comments=("%", "S"), usecols=range(1, 1 + len(first)))
    np.testing.assert_array_equal(raw[:, : len(first)], theirs)


def test_it_can_be_opened_again_and_says_when_it_is_not(written):
    driver, first = read(written(V4))
    assert_same(first.blocks, collect(driver).blocks)
    with pytest.raises(RecordingError, match="not open"):
        driver.read()
    with pytest.raises(RecordingError, match="never opened"):
        _ = OpenBCIText("x.txt").info
    with pytest.raises(ConfigError, match="at least 1"):
        OpenBCIText("x.txt", rows=0)


def test_it_is_read_fast(real, tmp_path):
    lines = (real / "openbci_gui_v6_jawclench" / "openbci_gui_v6_first30s.txt").read_bytes().split(b"\r\n")
    path = tmp_path / "long.txt"
    path.write_bytes(b"\n".join([*lines[:5], *lines[5:-1] * 8, b""]))
    began = time.process_time()
    read(path)
    assert path.stat().st_size / (time.process_time() - began) > 5e6
