import numpy as np
import pytest

from nmr_emg import Block, Event
from nmr_emg.dsp.baseline import Baseline
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.testing import through

RATE = 250


def trial(name, start, stop):
    return [
        Event("trial", round(at * RATE), data={"name": name, "edge": edge})
        for at, edge in ((start, "start"), (stop, "stop"))
    ]


def noise(seconds, level, seed=0):
    return level * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


def rest(default_run, x, events=()):
    return default_run(RATE, x, events).track("rest")[:, 0]


def band_share():
    """How much of white noise the band and the notches leave, as an amplitude."""
    return np.sqrt((115 - 20 - 3 * 1.667 * np.pi / 2) / 125)


def test_rest_is_unknown_at_first_and_then_that_of_the_noise(default_run):
    level = rest(default_run, noise(40, 3.0))
    first = round(0.75 * RATE)
    assert np.isnan(level[: first - 1]).all()
    assert np.isfinite(level[first + 1 :]).all()
    assert level[20 * RATE :].mean() == pytest.approx(3.0 * band_share(), rel=0.10)


def test_two_minutes_of_holding_do_not_move_it(default_run):
    x = np.concatenate([noise(10, 2.0), noise(119, 40.0, 1), noise(10, 2.0, 2)])
    level = rest(default_run, x)
    before = level[round(9.9 * RATE)]
    held = level[10 * RATE + 70 : 129 * RATE]
    assert set(held) == {held[0]}
    assert held[0] == pytest.approx(before, rel=0.03)
    assert level[-1] == pytest.approx(before, rel=0.15)


def test_without_a_declared_rest_it_gives_way_after_more_than_two_minutes(default_run):
    level = rest(default_run, np.concatenate([noise(10, 2.0), noise(130, 40.0, 1)]))
    assert level[-1] == pytest.approx(40 * band_share(), rel=0.2)


def test_a_noise_that_rises_a_little_is_followed_and_one_that_falls_too(default_run):
    level = rest(default_run, np.concatenate([noise(20, 2.0), noise(40, 3.0, 1), noise(40, 1.0, 2)]))
    for second, amplitude in ((19, 2.0), (59, 3.0), (99, 1.0)):
        assert level[second * RATE] == pytest.approx(amplitude * band_share(), rel=0.15)


def test_a_declared_rest_never_gives_way_by_more_than_its_excess(default_run):
    x = np.concatenate([noise(10, 2.0), noise(200, 40.0, 1)])
    level = rest(default_run, x, trial("rest", 2, 8))
    declared = level[8 * RATE + 1]
    assert np.nanmax(level[8 * RATE :]) <= 2 * declared * (1 + 1e-12)


def test_a_rest_trial_is_told_per_channel(default_run):
    x = np.stack([noise(12, 2.0, 1), noise(12, 6.0, 2)], axis=1)
    done = default_run(RATE, x, trial("rest", 2, 10))
    (told,) = [e for e in done.events if e.kind == "rested"]
    assert told.index == 10 * RATE
    assert told.data["values"] == pytest.approx({"a": 2 * band_share(), "b": 6 * band_share()}, rel=0.1)


def test_a_rest_event_declares_what_it_names_and_leaves_the_others(default_run):
    x = np.stack([noise(12, 2.0, 1), noise(12, 2.0, 2)], axis=1)
    event = Event("rest", 6 * RATE, data={"values": {"a": 5.0, "b": None}})
    level = default_run(RATE, x, [event]).track("rest")
    assert level[6 * RATE, 0] == 5.0
    assert level[6 * RATE, 1] == pytest.approx(level[6 * RATE - 1, 1])


def test_a_lead_that_is_off_at_the_start_is_no_rest(default_run):
    """Or everything after it would count as activity for two minutes."""
    x = np.concatenate([np.full(3 * RATE, 5000.0), 100 + noise(20, 2.0)])
    done = default_run(RATE, x)
    level = done.track("rest")[:, 0]
    assert np.isnan(level[: 3 * RATE]).all()
    assert level[-1] == pytest.approx(2 * band_share(), rel=0.2)
    assert not done.track("active")[8 * RATE :].any()


def test_a_lead_that_falls_off_leaves_rest_where_it_was(default_run):
    x = np.concatenate([noise(10, 2.0), np.full(30 * RATE, 3.0), noise(10, 2.0, 1)])
    done = default_run(RATE, x)
    level = done.track("rest")[:, 0]
    assert (level[12 * RATE : 39 * RATE] > 1.0).all()
    assert not done.track("active")[45 * RATE :].any()


def test_a_flat_rest_trial_declares_nothing(default_run):
    x = np.concatenate([np.zeros(10 * RATE), noise(20, 2.0)])
    done = default_run(RATE, x, trial("rest", 1, 9))
    assert done.track("rest")[-1, 0] == pytest.approx(2 * band_share(), rel=0.2)


def test_an_envelope_may_rest_at_zero(info):
    x = np.concatenate([np.zeros(500), np.full(250, 80.0)])[:, None]
    stream = info(RATE, kind="envelope")
    (emg,) = through(Microvolts(), stream, [Block(0, {"raw": x})])
    block = emg.with_tracks(filtered=emg["emg"], settling=np.zeros((len(x), 1), bool))
    (done,) = through(Baseline(), stream, [block])
    assert done["rest"][300, 0] == 0
