"""Writing: whole or not at all, and plain words when it fails."""

import pytest

from nmr_emg.analysis import Question
from nmr_emg.block import Channel
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.errors import ConfigError, DriverError, RecordingError
from nmr_emg.recordings.openbci_text import OpenBCIText
from nmr_emg.report import Source, write_report
from nmr_emg.testing import Scripted


def test_it_gives_back_where_it_wrote_and_leaves_nothing_else(full, tmp_path):
    out = tmp_path / "report.html"
    assert write_report(out, [full]) == out
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_failing_recording_leaves_the_old_report(make, tmp_path):
    out = tmp_path / "report.html"
    out.write_text("old")
    source = Source("gone.h5", make.recording(make.signal(6, [[]])))
    broken = Source("broken.h5", lambda: Scripted(source.open_again().info, [DriverError("it broke")]))
    with pytest.raises(DriverError, match="it broke"):
        write_report(out, [source, broken])
    assert out.read_text() == "old"


def test_a_folder_that_is_not_there_is_named(full, tmp_path):
    with pytest.raises(RecordingError, match=r"nowhere.*can't be written.*choose a folder"):
        write_report(tmp_path / "nowhere" / "report.html", [full])


def test_a_place_that_is_taken_by_a_folder_leaves_no_crumbs(full, tmp_path):
    (tmp_path / "report.html").mkdir()
    with pytest.raises(RecordingError):
        write_report(tmp_path / "report.html", [full])
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_no_recording_is_no_report(tmp_path):
    with pytest.raises(ConfigError, match="at least one"):
        write_report(tmp_path / "report.html", [])


def test_an_empty_recording_says_so(make, tmp_path):
    info = make.recording(make.signal(1, [[]]))().info
    with pytest.raises(RecordingError, match=r"empty\.h5: it holds no sample"):
        write_report(tmp_path / "report.html", [Source("empty.h5", lambda: Scripted(info, []))])


def test_half_a_character_does_not_cost_the_report(make, tmp_path):
    raw = make.signal(6, [[]])
    page = make.page(tmp_path, Source("odd.h5", make.recording(raw, channels=[Channel("a\ud800b")])))
    assert "a?b" in page.text


def test_a_short_recording_is_reported_too(make, tmp_path):
    assert (
        "no burst was found"
        in make.page(tmp_path, Source("blink.h5", make.recording(make.signal(0.1, [[]])))).text
    )


def test_the_simulators_scene_with_pair_reference_and_goal(make, tmp_path):
    def opened():
        driver = Simulator("knee_cocontraction", seconds=20)
        driver.open()
        return driver

    page = make.page(tmp_path, Source("knee.h5", opened, Question(pairs=(("vl_r", "bf_r"),))))
    assert page.text.count("envelope, % of reference") == 2
    assert len(page.all("path", "needle")) == 1


def test_a_real_recording_with_losses(real, make, tmp_path):
    file = real / "openbci_cyton_emg_2016" / "OpenBCI-RAW-2016-07-21_18-10-55.txt"

    def opened():
        driver = OpenBCIText(file)
        driver.open()
        return driver

    page = make.page(tmp_path, Source(file.name, opened, Question(channels=("ch2", "ch7"))))
    assert "14 gaps" in page.text
    assert page.drawn("burst")
    assert "no signal: the lead is off, or the channel is switched off" in page.text


def test_a_real_task_shows_its_contractions(real, make, tmp_path):
    file = real / "openbci_ganglion_mi_s05" / "OpenBCI-RAW-S05_S1R0.txt"

    def opened():
        driver = OpenBCIText(file)
        driver.open()
        return driver

    page = make.page(tmp_path, Source(file.name, opened, Question(channels=("ch1",))))
    middles = [(float(r["x"]) + float(r["width"]) / 2 - 54) / 694 * 132.37 for r in page.drawn("burst")]
    for first, last in ((33, 39), (55, 60), (73, 79), (83, 89), (112, 117)):
        assert any(first <= middle <= last for middle in middles)
