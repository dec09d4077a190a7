import numpy as np
import pytest

from nmr_emg import Chain, Channel, StreamInfo
from nmr_emg.dsp.profile import profile_for
from nmr_emg.dsp.quality import CLIPPED, FLAT, MAINS, NOISY
from nmr_emg.testing import Scripted, blocks_of, collect

RATE = 250


def second(seconds):
    return np.arange(round(seconds * RATE)) / RATE


def noise(seconds, level=2.0, seed=0):
    return level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


def hum(seconds, rms, frequency=50.0):
    return rms * np.sqrt(2) * np.sin(2 * np.pi * frequency * second(seconds))


def judged(x, full_scale=3000.0, **settings):
    """The changes of state as (second, state, reasons), and the track."""
    info = StreamInfo(RATE, (Channel("a", full_scale=full_scale),))
    done = collect(
        Scripted(info, blocks_of(x[:, None], 20)), Chain(profile_for(info).chain(settings=settings).stages)
    )
    changes = [
        (round((e.index + 1) / RATE), e.data["state"], e.data["reasons"])
        for e in done.events
        if e.kind == "quality"
    ]
    return changes, done.track("quality")[:, 0]


def test_good_skin_at_rest_and_at_work_is_never_complained_about():
    changes, track = judged(np.concatenate([noise(20), noise(20, 200.0), noise(20)]))
    assert not changes
    assert not track.any()


def test_a_lead_that_is_off_is_bad_at_once_and_good_again_after_three_seconds():
    changes, track = judged(np.concatenate([noise(5), np.full(4 * RATE, 40.0), noise(8)]))
    assert changes == [(6, "bad", [FLAT]), (12, "ok", [])]
    assert set(track[6 * RATE : 12 * RATE]) == {2}


def test_a_signal_at_the_rail_is_bad_at_once():
    x = np.clip(noise(10, 2.0) + np.where((second(10) > 5) & (second(10) < 5.1), 4000, 0), -3000, 3000)
    changes, _ = judged(x)
    assert changes[0] == (6, "bad", [CLIPPED])
    assert changes[-1][:2] == (9, "ok")


@pytest.mark.parametrize("frequency", [50.0, 50.2, 60.0])
def test_hum_warns_after_two_seconds_in_a_row(frequency):
    changes, _ = judged(noise(10) + hum(10, 60.0, frequency))
    assert changes[0][:2] == (2, "warn")
    assert MAINS in changes[0][2]


def test_one_second_of_hum_is_forgiven():
    x = noise(10)
    x[5 * RATE : 6 * RATE] += hum(1, 60.0)
    assert not judged(x)[0]


def test_hum_far_below_a_contraction_is_no_matter():
    assert not judged(np.concatenate([noise(5), noise(10, 100.0) + hum(10, 60.0)]))[0]


def test_a_drifting_baseline_is_not_taken_for_hum():
    for drift in (6000 * second(12), 5000 * np.sin(2 * np.pi * 0.3 * second(12)), 250 * second(12)):
        assert not judged(noise(12) + drift, full_scale=187_500)[0]


def test_a_noisy_rest_warns():
    changes, _ = judged(noise(10, 12.0))
    assert changes[0][1:] == ("warn", [NOISY])


def test_every_sentence_says_what_to_do():
    for sentence in (FLAT, CLIPPED, MAINS, NOISY):
        what, _, to_do = sentence.partition(":")
        assert what
        assert len(to_do.split()) > 4
