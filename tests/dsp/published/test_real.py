"""What people documented of real recordings, found by methods that others published."""

import numpy as np
import pytest
from scipy import io

from nmr_emg import Chain, Channel, StreamInfo
from nmr_emg.analysis import Question, analyze
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.dsp.published import detector
from nmr_emg.dsp.settling import Settling
from nmr_emg.recordings.openings import open_recording
from nmr_emg.testing import Scripted, blocks_of, collect


@pytest.mark.parametrize("name", ["tkeo", "lidierth"])
def test_the_activations_that_the_authors_of_emggo_counted(real, name):
    """56 in 550 s. A contraction breaks up where its level dips; what follows within 1 s belongs to it."""
    (path,) = (real / "emggo_bursts").glob("*.mat")
    held = io.loadmat(path, squeeze_me=True, struct_as_record=False)["EMG"]
    x, rate = np.asarray(held.channelData, float).reshape(-1, 1), float(held.fs)
    info = StreamInfo(rate, (Channel("a"),))
    chain = Chain((Microvolts(), Settling(), Bandpass(high=115.0)))
    kept = collect(Scripted(info, blocks_of(x, 5000)), chain)
    filtered = np.where(kept.track("settling"), np.nan, kept.track("filtered"))[:, 0]
    whole = []
    for one in detector(name).find(filtered, rate, (1.0, 4.0)):
        if whole and one.onset - whole[-1][1] < 1:
            whole[-1][1] = one.offset
        else:
            whole.append([one.onset, one.offset])
    assert sum(stop - start > 0.5 for start, stop in whole) == 56


@pytest.mark.parametrize("name", ["bonato", "aglr"])
def test_five_repetitions_of_two_contractions_on_a_ganglion(real, name):
    path = real / "openbci_ganglion_mi_s05" / "OpenBCI-RAW-S05_S1R0.txt"

    def open_again():
        driver = open_recording(path)
        driver.open()
        return driver

    found = analyze(open_again, Question(rest=(5, 25), detector=name))["channels"]
    assert [len(one["bursts"]) for one in found] == [10, 5, 0, 0]
    starts = [one["onset"] for one in found[1]["bursts"]]
    assert starts == pytest.approx([33.7, 55.5, 73.7, 83.8, 112.7], abs=0.5)
    assert [one["bursts_refused"] is None for one in found] == [True, True, False, False]
