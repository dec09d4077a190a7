"""Pulses as a stimulator leaves them, against the same EMG without them."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import signal

from nmr_emg import Block, Chain, Channel, ConfigError, Event, Process, StreamInfo
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.blanking import MASK, Blanking
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.testing import check_stage, runs, through


@dataclass(frozen=True)
class Pulses:
    """Write the track `mask`: the first `width` s of every `period` s, from `begin` on."""

    period: float = 0.025
    width: float = 0.005
    begin: float = 0.0

    def start(self, info: StreamInfo) -> Process:
        def process(block):
            second = (block.start + np.arange(block.rows)) / info.rate
            mask = (second >= self.begin) & (second % self.period < self.width - 1e-9)
            return block.with_tracks(**{MASK: mask[:, None]})

        return process


def emg(rate, seconds, seed=1):
    band = signal.butter(2, [40, min(200, 0.45 * rate)], "bandpass", fs=rate, output="sos")
    noise = signal.sosfilt(band, np.random.default_rng(seed).standard_normal(seconds * rate))
    return 50 * noise / noise.std()


def envelope(x, counted, rate):
    """RMS over 0.1 s of the samples that count."""
    window = np.ones(round(0.1 * rate))
    return np.sqrt(np.convolve(x**2 * counted, window, "valid") / np.convolve(counted, window, "valid"))


def blanked(stage, info, emg, mask):
    emg, mask = np.asarray(emg, float), np.asarray(mask, bool)
    if emg.ndim == 1:
        emg, mask = emg[:, None], mask[:, None]
    (done,) = through(stage, info, [Block(0, {"raw": emg, "emg": emg, MASK: mask})])
    return done


@pytest.mark.parametrize("rate", [1000, 2000])
@pytest.mark.parametrize("polarised", [0.0, 2000.0])
def test_the_emg_between_huge_pulses_keeps_its_envelope(rate, polarised):
    """300 mV for 5 ms, forty times a second, and an electrode that takes 10 ms to recover."""
    muscle = emg(rate, 10)
    since = np.arange(len(muscle)) / rate % 0.025
    pulse = since < 0.005 - 1e-9
    artefact = np.where(pulse, 3e5, polarised * np.exp(-(since - 0.005) / 0.01))
    info = StreamInfo(rate, (Channel("a"),))
    (alone,) = through(Chain((Microvolts(), Bandpass(mains=()))), info, [Block(0, {"raw": muscle[:, None]})])
    chain = Chain((Microvolts(), Pulses(), Blanking(), Bandpass(mains=())))
    (done,) = through(chain, info, [Block(0, {"raw": (muscle + artefact)[:, None]})])
    np.testing.assert_array_equal(done["blanked"][:, 0], pulse)
    counted = np.where(pulse, 0.0, 1.0)
    truth = envelope(alone["filtered"][rate:, 0], np.ones(len(muscle) - rate), rate)
    found = envelope(done["filtered"][rate:, 0], counted[rate:], rate)
    assert abs(found.mean() / truth.mean() - 1) < 0.05
    assert abs(found / truth - 1).max() < 0.35


def test_a_blanked_sample_is_the_last_good_one(info):
    done = blanked(Blanking(fade=0), info(1000), [1, 2, 90, 91, 3, 4], [0, 0, 1, 1, 0, 0])
    assert done["emg"].ravel().tolist() == [1, 2, 2, 2, 3, 4]
    assert done["blanked"].ravel().tolist() == [False, False, True, True, False, False]


def test_the_tail_goes_on_after_the_mask(info):
    done = blanked(Blanking(tail=0.002, fade=0), info(1000), [1, 9, 8, 7, 5, 6], [0, 1, 0, 0, 0, 0])
    assert done["emg"].ravel().tolist() == [1, 1, 1, 1, 5, 6]
    assert np.flatnonzero(done["blanked"]).tolist() == [1, 2, 3]


def test_another_level_comes_in_without_a_step(info):
    level = np.where(np.arange(400) < 101, 0.0, 5000.0)
    done = blanked(Blanking(fade=0.01), info(1000), level, np.arange(400) == 100)
    y = done["emg"].ravel()
    assert y[101] == 0
    np.testing.assert_allclose(y[111], 5000 * (1 - np.exp(-1)), rtol=1e-9)
    assert y[-1] == 5000
    assert np.abs(np.diff(y)).max() < 500


def test_channels_are_blanked_one_by_one(info):
    emg = np.arange(8.0).reshape(4, 2)
    mask = np.zeros((4, 2), bool)
    mask[1:3, 1] = True
    done = blanked(Blanking(fade=0), info(1000, "ab"), emg, mask)
    assert done["emg"].tolist() == [[0, 1], [2, 1], [4, 1], [6, 7]]
    np.testing.assert_array_equal(done["blanked"], mask)


def test_without_a_mask_the_block_passes_untouched(info):
    block = Block(0, {"raw": np.ones((3, 1)), "emg": np.ones((3, 1))})
    assert Blanking(tail=0.1).start(info(1000))(block) is block


def test_a_mask_from_the_first_sample_on_holds_that_sample(info):
    assert blanked(Blanking(fade=0), info(1000), [7, 8, 9], [1, 1, 0])["emg"].ravel().tolist() == [7, 7, 9]


@pytest.mark.parametrize("settings", [{}, {"tail": 0.004}, {"tail": 0.03}, {"fade": 0.0}])
@pytest.mark.parametrize("sizes", [[1], [3, 0, 7], [20], [250]])
def test_it_does_not_depend_on_the_cutting(settings, sizes):
    info = StreamInfo(1000, (Channel("a"), Channel("x", unit="g", kind="aux"), Channel("b", kind="envelope")))
    raw = np.random.default_rng(4).standard_normal((900, 3)) * 1000
    gap = Event("gap", 603, data={"samples": 3, "reason": "counter"})
    far = Event("gap", 903, data={"samples": 100, "reason": "counter"})
    blocks = [
        Block(0, {"raw": raw[:600]}),
        Block(603, {"raw": raw[600:800]}, events=(gap,)),
        Block(903, {"raw": raw[800:]}, events=(far,)),
    ]
    chain = Chain((Microvolts(), Pulses(begin=0.02), Blanking(**settings)))
    check_stage(chain, info, blocks, sizes)
    done = runs(through(chain, info, blocks))
    assert all(
        block["blanked"].dtype == bool and block["blanked"].shape == block["emg"].shape for block in done
    )


def test_a_gap_ends_the_fade(info):
    level = np.where(np.arange(20) < 11, 0.0, 5000.0)[:, None]
    before = Block(0, {"raw": level, "emg": level, MASK: np.arange(20)[:, None] == 10})
    gap = Event("gap", 500, data={"samples": 480, "reason": "counter"})
    after = Block(500, {"raw": level[15:], "emg": level[15:], MASK: level[15:] < 0}, events=(gap,))
    done = through(Blanking(fade=0.01), info(1000), [before, after])
    assert done[0]["emg"][-1, 0] < 4000
    assert (done[1]["emg"] == 5000).all()


def test_a_gap_ends_the_tail_and_a_mask_of_the_wrong_shape_is_told(info):
    before = Block(0, {"raw": np.zeros((5, 1)), "emg": np.zeros((5, 1)), MASK: np.ones((5, 1), bool)})
    gap = Event("gap", 500, data={"samples": 495, "reason": "counter"})
    tracks = {"raw": np.ones((5, 1)), "emg": np.ones((5, 1)), MASK: np.zeros((5, 1), bool)}
    done = through(Blanking(tail=0.1), info(1000), [before, Block(500, tracks, events=(gap,))])
    assert not done[1]["blanked"].any()
    assert done[1]["emg"].all()
    with pytest.raises(ConfigError, match=r"'mask' has the shape \(5, 2\); it must have one column, or"):
        through(Blanking(), info(1000), [Block(0, {**tracks, MASK: np.ones((5, 2), bool)})])
