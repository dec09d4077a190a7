import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent

LSL = Path(tempfile.mkdtemp(prefix="nmr-emg-lsl-")) / "lsl_api.cfg"
"""Keeps LSL to this computer and to this run of the tests; liblsl reads it when it is first used."""
LSL.write_text(
    f"[multicast]\nResolveScope=machine\n[lab]\nSessionID=test-{os.getpid()}\n[log]\nlevel=-3\n"
    "[tuning]\nTimeProbeInterval=0.005\nTimeProbeMaxRTT=0.03\nMulticastMinRTT=0.1\nMulticastMaxRTT=0.5\n"
)
os.environ["LSLAPICFG"] = str(LSL)


@pytest.fixture(scope="session")
def real() -> Path:
    """The folder of real recordings; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("NMR_EMG_REAL", ROOT.parent / "shared" / "recordings"))
    if not folder.is_dir():
        pytest.skip(f"no real recordings at {folder}; set NMR_EMG_REAL to their folder")
    return folder


@pytest.fixture
def no_thread_left():
    """After the test, no thread of the package may be left, a stuck driver's own one excepted."""
    before = set(threading.enumerate())
    yield
    patience = time.monotonic() + 2
    while time.monotonic() < patience:
        left = [t for t in threading.enumerate() if t not in before and not t.name.endswith("Stuck")]
        if not left:
            return
        time.sleep(0.01)
    pytest.fail(f"threads left: {', '.join(t.name for t in left)}")


class Sender(threading.Thread):
    """A program that streams over LSL: rows of `[index, 2 * index, …]`, 10 ms at a time, until it is closed."""

    def __init__(self, lsl, name="sender", kind="EMG", rate=500, channels=2, form="float32", **more):
        super().__init__(daemon=True, name="sender")
        source = more.pop("source", f"id of {name}")
        stream = lsl.StreamInfo(name, kind, channels, more.pop("nominal", rate), form, source)
        self.lost = more.pop("lost", ())
        self.told = more.pop("told", {"unit": "microvolts"})
        listed = stream.desc().append_child("channels")
        for i in range(channels if self.told else 0):
            one = listed.append_child("channel")
            for key, value in self.told.items():
                one.append_child_value(key, value[i] if isinstance(value, tuple) else value)
        self.lsl, self.rate, self.columns = lsl, rate, 1 + np.arange(channels)
        self.outlet, self.done = lsl.StreamOutlet(stream, 0, 10), threading.Event()
        self.began = lsl.local_clock()
        self.start()

    def run(self):
        sent = 0
        while not self.done.wait(0.01):
            due = int((self.lsl.local_clock() - self.began) * self.rate)
            index = np.array([i for i in range(sent, due) if not any(a <= i < b for a, b in self.lost)])
            if len(index):
                self.outlet.push_chunk(
                    index[:, None] * self.columns, (self.began + index / self.rate).tolist()
                )
            sent = due

    def close(self):
        self.done.set()
        self.join()
        self.outlet = None


@pytest.fixture
def sender(monkeypatch):
    """Starts senders: `sender(name=…, rate=…)`; on this computer they are found at once."""
    monkeypatch.setattr("nmr_emg.drivers.lsl.find.ROUND", 0.25)
    lsl = pytest.importorskip("pylsl", reason="pylsl does not load", exc_type=(ImportError, RuntimeError))
    running = []

    def begin(**wishes):
        running.append(Sender(lsl, **wishes))
        return running[-1]

    yield begin
    for one in running:
        if not one.done.is_set():
            one.close()
