import numpy as np
import pytest

from nmr_emg import Block, Chain, ConfigError, Event
from nmr_emg.dsp.normalise import METHODS, Normalise
from nmr_emg.testing import check_stage, through

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


# What counts of a trial, and which of several


def masked(info, envelope, stage, **tracks):
    x = np.asarray(envelope, float)[:, None].repeat(2, axis=1)
    there = {name: np.asarray(track) for name, track in tracks.items()}
    tracks = {"raw": x, "envelope": x, "settling": np.zeros((len(x), 1), bool), **there}
    (done,) = through(stage, info(RATE, "ab"), [Block(0, tracks, events=tuple(trial("reference", 0, 4)))])
    (event,) = [e for e in done.events if e.kind == "referenced"]
    return event.data


@pytest.mark.parametrize("stage", [Normalise("mean"), Normalise("peak", 0.5)])
def test_rows_of_bad_quality_or_blanked_are_no_part_of_a_trial(info, stage):
    x = np.concatenate([np.full(500, 40.0), np.full(300, 5000.0), np.full(250, 40.0)])
    bad = np.zeros((len(x), 2), np.uint8)
    bad[500:800, 0] = 2
    bad[:500, 1] = 1
    values = masked(info, x, stage, quality=bad)["values"]
    assert values["a"] == pytest.approx(40.0)
    assert values["b"] > 1000, "a warning masks nothing"
    for blanked in (bad == 2, (bad == 2).any(axis=1, keepdims=True)):
        assert masked(info, x, stage, blanked=blanked)["values"]["a"] == pytest.approx(40.0)


def test_a_pulse_every_25_ms_leaves_a_peak_that_can_be_measured(info):
    """Blanked for 10 ms out of 25: what lies between is measured as if it stood alone."""
    blanked = (np.arange(1050) * 4 % 25 < 10)[:, None]
    x = np.where(blanked[:, 0], 9000.0, 60.0)
    assert masked(info, x, Normalise("peak", 0.5), blanked=blanked)["values"]["a"] == pytest.approx(60.0)


@pytest.mark.parametrize("stage", [Normalise("mean"), Normalise("peak", 0.5)])
def test_a_channel_of_which_no_row_counts_keeps_its_reference(info, stage):
    x = np.full((1050, 2), 80.0)
    quality = np.zeros((1050, 2), np.uint8)
    quality[:, 1] = 2
    tracks = {"raw": x, "envelope": x, "settling": np.zeros((1050, 1), bool), "quality": quality}
    events = (told("reference", a=50.0, b=50.0), *trial("reference", 0, 4))
    (done,) = through(stage, info(RATE, "ab"), [Block(0, tracks, events=events)])
    assert done.events[-1].data["values"] == {"a": pytest.approx(80.0), "b": 50.0}


@pytest.mark.parametrize(("trials", "expected"), [("last", [70.0, 90.0, 60.0]), ("best", [70.0, 90.0, 90.0])])
def test_of_several_trials_the_last_or_the_best_holds(info, trials, expected):
    x = np.repeat([70.0, 90.0, 60.0, 0.0], 500)
    events = [e for start in (0, 2, 4) for e in trial("reference", start, start + 2)]
    _, found = percent(info, x, *events, stage=Normalise(trials=trials))
    assert [e.data["values"]["a"] for e in found] == pytest.approx(expected)


def test_the_best_trial_is_each_channels_own(info):
    x = np.repeat([[70.0, 10.0], [50.0, 30.0], [0.0, 0.0]], 500, axis=0)
    events = [e for start in (0, 2) for e in trial("reference", start, start + 2)]
    _, found = percent(info, x, *events, stage=Normalise(trials="best"))
    assert found[-1].data["values"] == pytest.approx({"a": 70.0, "b": 30.0})


def test_without_normalisation_there_is_no_percent_and_nothing_is_told(info):
    found, events = percent(info, np.full(20, 5.0), told("reference", a=50.0), stage=Normalise(method="none"))
    assert np.isnan(found).all()
    assert found.shape == (20, 1)
    assert not events


# Over 300 %


def notes(info, envelope, *events, rows=7):
    x = np.asarray(envelope, float)
    x = x if x.ndim == 2 else x[:, None]
    tracks = {"raw": x, "envelope": x, "settling": np.zeros((len(x), 1), bool)}
    block = Block(0, tracks, events=(told("reference", a=10.0, b=10.0), *events))
    check_stage(Normalise(), info(RATE, "ab"[: x.shape[1]]), [block], [rows, 1, 0, 64])
    (done,) = through(Normalise(), info(RATE, "ab"[: x.shape[1]]), [block])
    return [e for e in done.events if e.kind == "note"]


def test_a_muscle_that_stays_over_300_percent_is_noted_once(info):
    x = np.repeat([5.0, 31.0, 5.0, 40.0], 100)
    (note,) = notes(info, x)
    assert (note.index, note.channel) == (149, 0), "once it has lasted 0.2 s"
    assert "over 300 % of the reference: check the reference" in note.data["text"]


def test_a_spike_and_300_percent_itself_are_not_noted(info):
    x = np.full(1000, 30.0)
    x[500:549] = 400.0
    assert not notes(info, x)


def test_every_channel_and_every_reference_is_noted_for_itself(info):
    x = np.full((600, 2), [31.0, 29.0])
    x[400:] = 31.0
    again = told("reference", 300, a=10.0)
    assert [(e.index, e.channel) for e in notes(info, x, again)] == [(49, 0), (349, 0), (449, 1)]


@pytest.mark.parametrize(
    "stage", [Normalise("mean"), Normalise("peak", 0.3), Normalise("peak", trials="best")]
)
@pytest.mark.parametrize("seed", range(3))
def test_masks_gaps_and_trials_do_not_depend_on_the_cutting(info, stage, seed):
    rng = np.random.default_rng(seed)
    x = rng.gamma(2, 20, (3000, 2)) * np.repeat(rng.choice([0.1, 1, 9], (30, 2)), 100, axis=0)
    tracks = {
        "raw": x,
        "envelope": x,
        "settling": (np.arange(3000) < 60)[:, None],
        "quality": np.repeat(rng.integers(0, 3, (60, 2), np.uint8), 50, axis=0),
        "blanked": rng.random((3000, 2)) < 0.2,
    }
    events = [e for a, b in ((0.1, 3.3), (5, 7.9), (9, 11)) for e in trial("reference", a, b)]
    events = sorted([*events, *trial("rest", 3.4, 4.9)], key=lambda e: e.index)
    first = Block(
        0, {k: v[:1500] for k, v in tracks.items()}, events=tuple(e for e in events if e.index < 1500)
    )
    later = tuple(e.at(e.index + 200) for e in events if e.index >= 1500)
    second = Block(1700, {k: v[1500:] for k, v in tracks.items()}, events=later)
    check_stage(Chain((stage,)), info(RATE, "ab"), [first, second], [1, 0, 37, 400])
