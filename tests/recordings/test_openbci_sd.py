"""The small files are typed as the Cyton's firmware writes them; counts were worked out by hand."""

import tracemalloc

import numpy as np
import pytest

from nmr_emg.block import microvolts
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.recordings.openbci_sd import OpenBCISD
from nmr_emg.testing import assert_same, collect

HEAD = "%STOP AT\n00010C2B\n"
FOOTER = (
    "\n%Total time mS:\n0000C350\n%min Write time uS:\n000002BC\n%max Write time uS:\n00000A00\n"
    "%Over:\n00000000\n%block, uS\n"
)


def row(count, first="000001", aux="", channels=8):
    return f"{count % 256:02X},{first}" + ",FFFFFF" * (channels - 1) + aux + "\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "OBCI_01.TXT"
        path.write_bytes(text.encode("latin-1"))
        return path

    return write


def read(path, **options):
    driver = OpenBCISD(path, **options)
    return driver, collect(driver)


def test_counts_are_two_s_complement_and_the_scale_is_gain_24(written):
    rows = ["00,000001,FFFFFF,7FFFFF,800000,000000,000010,FFFFF0,123456,FFB0,0E60,03B0\n", row(1)]
    driver, got = read(written(HEAD + "".join(rows)))
    raw = got.track("raw")
    assert raw.dtype == np.int32
    assert raw[0].tolist() == [1, -1, 8388607, -8388608, 0, 16, -16, 1193046, -80, 3680, 944]
    uv = microvolts(driver.info)(raw)[0]
    assert uv[:4] == pytest.approx([0.02235174, -0.02235174, 187500.0, -187500.0223517])
    accel = driver.info.channels[8]
    assert (accel.label, accel.unit, 0.256 / accel.scale) == ("accel_x", "g", pytest.approx(0x0800))
    assert driver.info.channels[0].full_scale == pytest.approx(187500)
    assert driver.info.device == "OpenBCI Cyton (SD card)"
    assert "gain 24 is assumed" in driver.notes[0]


def test_the_accelerometer_is_held_between_its_rows(written):
    aux = {3: ",0001,0002,0003", 5: ",FFFF,0000,7FFF"}
    _, got = read(written("".join(row(i, aux=aux.get(i, "")) for i in range(7))), rows=2)
    none, first, second = [0, 0, 0], [1, 2, 3], [-1, 0, 32767]
    assert got.track("raw")[:, 8:].tolist() == [none, none, none, first, first, second, second]


def test_sixteen_channels_are_a_daisy(written):
    driver, got = read(
        written("".join(row(i, channels=16, aux=",0001,0002,0003" * (i == 1)) for i in range(4)))
    )
    assert driver.info.device == "OpenBCI Cyton Daisy (SD card)"
    assert driver.info.emg == tuple(range(16))
    assert got.track("raw")[1].tolist() == [1, *[-1] * 15, 1, 2, 3]


def test_the_counter_shows_what_is_lost_across_its_wrap(written):
    kept = [i for i in range(700) if i not in {255, 256, 300}]
    _, got = read(written(HEAD + "".join(row(i) for i in kept)))
    assert [(e.index, e.data["samples"]) for e in got.events] == [(257, 2), (301, 1)]
    assert got.blocks[-1].stop == 700


@pytest.mark.parametrize(
    ("footer", "rate", "assumed"),
    [
        ("", 250, True),
        (FOOTER, 250, True),
        ("\n%SamplingFreq:\n003E8" + FOOTER, 1000, False),
        ("\n%SamplingFreq:\n000FA" + FOOTER, 250, False),
        ("\n%SamplingFreq:\n003E8", 1000, False),
        ("\n%SamplingFreq:\n00000\n", 250, True),
        ("\0\0\0\n%SamplingFreq:\n003E8\n", 250, True),
    ],
)
def test_the_footer_says_the_rate(written, footer, rate, assumed):
    driver, got = read(written(HEAD + "".join(row(i) for i in range(300)) + footer))
    assert driver.info.rate == rate
    assert any("250 Hz is assumed" in note for note in driver.notes) == assumed
    assert got.blocks[-1].stop == 300
    assert driver.skipped == 0


def test_a_rate_can_be_given_where_there_is_no_footer(written):
    rows = "".join(row(i) for i in range(300))
    assert read(written(rows), rate=1000.0)[0].info.rate == 1000
    with pytest.raises(ConfigError, match="says 500 Hz"):
        read(written(rows + "\n%SamplingFreq:\n001F4\n"), rate=1000.0)


def test_a_footer_is_found_wherever_a_piece_of_the_file_ends(written):
    rows = "".join(row(i) for i in range(17_771))
    for shift in range(50, 100):  # the first 1 MB ends in or near the footer
        path = written(rows + "\n" * shift + "%SamplingFreq:\n003E8" + FOOTER)
        with OpenBCISD(path) as driver:
            assert driver.info.rate == 1000


def test_after_footer_or_nul_comes_nothing_of_this_recording(written):
    rows, old = "".join(row(i) for i in range(300)), "".join(row(i + 7) for i in range(900))
    for end in (FOOTER + old, FOOTER + "\0" * 400 + old, "\0\0" + old, row(300)[:-1] + "\0" * 1000 + old):
        driver, got = read(written(HEAD + rows + end))
        assert got.blocks[-1].stop - end.startswith("2C") == 300
        assert driver.skipped == 0


def test_a_long_stretch_of_garbage_ends_it(written):
    driver, got = read(written("".join(row(i) for i in range(300)) + "zz\n" * 500 + row(17) * 100))
    assert got.blocks[-1].stop == 300
    assert driver.skipped == 64


def test_a_damaged_row_is_told_and_the_rest_is_read(written):
    rows = [row(i) for i in range(300)]
    rows[100], rows[200] = rows[100].replace("FFFFFF", "FFFXFF", 1), "FFFFFF,000\n"
    driver, got = read(written(HEAD + "".join(rows)))
    assert [(e.index, e.data["samples"]) for e in got.events] == [(101, 1), (201, 1)]
    assert driver.damage[0] == {"line": 103, "why": "'64,000001,FFFXFF,FFF' is no whole row"}
    assert driver.damage[1]["line"] == 203


def test_a_last_line_cut_off_is_told(written):
    driver, got = read(written("".join(row(i) for i in range(300)) + "2C,0000"))
    assert (got.blocks[-1].stop, driver.skipped) == (300, 1)


def test_a_pause_of_the_stream_is_a_gap_by_the_boards_clock(written):
    rows = "".join(row(i) for i in range(300))
    pause = "%START AT\n00002710\n%STOP AT\n00002EE0\n"  # 10.0 s and 12.0 s
    _, got = read(written(HEAD + rows + pause + rows))
    assert [(e.index, e.data["samples"]) for e in got.events] == [(800, 500)]
    _, got = read(written(HEAD + rows + "%STOP AT\n00002EE0\n" + rows))
    assert got.blocks[-1].stop == 600
    assert not got.events


@pytest.mark.parametrize("text", ["%STOP AT\n00010C2B\n", "00,000000,000000\n" * 9, "\0" * 5000, "\n"])
def test_without_a_row_there_is_one_clear_line(written, text):
    with pytest.raises(RecordingError, match="no whole row of samples"):
        OpenBCISD(written(text)).open()


@pytest.mark.parametrize("rows", [1, 100, 10_000])
def test_the_real_card(real, rows):
    path = real / "openbci_sd_hex" / "OBCI-01.TXT"
    driver, got = read(path, rows=rows)
    raw = got.track("raw")
    assert raw.shape == (3282, 11)
    assert not got.events
    assert driver.skipped == 0
    assert raw[0].tolist() == [0, 0, -306467, -779197, 0, 0, 0, 0, -80, 3680, 944]
    assert raw[-1, 8:].tolist() == [-16, 7456, 1840]
    fields = [line.split(",") for line in path.read_text().splitlines()[2:]]
    theirs = np.array([[int(one, 16) for one in line[1:9]] for line in fields])
    np.testing.assert_array_equal(raw[:, :8], np.where(theirs >= 2**23, theirs - 2**24, theirs))
    assert_same(got.blocks, read(path)[1].blocks)


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "long.txt"
    part = "".join(row(i, aux=",0001,0002,0003" * (i % 10 == 0)) for i in range(2560)).encode()
    with path.open("wb") as file:
        for _ in range(120):
            file.write(part)
        file.write(b"\0" * 5_000_000)
    driver = OpenBCISD(path)
    tracemalloc.start()
    with driver:
        while driver.read() is not None:
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12e6
