"""The same board read by BrainFlow and by us: equal on clean bytes, and no frame fewer on damaged ones."""

import sys
import time

import numpy as np
import pytest

from nmr_emg.block import microvolts
from nmr_emg.cli.devices import open_driver
from nmr_emg.fake import FakeBoard

pytest.importorskip("brainflow")
pytest.importorskip("serial")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")

SPEED = 4


def heard(device, plays, faults, frames, seed=0):
    """µV that a driver makes of a board that plays so many samples, and the values of those sent whole."""
    with FakeBoard(plays, faults, seed=seed, signal="scattered", speed=SPEED) as fake:
        with open_driver(device, {"port": fake.port}) as driver:
            convert, found = microvolts(driver.info), []
            while len(fake.sent) < frames:
                found += list(convert(driver.read()["raw"]))
            until = time.monotonic() + 0.3
            while time.monotonic() < until:
                found += list(convert(driver.read()["raw"]))
            sent = fake.sent.values("sent")
        return np.array(found), sent


def recall(values, sent, scale):
    """The share of the samples sent whole that came out."""
    got = {tuple(row) for row in np.rint(values / scale).astype(int).tolist()}
    return np.mean([tuple(row) in got for row in sent[:-100].tolist()])


@pytest.mark.parametrize(
    ("ours", "theirs", "gain"),
    [("cyton", "brainflow:cyton", 24), ("cyton-daisy", "brainflow:cyton-daisy", 24)],
)
def test_clean_bytes_give_the_same_microvolts(ours, theirs, gain):
    scale = 4.5e6 / gain / 8388607
    for device in (ours, theirs):
        values, truth = heard(device, ours, [], 400)
        assert len(values) >= 350
        begins = np.flatnonzero((truth == np.rint(values[0] / scale)).all(axis=1))[0]
        np.testing.assert_allclose(
            values, truth[begins : begins + len(values)] * scale, rtol=0, atol=1e-6, err_msg=device
        )


@pytest.mark.parametrize("fault", ["drop_bytes@5%", "insert=2@5%", "flip@5%", "truncate@5%", "burst=40@5%"])
def test_of_damaged_bytes_we_keep_at_least_as_much(fault):
    scale = 4.5e6 / 24 / 8388607
    ours = recall(*heard("cyton", "cyton", [fault], 1500, seed=3), scale)
    theirs = recall(*heard("brainflow:cyton", "cyton", [fault], 1500, seed=3), scale)
    assert ours >= theirs
    assert ours >= 0.999
