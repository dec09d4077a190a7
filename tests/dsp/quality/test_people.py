"""Reasons on recordings of people."""

import numpy as np
from scipy.io import loadmat

from nmr_emg import Channel, StreamInfo
from nmr_emg.analysis import Question, analyze
from nmr_emg.dsp.profile import profile_for
from nmr_emg.dsp.quality import sentence
from nmr_emg.recordings.openings import open_recording
from nmr_emg.testing import blocks_of, through


def test_reasons_on_recordings_of_people(real):
    def reasons(path):
        def opened():
            driver = open_recording(real / path)
            driver.open()
            return driver

        return [one["quality"] for one in analyze(opened, Question())["channels"]]

    clench = reasons("openbci_gui_v6_jawclench/openbci_gui_v6_first30s.txt")
    assert all(sentence("mains") in one["reasons"] for one in clench)
    card = reasons("openbci_sd_hex/OBCI-01.TXT")
    assert [sentence("mains") in one["reasons"] for one in card] == [i in (2, 3) for i in range(8)]
    assert [sentence("flat") in one["reasons"] for one in card] == [i not in (2, 3) for i in range(8)]
    rest = reasons("openbci_ganglion_mi_s05/OpenBCI-RAW-S05_S1REST.txt")
    assert [one["state"] for one in rest] == ["ok", "ok", "bad", "bad"]


def test_heartbeats_are_found_where_people_have_them(real):
    data = loadmat(real / "emggo_ecg" / "ECG Contaminated.mat")["EMG"][0, 0]
    x = np.ascontiguousarray(data["channelData"], float)
    info = StreamInfo(2048, tuple(Channel(f"c{i}", unit="mV") for i in range(x.shape[1])))
    done = through(profile_for(info).chain(), info, blocks_of(x, 205))
    heard = {
        e.channel for b in done for e in b.events if e.kind == "quality" and "heartbeat" in e.data["checks"]
    }
    assert heard == set(range(8))


def test_strides_of_people_are_no_heartbeats(real):
    (path,) = (real / "gait_musclesynergies").glob("*_emg_*.csv")
    x = np.loadtxt(path, delimiter=",", skiprows=1)[:, 1:]
    info = StreamInfo(1000, tuple(Channel(f"c{i}") for i in range(x.shape[1])))
    done = through(profile_for(info).chain(), info, blocks_of(x, 100))
    assert not any("heartbeat" in e.data["checks"] for b in done for e in b.events if e.kind == "quality")
