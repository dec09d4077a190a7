import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.dsp.tkeo import Tkeo, teager_kaiser
from nmr_emg.testing import blocks_of, runs, through


@pytest.mark.parametrize(("rate", "expected"), [(1000, 0.381966011), (250, 3.618033989)])
def test_a_sine_has_the_energy_of_its_amplitude_and_frequency(rate, expected):
    """A²·sin²(2πf/fs) with A = 2 µV and f = 50 Hz."""
    energy = teager_kaiser(2 * np.sin(2 * np.pi * 50 * np.arange(rate) / rate + 0.3))
    assert energy.shape == (rate - 2,)
    np.testing.assert_allclose(energy, expected, atol=1e-9)


def test_white_noise_has_its_variance_on_average():
    energy = teager_kaiser(3 * np.random.default_rng(0).standard_normal((200_000, 2)))
    np.testing.assert_allclose(energy.mean(axis=0), 9, rtol=0.02)


def stream(*kinds):
    return StreamInfo(250, tuple(Channel(f"c{i}", kind=kind) for i, kind in enumerate(kinds)))


def energies(info, blocks):
    process = Tkeo().start(info)
    return [process(block)["tkeo"] for block in blocks]


def test_the_stage_writes_it_one_sample_late():
    x = np.random.default_rng(1).standard_normal((400, 2))
    (whole,) = runs(through(Bandpass(), stream("raw", "raw"), [Block(0, {"raw": x, "emg": x})]))
    filtered = whole["filtered"]
    cut = [whole.cut(a, b) for a, b in ((0, 1), (1, 1), (1, 2), (2, 3), (3, 100), (100, 101), (101, 400))]
    done = np.concatenate(energies(stream("raw", "raw"), cut))
    np.testing.assert_array_equal(done[2:], teager_kaiser(filtered))
    assert not done[:2].any()


@pytest.mark.parametrize("lost", [1, 100])
def test_samples_that_do_not_follow_each_other_are_not_multiplied(lost):
    """A constant has no energy; across a jump there would be much."""
    x = np.full((20, 1), 100.0)
    gap = Event("gap", 20 + lost, data={"samples": lost, "reason": "counter"})
    blocks = [
        Block(0, {"raw": x, "filtered": x}),
        Block(20 + lost, {"raw": x, "filtered": 3 * x}, events=(gap,)),
    ]
    done = energies(stream("raw"), blocks)
    assert not np.concatenate(done).any()


def test_a_channel_that_is_no_raw_emg_has_none():
    info = stream("raw", "envelope")
    x = np.abs(np.random.default_rng(2).standard_normal((50, 2)))
    blocks = [Microvolts().start(info)(block) for block in blocks_of(x, 7)]
    done = np.concatenate(energies(info, [Bandpass().start(info)(b) for b in blocks]))
    assert np.isnan(done[:, 1]).all()
    assert np.isfinite(done[:, 0]).all()
