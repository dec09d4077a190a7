"""Against the simulator's beats, and a recording in which the heart is louder than the muscles."""

import tracemalloc

import numpy as np
import pytest
from scipy import signal
from scipy.io import loadmat

from nmr_emg import Block, Chain, Channel, Event, StreamInfo
from nmr_emg.analysis.analyze import survey
from nmr_emg.analysis.told import Told
from nmr_emg.drivers.simulation.artefacts import BEAT, Ecg
from nmr_emg.drivers.simulator import Simulator
from nmr_emg.dsp.heartbeat import Heartbeat, told_ahead
from nmr_emg.dsp.microvolts import Microvolts
from nmr_emg.dsp.profile import profile_for
from nmr_emg.testing import Scripted, blocks_of, check_stage, collect, through

HEIGHTS = np.array([1.0, 0.5, 0.2])


def moments(seconds, seed=3, bpm=70.0, spread=0.08):
    rng = np.random.default_rng(seed)
    intervals = 60 / bpm * (1 + spread * rng.uniform(-1, 1, round(3 * seconds)))
    beats = np.cumsum(intervals)
    return beats[beats < seconds - 1]


def hearts(rate, seconds, beats, peak=100.0):
    """Beats of the simulator's shape on three channels."""
    t = np.arange(round(seconds * rate)) / rate
    wave = np.zeros(len(t))
    for beat in beats:
        for _, centre, width, height in BEAT:
            wave += peak * height * np.exp(-0.5 * ((t - beat - centre) / width) ** 2)
    return wave[:, None] * HEIGHTS


def muscles(rate, seconds, burst=2.0, seed=0):
    rng = np.random.default_rng(seed)
    band = signal.butter(4, [20, min(450, 0.46 * rate)], "bandpass", fs=rate, output="sos")
    noise = signal.sosfilt(band, rng.standard_normal((round(seconds * rate), 3)), axis=0)
    second = np.arange(len(noise)) / rate
    return noise / noise.std() * np.where(second % 4 > 3, burst, 2.0)[:, None]


def in_band(x, rate, low=20.0):
    band = signal.butter(4, [low, min(450, 0.46 * rate)], "bandpass", fs=rate, output="sos")
    return signal.sosfilt(band, x, axis=0)


def rms(x):
    return np.sqrt(np.mean(np.square(x), axis=0))


def stream(rate, columns=3):
    return StreamInfo(rate, tuple(Channel(f"c{i}") for i in range(columns)))


def over(stage, rate, emg, events=()):
    block = Block(0, {"raw": emg, "emg": emg}, events=tuple(sorted(events, key=lambda e: e.index)))
    (done,) = through(stage, stream(rate, emg.shape[1]), [block])
    return done


def twice(rate, emg):
    """What two passes make of it."""
    first = over(Heartbeat("mark"), rate, emg)
    return over(Heartbeat("subtract"), rate, emg, told_ahead(first.events, rate))["emg"]


def recognised(block):
    return np.array([e.index - e.data["ago"] for e in block.events if e.kind == "beat"])


@pytest.mark.parametrize("rate", [250, 1000])
@pytest.mark.parametrize("burst", [2.0, 30.0])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_beats_are_recognised_and_dated(rate, burst, side):
    beats = moments(60)
    x = muscles(rate, 60, burst) + side * hearts(rate, 60, beats) + 10_000
    found = recognised(over(Heartbeat("mark"), rate, x)) / rate
    nearest = np.abs(found[:, None] - beats).min(axis=1)
    assert (nearest < 0.02).mean() > 0.9, "few that are none"
    late = beats[beats > 10]
    missed = np.abs(late[:, None] - found).min(axis=1) > 0.02
    assert missed.mean() < 0.1
    assert np.median(nearest) < 0.004


@pytest.mark.parametrize("rate", [250, 1000])
@pytest.mark.parametrize("burst", [2.0, 10.0, 60.0])
def test_muscles_alone_have_no_beats(rate, burst):
    assert len(recognised(over(Heartbeat("mark"), rate, muscles(rate, 60, burst)))) <= 3


@pytest.mark.parametrize("period", [1, 2, 5, 40, 75, 150])
def test_what_repeats_exactly_or_is_clipped_is_taken_without_a_fault(period):
    """Peaks of equal height side by side, and heights that never change."""
    rate = 250
    clipped = np.where(np.arange(3000) % period < 3, 500.0, -500.0)[:, None] * np.ones(3)
    interval = [
        e.data["interval_s"] for e in over(Heartbeat("mark"), rate, clipped).events if e.kind == "beat"
    ]
    assert all(60 / 180 <= one <= 60 / 40 for one in interval)


def test_the_simulators_heart_is_found():
    simulated = Simulator("rest", disturbances=[Ecg()], seconds=30, seed=2)
    kept = collect(simulated, Chain((Microvolts(), Heartbeat("mark"))))
    truth = np.array([e.data["time_s"] for e in kept.events if e.kind == "truth" and e.data["what"] == "ecg"])
    found = np.array([e.index - e.data["ago"] for e in kept.events if e.kind == "beat"]) / simulated.info.rate
    assert len(found) >= 0.8 * len(truth)
    assert (np.abs(found[:, None] - truth).min(axis=1) < 0.02).all()


@pytest.mark.parametrize("rate", [250, 1000])
def test_a_second_pass_leaves_less_than_a_high_pass(rate):
    """A beat of 100 µV leaves 4.3 µV RMS above 20 Hz and 1.5 … 1.9 above 30 Hz."""
    beats = moments(60)
    heart, muscle = hearts(rate, 60, beats), muscles(rate, 60, 10.0)
    left = in_band(twice(rate, muscle + heart) - muscle, rate)[15 * rate :]
    high = in_band(heart, rate, 30.0)[15 * rate :]
    assert rms(in_band(heart, rate))[0] == pytest.approx(4.3, abs=0.2)
    assert rms(high)[0] == pytest.approx(1.6, abs=0.2)
    assert rms(left)[0] < 0.5 * rms(high)[0]
    kept = in_band(muscle, rate)[15 * rate :]
    np.testing.assert_allclose(rms(kept + left) / rms(kept), 1, atol=0.03)


def test_a_template_from_the_r_wave_on_would_be_of_no_use():
    """Why nothing is subtracted live: with the shape known perfectly, half a QRS is as loud as a whole one."""
    rate, beats = 1000, moments(60)
    heart = hearts(rate, 60, beats)[:, :1]
    t = np.arange(len(heart)) / rate
    since = np.min(np.where(t[:, None] >= beats - 0.25, t[:, None] - beats, np.inf), axis=1)
    for late in (0.0, 0.02, 0.04):
        cut = np.where(((since >= late) & (since < 0.45))[:, None], 0.0, heart)
        assert rms(in_band(cut, rate))[0] > rms(in_band(heart, rate))[0]


def test_the_next_beat_is_expected_where_it_comes():
    rate, beats = 250, moments(60)
    marked = over(Heartbeat("mark"), rate, muscles(rate, 60) + hearts(rate, 60, beats))["heartbeat"][:, 0]
    rows = np.round(beats[beats > 10] * rate).astype(int)
    assert marked[rows].mean() > 0.9
    assert marked.mean() < 0.4


def test_a_told_beat_is_marked_exactly_and_not_changed_before_the_mean_is_known():
    rate = 1000
    emg = muscles(rate, 3)
    told = [Event("heartbeat", 500, data={"ahead": 700.5})]
    done = over(Heartbeat("subtract"), rate, emg, told)
    assert np.flatnonzero(done["heartbeat"][:, 0])[[0, -1]].tolist() == [1141, 1260]
    np.testing.assert_array_equal(done["emg"], emg)


def test_what_is_no_raw_emg_passes_unchanged():
    rate, beats = 250, moments(30)
    info = StreamInfo(rate, (Channel("a"), Channel("e", kind="envelope"), Channel("x", unit="g", kind="aux")))
    emg = (muscles(rate, 30) + hearts(rate, 30, beats))[:, :2]
    events = [Event("heartbeat", int(b * rate) - 100, data={"ahead": b * rate % 1 + 100}) for b in beats]
    done = through(
        Heartbeat("subtract"), info, [Block(0, {"raw": emg[:, [0, 1, 1]], "emg": emg}, events=tuple(events))]
    )
    assert not np.array_equal(done[0]["emg"][:, 0], emg[:, 0])
    np.testing.assert_array_equal(done[0]["emg"][:, 1], emg[:, 1])


@pytest.mark.parametrize("mode", ["mark", "subtract"])
@pytest.mark.parametrize("sizes", [[1], [20, 3, 0], [333]])
@pytest.mark.parametrize("rate", [125, 250])
def test_it_does_not_depend_on_the_cutting(mode, sizes, rate):
    beats = moments(14)
    raw = muscles(rate, 14, 20.0) + hearts(rate, 14, beats)
    told = told_ahead(
        [Event("beat", int(b * rate) + 50, data={"ago": 50 - b * rate % 1}) for b in beats], rate
    )
    info = stream(rate)
    whole = Block(0, {"raw": raw}, events=tuple(told))
    cuts, lost = (0, 7 * rate, 9 * rate, 14 * rate), (0, 1, round(0.3 * rate))
    blocks, shift = [], 0
    for first, last, gone in zip(cuts, cuts[1:], lost, strict=False):
        shift += gone
        piece = whole.cut(first, last)
        events = [e.at(e.index + shift) for e in piece.events]
        if gone:
            events.insert(0, Event("gap", first + shift, data={"samples": gone, "reason": "counter"}))
        blocks.append(Block(first + shift, piece.tracks, events=tuple(events)))
    check_stage(Chain((Microvolts(), Heartbeat(mode))), info, blocks, sizes)


def test_off_changes_nothing_and_costs_nothing():
    block = Block(0, {"raw": np.ones((5, 3)), "emg": np.ones((5, 3))})
    assert Heartbeat().start(stream(250))(block) is block


def told_at(rate, beats):
    """Beats that somebody knows 0.3 s beforehand."""
    indices = [max(0, round((beat - 0.3) * rate)) for beat in beats]
    return [
        Event("heartbeat", i, data={"ahead": beat * rate - i}) for i, beat in zip(indices, beats, strict=True)
    ]


def test_a_fast_heart_whose_beats_run_into_each_other_is_taken_out_too():
    """At 150 a minute a beat comes every 0.4 s, and a template is 0.7 s long."""
    rate, beats = 1000, moments(60, bpm=150.0)
    heart, muscle = hearts(rate, 60, beats), muscles(rate, 60, 10.0)
    done = over(Heartbeat("subtract"), rate, muscle + heart, told_at(rate, beats))["emg"]
    left, before = (rms(in_band(x, rate)[15 * rate :])[0] for x in (done - muscle, heart))
    assert left < 0.1 * before


@pytest.mark.parametrize("lost", [0, 1])
def test_a_beat_that_lacks_a_sample_is_not_learnt_from(lost):
    """The fifth beat is the first to be subtracted, if the four before it are whole."""
    rate, beats = 1000, np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    emg = muscles(rate, 7) + hearts(rate, 7, beats)
    told = [e.at(e.index + lost * (e.index > 2050)) for e in told_at(rate, beats)]
    gap = [Event("gap", 2050 + lost, data={"samples": lost, "reason": "counter"})] * lost
    blocks = [
        Block(0, {"raw": emg[:2050], "emg": emg[:2050]}, events=tuple(e for e in told if e.index < 2050)),
        Block(
            2050 + lost,
            {"raw": emg[2050:], "emg": emg[2050:]},
            events=(*gap, *(e for e in told if e.index > 2050)),
        ),
    ]
    done = through(Heartbeat("subtract"), stream(rate), blocks)[1]["emg"]
    assert np.array_equal(done, emg[2050:]) == bool(lost)


@pytest.mark.parametrize("mode", ["mark", "subtract"])
def test_told_beats_leave_nothing_behind(mode):
    """Kept, the waves of a beat would be 17 kB here."""
    rate, emg = 1000, np.ones((1000, 3))
    process = Heartbeat(mode).start(stream(rate))

    def second(k):
        told = Event("heartbeat", k * rate, data={"ahead": 400.0})
        process(Block(k * rate, {"raw": emg, "emg": emg}, events=(told,)))

    for k in range(5):
        second(k)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for k in range(5, 105):
        second(k)
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert after - before < 200_000


def test_beats_told_to_a_recording_reach_the_stage():
    rate = 250
    emg = muscles(rate, 20) + hearts(rate, 20, moments(20))
    first = collect(Scripted(stream(rate), blocks_of(emg, 25)), Chain((Microvolts(), Heartbeat("mark"))))
    told = Told(Scripted(stream(rate), blocks_of(emg, 25)), told_ahead(first.events, rate))
    second = collect(told, Chain((Microvolts(), Heartbeat("subtract"))))
    np.testing.assert_array_equal(second.track("emg"), twice(rate, emg))


def test_a_first_pass_tells_the_second():
    rate = 1000
    emg = muscles(rate, 15) + hearts(rate, 15, moments(15))
    chain = profile_for(stream(rate)).chain(settings={"heartbeat.mode": "mark"})
    levels = survey(Scripted(stream(rate), blocks_of(emg, 250)), chain)
    told = [event for event in levels.as_events() if event.kind == "heartbeat"]
    assert len(told) > 8
    assert all(event.is_input for event in told)


def test_a_lead_that_came_off_stays_flat():
    rate, beats = 250, moments(30)
    emg = muscles(rate, 30) + hearts(rate, 30, beats)
    emg[20 * rate :, 1] = 42.0
    done = twice(rate, emg)
    assert (done[round(20.1 * rate) :, 1] == 42.0).all()
    assert (done[20 * rate :, 0] != emg[20 * rate :, 0]).any()


def test_a_heart_louder_than_the_muscles_is_turned_down(real):
    """Eight channels, 20 s: a beat every 0.58 s is larger than the contractions."""
    stored = loadmat(real / "emggo_ecg" / "ECG Contaminated.mat", simplify_cells=True)["EMG"]
    rate, emg = float(stored["fs"]), 1000.0 * np.asarray(stored["channelData"], float)
    found = recognised(over(Heartbeat("mark"), rate, emg)) / rate
    assert np.median(np.diff(found)) == pytest.approx(0.58, abs=0.02)
    before, after = (in_band(x, rate)[round(6 * rate) :] for x in (emg, twice(rate, emg)))
    assert (rms(after) < 0.85 * rms(before)).all()
