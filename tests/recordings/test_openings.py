import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import h5py
import numpy as np
import pytest

from nmr_emg.block import Block, Channel, StreamInfo
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.recordings import openings
from nmr_emg.recordings.openings import formats, open_recording, sniff
from nmr_emg.testing import Scripted, collect

TEXT = """\
%OpenBCI Raw EEG Data
%
%Sample Rate = 250.0 Hz
%First Column = SampleIndex
0, 1.00, 2.00, 0.00, 0.00, 0.10, 0.20, 0.90
1, 3.00, 4.00, 0.00, 0.00, 0.10, 0.20, 0.90
"""
HEX = "%STOP AT\n00010C2B\n" + "".join(f"{i:02X}" + ",FFFFFF" * 8 + "\n" for i in range(5))


@pytest.mark.parametrize("name", ["x.txt", "x.h5", "x.csv", "x", "%OpenBCI.mat"])
@pytest.mark.parametrize(("text", "format_"), [(TEXT, "openbci-text"), (HEX, "openbci-sd")])
def test_the_name_does_not_matter(tmp_path, name, text, format_):
    path = tmp_path / name
    path.write_text(text)
    assert sniff(path).name == format_
    with open_recording(str(path)) as driver:
        assert driver.format == format_


def test_a_damaged_first_line_does_not_hide_the_format(tmp_path):
    for text in (TEXT.replace("%Open", "\0\0en"), "\xef\xbb\xbf" + TEXT, "\n\n" + TEXT):
        path = tmp_path / "x.txt"
        path.write_bytes(text.encode("latin-1"))
        assert collect(open_recording(path)).blocks[-1].stop == 2


def test_the_real_files_are_known(real):
    expected = {"openbci_cyton_emg_2016": "openbci-text", "openbci_ganglion_mi_s05": "openbci-text"}
    expected |= {"openbci_gui_v6_jawclench": "openbci-text", "openbci_sd_hex": "openbci-sd"}
    for folder, name in expected.items():
        for path in (real / folder).glob("[oO]*.[tT][xX][tT]"):
            assert sniff(path).name == name
    assert sniff(real / "plux_h5" / "emg_bursts.h5").name == "nmr-emg"
    with pytest.raises(RecordingError):
        open_recording(real / "plux_h5" / "emg_bursts.h5").open()


def test_hdf5_is_known_by_its_beginning(tmp_path):
    path = tmp_path / "x.txt"
    h5py.File(path, "w").close()
    assert sniff(path).name == "nmr-emg"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty"),
        (b"\0" * 10_000, "nothing but zeros"),
        (b"PK\x03\x04zip", "ZIP archive"),
        (b"time,vm,vl\n0,1,2\n", "the text 'time,vm,vl'"),
        (b"\x02P3\x00\xf8", "the bytes 02 50 33 00 f8"),
        (b"\n\n", "the text ''"),
        ("%OpenBCI Raw EEG Data".encode("utf-16"), "UTF-16"),
        (b"x" * 1_000_000, "the text 'xxxx"),
    ],
)
def test_what_is_no_recording_gives_one_clear_line(tmp_path, content, what):
    path = tmp_path / "recording.h5"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=what) as caught:
        open_recording(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_an_unknown_format_lists_those_that_are_known(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"hello\n")
    with pytest.raises(RecordingError, match="nmr-emg, openbci-text, openbci-sd"):
        sniff(path)


@pytest.mark.parametrize("path", ["nowhere.txt", "a\0b", "x" * 5000])
def test_a_file_that_is_not_there(path):
    with pytest.raises(RecordingError):
        open_recording(path)


def test_a_folder_and_a_device_are_no_recordings(tmp_path):
    with pytest.raises(RecordingError, match="folder"):
        open_recording(tmp_path)
    if Path("/dev/zero").exists():
        with pytest.raises(RecordingError, match="no plain file"):
            open_recording("/dev/zero")


@pytest.mark.skipif(sys.platform == "win32", reason="has no permission bits")
def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "x.txt"
    path.write_text(TEXT)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read anything, so chmod proves nothing
    with pytest.raises(RecordingError, match="Permission denied"):
        open_recording(path)


def test_options_go_to_the_reader_and_unknown_ones_are_refused(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(TEXT.replace("%Sample Rate = 250.0 Hz\n", ""))
    with pytest.raises(ConfigError, match="--rate"):
        open_recording(path, rate=None).open()
    got = collect(open_recording(path, rows=1, rate=500.0))
    assert [block.rows for block in got.blocks] == [1, 1]
    with pytest.raises(ConfigError, match="no option 'speed'"):
        open_recording(path, speed=2)


class Foreign:
    name = "foreign"

    def sniff(self, head, path):
        return head.startswith(b"FOREIGN") and path.name == "x.bin"

    def open(self, path, **options):
        info = StreamInfo(100, (Channel("a"),))
        return Scripted(info, [Block(0, {"raw": np.zeros((options["rows"], 1))})])


FOREIGN = Foreign()


def test_other_packages_can_offer_readers(tmp_path, monkeypatch):
    point = EntryPoint("foreign", f"{__name__}:FOREIGN", openings.GROUP)
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or type(sys)(__name__))
    monkeypatch.setattr(sys.modules[__name__], "FOREIGN", FOREIGN, raising=False)
    monkeypatch.setattr(openings, "entry_points", lambda group: [point] if group == openings.GROUP else [])
    path = tmp_path / "x.bin"
    path.write_bytes(b"FOREIGN and so on")
    assert list(formats())[-1] == "foreign"
    assert collect(open_recording(path, rows=7)).blocks[0].rows == 7


def test_a_reader_that_does_not_load_is_named_and_harms_no_other(tmp_path, monkeypatch):
    point = EntryPoint("broken", "no_such_package:READER", openings.GROUP)
    monkeypatch.setattr(openings, "entry_points", lambda group: [point])
    path = tmp_path / "x.txt"
    path.write_text(TEXT)
    assert sniff(path).name == "openbci-text"
    path.write_text("hello")
    with pytest.raises(ConfigError, match="'broken'"):
        sniff(path)
