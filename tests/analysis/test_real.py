"""Recordings of people, and what was known of them before."""

import numpy as np
import pytest
from scipy.io import loadmat

from nmr_emg.analysis import Question, analyze
from nmr_emg.recordings.openings import open_recording

REPETITIONS = [(33, 39), (55, 60), (73, 79), (83, 89), (112, 117)]


def opened(path):
    def open_again():
        driver = open_recording(path)
        driver.open()
        return driver

    return open_again


def grouped(bursts, within):
    """Bursts joined where less than `within` seconds lie between them."""
    groups = []
    for one in bursts:
        if groups and one["onset"] - groups[-1][1] < within:
            groups[-1][1] = max(groups[-1][1], one["offset"])
        else:
            groups.append([one["onset"], one["offset"]])
    return groups


@pytest.fixture(scope="module")
def ganglion(real):
    """Both recordings of a person at a Ganglion board: the task, and rest."""
    folder = real / "openbci_ganglion_mi_s05"
    return [analyze(opened(folder / f"OpenBCI-RAW-S05_S1{part}.txt"), Question()) for part in ("R0", "REST")]


@pytest.mark.parametrize("channel", [0, 1])
def test_five_repetitions_are_found_on_both_channels(ganglion, channel):
    groups = grouped(ganglion[0]["channels"][channel]["bursts"], 3)
    assert groups == [pytest.approx(pair, abs=1.5) for pair in REPETITIONS]


def test_two_contractions_a_repetition_are_told_apart_where_the_muscle_rests_between_them(ganglion):
    """Channel 1 comes to rest between some of them; between the others it stays a few dB above."""
    assert 6 <= len(ganglion[0]["channels"][0]["bursts"]) <= 10


@pytest.mark.parametrize("channel", [0, 1])
def test_nothing_is_found_at_rest(ganglion, channel):
    at_rest = ganglion[1]["channels"][channel]
    assert at_rest["bursts"] == []
    assert at_rest["minor"] == []


def test_channels_without_electrodes_say_so(ganglion):
    for channel in ganglion[0]["channels"][2:]:
        assert channel["bursts"] == []
        assert channel["quality"]["state"] == "bad"
        assert channel["rest_uV"] is None


def test_the_signal_to_noise_ratio_is_about_thirty_decibels(ganglion):
    assert max(b["snr_db"] for b in ganglion[0]["channels"][0]["bursts"]) == pytest.approx(33, abs=5)


def test_the_activations_of_a_long_recording_are_counted_as_by_its_authors(real, ask):
    data = loadmat(real / "emggo_bursts" / "Sample Data.mat")["EMG"][0, 0]
    assert float(data["fs"].squeeze()) == 250
    answer = ask(250, np.asarray(data["channelData"], float).reshape(-1, 1))
    assert len(answer["channels"][0]["bursts"]) == 56
