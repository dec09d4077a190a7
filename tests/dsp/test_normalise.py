import numpy as np
import pytest

from nmr_emg import Block, ConfigError, Event
from nmr_emg.dsp.normalise import METHODS, Normalise
from nmr_emg.testing import through

RATE = 250


def trial(name, start, stop):
    return [
        Event("trial", round(at * RATE), data={"name": name, "edge": edge})
        for at, edge in ((start, "start"), (stop, "stop"))
    ]


def percent(info, envelope, *events, stage=None):
    """The percent of a hand-made envelope, and the events that came of it."""
    x = np.asarray(envelope, float)
    x = x if x.ndim == 2 else x[:, None]
    tracks = {"raw": x, "envelope": x, "settling": np.zeros((len(x), 1), bool)}
    block = Block(0, tracks, events=tuple(sorted(events, key=lambda e: e.index)))
    (done,) = through(stage or Normalise(), info(RATE, "abcd"[: x.shape[1]]), [block])
    return done["percent"], [e for e in done.events if e.kind == "referenced"]


def told(kind, index=0, **values):
    return Event(kind, index, data={"values": values})


def test_ten_over_a_rest_of_six_is_eight(info):
    found, _ = percent(info, [10.0, 6.0, 5.0, 0.0], told("rest", a=6.0), told("reference", a=np.hypot(80, 6)))
    np.testing.assert_allclose(found[:, 0], [10.0, 0.0, 0.0, 0.0], rtol=1e-12)
    found, _ = percent(info, [10.0], told("rest", a=6.0), told("reference", a=100.0))
    assert found[0, 0] == pytest.approx(100 * 8 / np.sqrt(100**2 - 36), rel=1e-12)


def test_a_reference_below_three_times_rest_is_refused_in_words(info):
    found, events = percent(info, [[10.0, 10.0]], told("rest", a=2.0, b=2.0), told("reference", a=5.9, b=6.1))
    assert np.isnan(found[0, 0])
    assert np.isfinite(found[0, 1])
    assert events[-1].data["refused"] == {"a": "the reference (5.9 µV) is under 3 times rest (2.0 µV)"}


def test_there_is_no_percent_without_a_reference(info):
    found, events = percent(info, np.full(10, 5.0), told("rest", a=1.0))
    assert np.isnan(found).all()
    assert not events


def test_a_reference_trial_is_its_mean_or_its_highest_half_second(info):
    x = np.concatenate([np.full(500, 10.0), np.full(125, 100.0), np.full(500, 40.0)])
    for stage, value in (
        (Normalise("mean"), (10 * 500 + 12500 + 40 * 500) / 1125),
        (Normalise("peak", 0.5), 100.0),
    ):
        _, (event,) = percent(info, np.append(x, 0.0), *trial("reference", 0, 4.5), stage=stage)
        assert event.data["values"]["a"] == pytest.approx(value, rel=1e-12)
        assert event.data["seconds"] == 4.5
        assert event.data["window_s"] == (0.5 if stage.statistic == "peak" else None)
        assert event.index == 1125


def test_a_trial_that_holds_nothing_changes_nothing(info):
    stop = Event("trial", 10, data={"name": "reference", "edge": "stop"})
    found, events = percent(info, np.full(20, 5.0), told("reference", a=50.0), stop)
    np.testing.assert_allclose(found, 10.0)
    assert len(events) == 1


def test_settling_rows_are_not_measured(info):
    x = np.concatenate([np.full(125, 1000.0), np.full(125, 20.0), [0.0]])[:, None]
    settling = np.arange(251)[:, None] < 125
    block = Block(0, {"raw": x, "envelope": x, "settling": settling}, events=tuple(trial("reference", 0, 1)))
    (done,) = through(Normalise(), info(RATE), [block])
    (event,) = [e for e in done.events if e.kind == "referenced"]
    assert event.data["values"]["a"] == 20.0


def test_a_sine_of_half_the_reference_reads_fifty_at_every_moment_and_ten_minutes_later(default_run):
    """Over a whole number of its periods in the envelope's window nothing is left of the ripple."""
    second = np.arange(612 * RATE) / RATE
    x = np.where(second < 10, 200.0, 100.0) * np.sin(2 * np.pi * 80 * second)
    done = default_run(RATE, x, trial("reference", 2, 9), rows=RATE)
    later = done.track("percent")[11 * RATE :, 0]
    assert abs(later - 50).max() < 0.25
    assert abs(later[-RATE:].mean() - later[:RATE].mean()) < 1e-4


def test_gaussian_emg_of_half_the_amplitude_reads_fifty_on_average(default_run):
    rng = np.random.default_rng(4)
    level = np.repeat([2.0, 200.0, 2.0, 100.0], np.array([12, 34, 4, 64]) * RATE)
    events = [*trial("rest", 1, 11), *trial("reference", 14, 44)]
    done = default_run(RATE, level * rng.standard_normal(len(level)), events)
    assert done.track("percent")[52 * RATE : 112 * RATE, 0].mean() == pytest.approx(50, abs=2)


def test_what_was_told_says_where_it_came_from(info):
    data = {"values": {"a": 50.0}, "statistic": "peak", "window_s": 0.5, "method": "submax_reference"}
    _, (event,) = percent(info, [1.0], Event("reference", 0, data=data))
    assert {k: event.data[k] for k in data} == data
    assert event.data["unit"] == "uV"


@pytest.mark.parametrize("method", METHODS)
def test_every_method_of_cede_is_known(method):
    assert Normalise(method=method).method == method


def test_another_method_is_refused_with_the_list():
    with pytest.raises(ConfigError, match="method is 'guess'; it must be one of mvc_task, mvc_isometric"):
        Normalise(method="guess")
