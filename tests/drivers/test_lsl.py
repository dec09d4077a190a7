"""Streams of other programs: found, described, placed, lost and told in words."""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from nmr_emg.buffered import Buffered
from nmr_emg.drivers.lsl.driver import open_lsl
from nmr_emg.drivers.lsl.wanted import wanted
from nmr_emg.errors import ConfigError, DeviceLost, DriverError
from nmr_emg.reconnecting import Reconnecting

pytestmark = pytest.mark.usefixtures("no_thread_left")


def heard(driver, seconds):
    stop, blocks = time.monotonic() + seconds, []
    while time.monotonic() < stop:
        block = driver.read()
        if block.rows:
            blocks.append(block)
    return blocks


def where(blocks):
    return np.concatenate([np.arange(block.start, block.stop) for block in blocks])


def raw(blocks):
    return np.concatenate([block["raw"] for block in blocks])


def test_every_sample_comes_in_order_with_its_index_and_time(sender):
    source = sender(name="amp 1", rate=1000, channels=4, form="double64")
    with open_lsl("amp 1", {}) as driver:
        assert driver.info.rate == 1000
        assert driver.info.dtype == "float64"
        assert driver.info.device.startswith("LSL: amp 1 on ")
        blocks = heard(driver, 1.1)
    sent = raw(blocks)[:, 0]
    np.testing.assert_array_equal(raw(blocks), sent[:, None] * [1, 2, 3, 4])
    np.testing.assert_array_equal(np.diff(sent), 1)
    np.testing.assert_array_equal(where(blocks), np.arange(len(sent)))
    assert len(sent) > 1000
    at = np.array([source.began + block["raw"][-1, 0] / 1000 for block in blocks])
    times = np.array([block.time for block in blocks])
    assert (np.diff(times) > 0).all()
    assert np.abs(times - at - (time.monotonic() - source.lsl.local_clock())).max() < 1e-3
    assert all(block.time < block.arrived < block.time + 0.5 for block in blocks)


def test_what_the_sender_lost_is_a_gap(sender):
    sender(rate=500, lost=[(i, i + 7) for i in range(0, 100_000, 400)])
    with open_lsl("sender", {}) as driver:
        blocks = heard(driver, 1.9)
    sent = raw(blocks)[:, 0]
    np.testing.assert_array_equal(where(blocks), sent - sent[0])
    gaps = [event for block in blocks for event in block.events]
    assert 2 <= len(gaps) <= 4
    assert {(gap.kind, gap.data["samples"], gap.data["reason"]) for gap in gaps} == {("gap", 7, "clock")}


def test_channels_are_what_the_stream_says_of_them(sender):
    labels, units = ("vm", "bf", "ax", "t", "vm"), ("microvolts", "millivolts", "g", "µV", "V")
    kinds = ("EMG", "EMG", "ACC", "ECG", "")
    sender(channels=5, form="int16", told={"label": labels, "unit": units, "type": kinds})
    with open_lsl("", {"source_id": "id of sender", "type": "emg"}) as driver:
        info = driver.info
        assert heard(driver, 0.3)[0]["raw"].dtype == np.int16
    assert info.labels == ("vm_1", "bf", "ax", "t", "vm_5")
    assert [c.unit for c in info.channels] == ["uV", "mV", "g", "µV", "V"]
    assert [c.kind for c in info.channels] == ["raw", "raw", "aux", "aux", "raw"]


def test_a_stream_that_says_too_little_is_asked_about(sender):
    sender(name="quiet", told={}, channels=3)
    with pytest.raises(
        ConfigError, match="does not say its unit; if it carries EMG, say it with --set unit=uV"
    ):
        open_lsl("quiet", {}).open()
    with open_lsl("quiet", {"unit": "mV", "scale": "0.5", "kind": "envelope", "rate": "512"}) as driver:
        info = driver.info
    assert info.labels == ("ch1", "ch2", "ch3")
    assert info.rate == 512
    assert {(c.unit, c.scale, c.kind) for c in info.channels} == {("mV", 0.5, "envelope")}
    sender(name="counts", told={"unit": "counts"})
    with pytest.raises(ConfigError, match=r"unit counts.*--set unit=uV --set scale="):
        open_lsl("counts", {}).open()
    with open_lsl("counts", {"unit": "uV", "scale": "0.0223517"}) as driver:
        assert driver.info.channels[0].scale == 0.0223517


def test_a_stream_of_irregular_rate_is_asked_about(sender):
    sender(name="odd", nominal=0.0)
    with pytest.raises(ConfigError, match=r"irregular rate.*--set rate=HZ"):
        open_lsl("odd", {}).open()
    with open_lsl("odd", {"rate": "500"}) as driver:
        blocks = heard(driver, 0.5)
    np.testing.assert_array_equal(np.diff(raw(blocks)[:, 0]), 1)


def test_several_streams_are_listed_and_can_be_told_apart(sender):
    sender(name="twin", source="left")
    sender(name="twin", source="right", kind="EXG")
    for name in ("twin", ""):
        with pytest.raises(
            ConfigError, match=r"\d LSL streams fit .*source_id left.*--set type= or source_id="
        ):
            open_lsl(name, {}).open()
    with open_lsl("twin", {"source_id": "right"}) as driver:
        assert heard(driver, 0.3)


def test_a_stream_that_is_not_there_is_told_with_those_that_are(sender):
    sender(name="there")
    began = time.monotonic()
    with pytest.raises(
        DriverError, match=r"no LSL stream 'not there' was found within 0\.6 s.*'there' \(type EMG"
    ) as told:
        open_lsl("not there", {"timeout": "0.6"}).open()
    assert time.monotonic() - began < 2
    assert "\n" not in str(told.value)
    with pytest.raises(DriverError, match="no LSL stream of markers 'cues' was found"):
        open_lsl("there", {"markers": "cues", "timeout": "0.6"}).open()


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"nmae": "x"}, "no setting 'nmae'; there are type, source_id, host"),
        ({"rate": "fast"}, "rate=fast: this must be a number above 0"),
        ({"scale": "-1"}, "above 0"),
        ({"timeout": "nan"}, "above 0"),
        ({"unit": "counts"}, "one of uV"),
        ({"kind": "aux"}, "one of raw, rectified, envelope"),
        ({"type": ""}, "type= needs a value"),
    ],
)
def test_wrong_words_are_said_to_be_wrong(settings, what):
    with pytest.raises(ConfigError, match=what):
        wanted("x", settings)


def test_markers_lie_on_the_sample_at_which_they_were_set(sender):
    source = sender(name="amp", rate=500)
    cues = source.lsl.StreamOutlet(source.lsl.StreamInfo("cues", "Markers", 1, 0, "string", "cues"))
    set_at = {}

    def cue():
        for number in range(20):
            time.sleep(0.05)
            set_at[f"cue {number}"] = source.lsl.local_clock()
            cues.push_sample([f"cue {number}"])

    with open_lsl("amp", {"markers": "cues"}) as driver:
        thread = threading.Thread(target=cue)
        thread.start()
        blocks = heard(driver, 1.4)
        thread.join()
    first = int(raw(blocks)[0, 0])
    markers = [event for block in blocks for event in block.events]
    assert [event.data["text"] for event in markers] == list(set_at)
    assert all(event.kind == "marker" and "late_ms" not in event.data for event in markers)
    for event in markers:
        set_on = (set_at[event.data["text"]] - source.began) * 500 - first
        assert event.index == pytest.approx(set_on, abs=1)


def test_signals_go_on_when_the_markers_end(sender):
    source = sender(name="amp")
    cues = source.lsl.StreamOutlet(source.lsl.StreamInfo("cues", "Markers", 1, 0, "string", "cues"))
    with open_lsl("amp", {"markers": "cues"}) as driver:
        heard(driver, 0.2)
        del cues
        blocks = heard(driver, 0.5)
    (lost,) = [event for block in blocks for event in block.events]
    assert (lost.kind, lost.data["state"], lost.data["stream"]) == ("device", "markers lost", "cues")
    assert blocks[-1].stop > lost.index + 50


def test_text_is_no_signal(sender):
    lsl = sender().lsl
    outlet = lsl.StreamOutlet(lsl.StreamInfo("words", "Markers", 1, 0, "string", "words"))
    with pytest.raises(ConfigError, match="'words' sends text, not signals"):
        open_lsl("words", {}).open()
    del outlet


def cpu():
    return time.process_time()


@pytest.mark.parametrize("wrap", [lambda driver: driver, Buffered])
def test_a_sender_that_is_gone_is_told_within_2_s_and_costs_nothing(sender, wrap):
    source = sender(name="gone")
    with wrap(open_lsl("gone", {})) as driver:
        assert heard(driver, 0.3)
        source.close()
        began, spent = time.monotonic(), cpu()
        with pytest.raises(DeviceLost, match="the LSL stream 'gone' broke off"):
            heard(driver, 4)
        assert time.monotonic() - began < 2
        assert cpu() - spent < 0.3
    spent = cpu()
    time.sleep(0.5)
    assert cpu() - spent < 0.025
    assert not [one.name for one in threads() if one.startswith("R_")], "no thread of an inlet is left"


def threads():
    tasks = Path("/proc/self/task")
    return [(one / "comm").read_text().strip() for one in tasks.iterdir()] if tasks.exists() else []


def inlet_threads():
    return len(threads())


def test_it_can_be_opened_again_and_closing_leaves_nothing(sender):
    sender(name="again")
    driver = open_lsl("again", {})
    with pytest.raises(DriverError, match="not open"):
        driver.read()
    with pytest.raises(DriverError, match="not open"):
        _ = driver.info
    counts = []
    for _ in range(3):
        with driver:
            assert heard(driver, 0.2)
        driver.close()
        time.sleep(0.2)
        counts.append(inlet_threads())
    assert max(counts[1:]) <= counts[0]


def test_a_sender_that_falls_silent_is_told_within_2_s(sender):
    source = sender(name="mute")
    with open_lsl("mute", {}) as driver:
        assert heard(driver, 0.3)
        source.done.set()
        began = time.monotonic()
        with pytest.raises(
            DeviceLost, match=r"LSL: mute on .* has sent nothing for 1\.\d s: its sender has stopped"
        ):
            heard(driver, 4)
    assert time.monotonic() - began < 2


def test_a_sender_that_starts_again_is_taken_up_again(sender):
    source = sender(name="phoenix")
    with Reconnecting(lambda: Buffered(open_lsl("phoenix", {}))) as driver:
        before = heard(driver, 0.5)
        source.close()
        between = heard(driver, 0.5)
        again = sender(name="phoenix")
        after = heard(driver, 2.2)
    last, first = [*before, *between][-1], after[0]
    assert [event.kind for event in first.events] == ["gap", "device"]
    true = ((again.began + first["raw"][0, 0] / 500) - (source.began + last["raw"][-1, 0] / 500)) * 500
    assert first.start - last.stop + 1 == pytest.approx(true, abs=1)


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(ConfigError, match=r'pip install "nmr-emg\[lsl\]"'):
        open_lsl("x", {}).open()


def test_without_liblsl_it_says_so(tmp_path):
    (tmp_path / "pylsl.py").write_text("raise RuntimeError('LSL binary library file was not found.\\n or')")
    code = "from nmr_emg.drivers.lsl.driver import open_lsl; open_lsl('x', {}).open()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (
        "ConfigError: pylsl is installed but does not load: LSL binary library file was not found. or"
        in done.stderr
    )


def test_liblsl_writes_nothing_to_stderr_unless_a_file_of_the_user_says_so(tmp_path, sender):
    sender()
    code = (
        "from nmr_emg.drivers.lsl.driver import open_lsl\n"
        "try: open_lsl('x', {'timeout': '0.3'}).open()\n"
        "except OSError as error: print(error)"
    )
    env = {key: value for key, value in os.environ.items() if key != "LSLAPICFG"} | {"HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env, cwd=tmp_path
    )
    assert "no LSL stream 'x'" in done.stdout
    assert done.stderr == ""


def test_pylsl_is_loaded_in_one_place_only():
    package = Path(__file__).resolve().parents[2] / "nmr_emg"
    loads = re.compile(r"^\s*(?:import|from) pylsl|need\(\"pylsl\"", re.MULTILINE)
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if loads.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"drivers/lsl/library.py"}
