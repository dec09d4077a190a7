"""What other programs get of a session over LSL."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import h5py
import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.buffered import Buffered
from nmr_emg.cli.app import main
from nmr_emg.drivers.lsl.driver import open_lsl
from nmr_emg.drivers.lsl.outlet import LslOutlet
from nmr_emg.drivers.lsl.stamping import Stamping
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.dsp.profile import profile_for
from nmr_emg.errors import ConfigError
from nmr_emg.paced import Paced
from nmr_emg.session import Session
from nmr_emg.testing import Collected

RATE = 500
INFO = StreamInfo(
    RATE,
    (
        Channel("vm", muscle="vastus medialis", side="right", unit="mV", scale=0.5, offset=10),
        Channel("acc", unit="g", kind="aux"),
        Channel("env", kind="envelope"),
    ),
    "int32",
    "a board",
)


@pytest.fixture
def lsl(sender):
    return pytest.importorskip("pylsl")


def block(start, rows, **more):
    index = np.arange(start, start + rows)
    return Block(start, {"raw": np.stack([index, index, -index], axis=1).astype("int32")}, **more)


def inlet(lsl, name):
    stream, *_ = lsl.resolve_byprop("name", name, 1, 3.0)
    found = lsl.StreamInlet(stream, recover=False)
    found.open_stream(3.0)
    return found


def test_another_program_gets_every_sample_in_microvolts_with_its_time(lsl):
    outlet, began = LslOutlet(INFO, "micro"), time.monotonic()
    outlet.write(block(0, 5, time=began + 4 / RATE))
    listener = inlet(lsl, "micro")
    info = listener.info()
    assert (info.type(), info.nominal_srate(), info.channel_format()) == ("EMG", RATE, lsl.cf_float32)
    assert info.get_channel_labels() == ["vm", "env"]
    assert info.get_channel_units() == ["microvolts", "microvolts"]
    assert info.get_channel_types() == ["EMG", "Envelope"]
    for start in (5, 25, 45, 85, 105):  # 20 samples are lost before 85
        outlet.write(block(start, 20, time=began + (start + 19) / RATE))
    time.sleep(0.2)
    rows, stamps = listener.pull_chunk()
    del listener
    outlet.close()
    outlet.close()
    index = np.array([*range(5, 65), *range(85, 125)])
    np.testing.assert_allclose(rows, np.stack([(index - 10) * 500.0, -index], axis=1))
    ahead = lsl.local_clock() - time.monotonic()
    np.testing.assert_allclose(np.array(stamps) - ahead, began + index / RATE, atol=1e-4)
    assert (np.diff(stamps) > 0).all()


def test_a_session_comes_through_whole_and_on_time(lsl):
    sent, got = Collected(), Collected()
    driver = Buffered(Paced(Simulator("bridge", rate=1000)))
    driver.open()
    session = Session(
        driver, profile_for(driver.info).chain(), [sent, LslOutlet(driver.info, "whole")]
    ).start()
    back = Buffered(open_lsl("whole", {"markers": "whole events"}))
    envelope = open_lsl("whole envelope", {})
    with back, envelope:
        assert back.info.labels == driver.info.labels
        assert {channel.kind for channel in envelope.info.channels} == {"envelope"}
        listening = Session(back, profile_for(back.info).chain(), [got]).start()
        for number in range(5):
            session.tell(Event("marker", data={"text": f"cue {number}"}))
            time.sleep(0.2)
        assert envelope.read().tracks["raw"].shape[1] == 4
        listening.stop()
    session.stop()
    ours, theirs = sent.track("emg").astype("float32"), got.track("raw")
    (first,) = [i for i in range(len(ours) - 1) if (ours[i : i + 2] == theirs[:2]).all()]
    np.testing.assert_array_equal(ours[first : first + len(theirs)], theirs)
    assert len(theirs) > 900
    assert [b.start for b in got.blocks[1:]] == [b.stop for b in got.blocks[:-1]]
    told = [json.loads(e.data["text"]) for e in got.events if e.kind == "marker"]
    assert [e["data"]["text"] for e in told if e["kind"] == "marker"] == [f"cue {i}" for i in range(5)]
    for event in got.events:
        if event.kind == "marker":
            assert event.index == pytest.approx(json.loads(event.data["text"])["index"] - first, abs=1)


def test_the_times_that_arrive_are_those_that_were_fitted(lsl):
    outlet, times, began = LslOutlet(INFO, "times"), {}, time.monotonic()
    done = threading.Event()

    def send():
        rng, start = np.random.default_rng(1), 0
        while not done.wait(0.01 + rng.uniform(0, 0.01)):
            rows = int((time.monotonic() - began) * RATE) - start
            if rows > 0:
                times[start + rows - 1] = began + (start + rows - 1) / RATE
                outlet.write(block(start, rows, time=times[start + rows - 1], arrived=time.monotonic()))
                start += rows

    thread = threading.Thread(target=send)
    thread.start()
    time.sleep(0.05)
    with open_lsl("times", {}) as driver:
        stop, blocks = time.monotonic() + 1.0, []
        while time.monotonic() < stop:
            blocks.append(driver.read())
    done.set()
    thread.join()
    outlet.close()
    errors = [b.time - (began - float(b["raw"][-1, 1]) / RATE) for b in blocks if b.rows]
    assert len(errors) > 20
    assert np.abs(errors).max() < 1e-3


def test_stamps_never_go_back_whatever_the_clock_does():
    rng, start, stamps = np.random.default_rng(0), 0, []
    stamping = Stamping(RATE)
    for _ in range(500):
        rows = int(rng.integers(1, 30))
        start += int(rng.integers(0, 2) * rng.integers(0, 50))
        given = 100 + start / RATE + rng.normal(0, 0.05)
        known = given if rng.random() < 0.8 else float("nan")
        stamps.append(stamping(block(start, rows, time=known, arrived=given)))
        start += rows
    assert (np.diff(np.concatenate(stamps)) > 0).all()


def test_without_a_fitted_time_stamps_follow_the_arrivals():
    stamping = Stamping(RATE)
    for start in range(0, 10_000, 20):
        stamps = stamping(block(start, 20, arrived=50 + (start + 19) / RATE + 0.01 * (start % 3)))
    np.testing.assert_allclose(stamps, 50 + np.arange(9980, 10_000) / RATE, atol=2e-3)


def test_events_are_json_with_the_time_of_their_sample(lsl):
    outlet, began = LslOutlet(INFO, "events"), time.monotonic()
    outlet.write(block(0, 5, time=began + 4 / RATE))
    listener = inlet(lsl, "events events")
    assert listener.info().type() == "Markers"
    data = {"values": {"vm": np.float32(1.5)}, "snr": float("nan"), "text": "Knie µ \u2028"}
    outlet.write(replace(block(5, 20, time=began + 24 / RATE), events=(Event("rested", 12, 0, data),)))
    (text,), stamp = listener.pull_sample(2.0)
    del listener
    outlet.close()
    assert json.loads(text) == {
        "kind": "rested",
        "index": 12,
        "channel": 0,
        "data": {"values": {"vm": 1.5}, "snr": None, "text": "Knie µ \u2028"},
    }
    assert stamp - (lsl.local_clock() - time.monotonic()) == pytest.approx(began + 12 / RATE, abs=1e-3)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no program can be frozen here")
def test_a_program_that_listens_and_hangs_holds_nothing_up(lsl):
    outlet = LslOutlet(replace(INFO, rate=2000), "hung")
    outlet.write(block(0, 5, time=time.monotonic()))
    code = (
        "import pylsl, os, signal\n"
        "s = pylsl.StreamInlet(pylsl.resolve_byprop('name', 'hung', 1, 5)[0]); s.open_stream(5)\n"
        "print('listening', flush=True); os.kill(os.getpid(), signal.SIGSTOP)"
    )
    hung = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ})
    try:
        assert hung.stdout.readline()
        waits = []
        for start in range(5, 400_005, 400):
            began = time.perf_counter()
            outlet.write(block(start, 400, time=start / 2000))
            waits.append(time.perf_counter() - began)
        assert max(waits) < 0.1
        began = time.perf_counter()
        outlet.close()
        assert time.perf_counter() - began < 1
    finally:
        hung.kill()
        hung.wait()
        hung.stdout.close()


def test_a_stream_that_somebody_listens_to_is_offered_again(lsl):
    first = LslOutlet(INFO, "again")
    first.write(block(0, 5, time=time.monotonic()))
    listener = inlet(lsl, "again")
    first.close()
    again = LslOutlet(INFO, "again")
    again.write(block(7, 3, time=time.monotonic()))
    rows, _ = listener.pull_chunk(1.0, 3)
    assert [row[1] for row in rows] == [-7, -8, -9]
    del listener
    again.close()


def test_a_device_without_emg_is_refused(lsl):
    with pytest.raises(ConfigError, match="sends no EMG"):
        LslOutlet(StreamInfo(100, (Channel("x", unit="g", kind="aux"),)))


def test_nothing_is_offered_unless_it_is_asked_for(lsl, tmp_path, capsys):
    seen = set()

    def look():
        for _ in range(4):
            seen.update(one.name() for one in lsl.resolve_streams(0.5) if "Relaxed rest" in one.source_id())

    quiet = ("--set", "scene=rest")
    for words in ([], ["--lsl"]):
        seen.clear()
        thread = threading.Thread(target=look)
        thread.start()
        out = tmp_path / f"{len(words)}.h5"
        assert (
            main(["record", "--device", "simulator", *quiet, "--seconds", "2", "-o", str(out), *words]) == 0
        )
        thread.join()
        said = capsys.readouterr().err
        wanted = {"nmr-emg", "nmr-emg envelope", "nmr-emg events"} if words else set()
        assert seen == wanted
        assert ("anybody in this network can read along" in said) == bool(words)
        with h5py.File(out) as file:
            assert len(file["raw"]) == 500


def test_the_library_is_asked_for_before_a_board_is_opened(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "pylsl", None)
    out = tmp_path / "x.h5"
    assert main(["record", "--device", "simulator", "--seconds", "1", "-o", str(out), "--lsl"]) == 2
    assert 'pip install "nmr-emg[lsl]"' in capsys.readouterr().err
    assert not out.exists()


def test_a_recording_from_lsl_ends_in_words_when_its_sender_does(sender, tmp_path, capsys):
    source = sender(name="amp")
    threading.Timer(1.6, source.close).start()
    out = tmp_path / "x.h5"
    assert main(["record", "--device", "lsl:amp", "-o", str(out), "--patience", "0"]) == 1
    assert "nmr-emg: the LSL stream 'amp' broke off" in capsys.readouterr().err
    with h5py.File(out) as file:
        assert (np.diff(file["raw"][:, 0]) == 1).all()
