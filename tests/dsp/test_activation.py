import numpy as np
import pytest
from scipy import signal

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.dsp.activation import Activation
from nmr_emg.dsp.bandpass import Bandpass
from nmr_emg.dsp.profile import profile_for
from nmr_emg.testing import blocks_of, recut, through

BANDS = {250: (20, 115), 1000: (20, 450), 2000: (20, 450)}


def emg(rate, rows, rng):
    """Gaussian noise in the band, of unit RMS."""
    sos = signal.butter(4, BANDS[rate], "bandpass", fs=rate, output="sos")
    x = signal.sosfilt(sos, rng.standard_normal(rows))
    return x / x.std()


def bursts(rate, snr_db, count=120, on=0.6, off=1.0, rest=2.0, seed=1):
    """Contractions in white noise: the signal, and the sample at which each begins and ends."""
    rng = np.random.default_rng(seed)
    rows = int((4 + count * (on + off)) * rate)
    starts = ((3 + np.arange(count) * (on + off) + rng.uniform(0, 0.2, count)) * rate).astype(int)
    gate = np.zeros(rows)
    for start in starts:
        gate[start : start + int(on * rate)] = 1
    low, high = BANDS[rate]
    amplitude = rest * np.sqrt((high - low) / (rate / 2)) * 10 ** (snr_db / 20)
    x = rest * rng.standard_normal(rows) + gate * amplitude * emg(rate, rows, rng)
    return x, starts, starts + int(on * rate)


def dated(events, kind):
    return np.array([e.data[kind] for e in events if e.kind == kind])


def declared(events, kind):
    return np.array([e.index for e in events if e.kind == kind])


def nearest(found, truth):
    return np.array([found[np.argmin(abs(found - t))] - t for t in truth])


@pytest.mark.parametrize(
    ("rate", "snr_db", "error_ms"), [(250, 10, 12), (250, 15, 8), (1000, 10, 4), (1000, 15, 2)]
)
def test_onsets_are_found_and_dated(default_run, rate, snr_db, error_ms):
    x, starts, _ = bursts(rate, snr_db)
    events = default_run(rate, x).events
    error = nearest(dated(events, "onset"), starts) / rate * 1000
    assert (abs(error) <= 100).mean() >= 0.97
    assert np.median(abs(error)) <= error_ms
    assert len(dated(events, "onset")) <= 1.02 * len(starts)


@pytest.mark.parametrize("rate", [250, 1000])
def test_an_onset_is_known_within_a_tenth_of_a_second(default_run, rate):
    x, starts, _ = bursts(rate, 15)
    delay = nearest(declared(default_run(rate, x).events, "onset"), starts) / rate
    assert np.median(delay) < 0.1
    assert delay.min() > 0


@pytest.mark.parametrize("rate", [250, 1000])
@pytest.mark.parametrize("snr_db", [10, 20, 30, 40])
def test_the_end_of_a_contraction_is_dated_however_strong_it_was(default_run, rate, snr_db):
    """The band-pass still holds some of a strong contraction when it is over: up to a thirtieth of a second."""
    x, _, stops = bursts(rate, snr_db, count=60)
    events = default_run(rate, x).events
    error = nearest(dated(events, "offset"), stops) / rate
    delay = nearest(declared(events, "offset"), stops) / rate
    assert abs(np.median(error)) < (0.036 if rate == 250 else 0.026)
    assert np.median(delay) < 0.25
    assert len(dated(events, "offset")) <= 62


@pytest.mark.parametrize("rate", [125, 250, 1000])
def test_ten_minutes_of_rest_bring_no_onset(default_run, rate):
    x = 2 * np.random.default_rng(7).standard_normal(600 * rate)
    assert not default_run(rate, x, rows=rate).track("active").any()


def test_steady_hum_brings_no_onset(default_run):
    second = np.arange(120 * 250) / 250
    x = 2 * np.random.default_rng(8).standard_normal(len(second))
    x += 100 * np.sin(2 * np.pi * 50 * second) + 30 * np.sin(2 * np.pi * 100 * second)
    assert not default_run(250, x, rows=250).track("active").any()


def alone(info, rate, emg, events=(), sizes=(20,), extra=None):
    """The stage alone, on hand-made tracks."""
    x = np.asarray(emg, float)[:, None]
    filtered = signal.sosfilt(Bandpass(mains=()).sections(rate), x, axis=0)
    tracks = {
        "raw": x,
        "emg": x,
        "filtered": filtered,
        "rest": np.full_like(x, np.sqrt(np.median(np.square(filtered[: 2 * rate])) / 0.455)),
        "settling": np.zeros((len(x), 1), bool),
    }
    whole = Block(0, tracks | (extra or {}), events=tuple(events))
    done = through(Activation(), info(rate), recut([whole], list(sizes)))
    return np.concatenate([b["active"] for b in done])[:, 0], [e for b in done for e in b.events]


@pytest.mark.parametrize("rate", [125, 200, 250, 500, 1000, 2000])
@pytest.mark.parametrize("height", [10, 100, 1e4])
def test_a_single_sample_however_high_is_no_activity(info, rate, height):
    x = 2 * np.random.default_rng(9).standard_normal(60 * rate)
    x[rate // 2 :: rate] = height * 2
    assert not alone(info, rate, x)[0].any()


def quiet(rate, seconds, seed):
    return np.arange(seconds * rate) / rate, 2 * np.random.default_rng(seed).standard_normal(seconds * rate)


@pytest.mark.parametrize("rate", [250, 1000, 2000])
def test_an_electrode_that_pops_declares_nothing(default_run, rate):
    """A step of up to 200 times rest that decays in 0.1 to 0.5 s, every two seconds for two minutes."""
    second, x = quiet(rate, 120, 20)
    rng = np.random.default_rng(21)
    for at in np.arange(4, 118, 2.0):
        since = np.maximum(second - at, 0)
        x += (
            rng.choice([-1, 1])
            * rng.uniform(60, 400)
            * (second >= at)
            * np.exp(-since / rng.uniform(0.1, 0.5))
        )
    onsets = [e for e in default_run(rate, x).events if e.kind == "onset"]
    assert len(onsets) <= 1


@pytest.mark.parametrize("rate", [250, 1000, 2000])
def test_a_blow_against_a_lead_declares_nothing(default_run, rate):
    """Damped swings of 2 to 15 Hz, 20 to 100 times rest, that begin within a few milliseconds."""
    second, x = quiet(rate, 120, 22)
    rng = np.random.default_rng(23)
    for at in np.arange(4, 118, 2.0):
        t = second[second >= at] - at
        swing = np.exp(-t / rng.uniform(0.03, 0.15)) * np.cos(2 * np.pi * rng.uniform(2, 15) * t)
        x[second >= at] += rng.uniform(40, 200) * (1 - np.exp(-t / rng.uniform(0.002, 0.01))) * swing
    onsets = [e for e in default_run(rate, x).events if e.kind == "onset"]
    assert len(onsets) <= 2


@pytest.mark.parametrize("rate", [250, 1000, 2000])
@pytest.mark.parametrize("height", [20, 100, 400])
def test_a_heart_beat_declares_nothing(default_run, rate, height):
    """R waves of 10 ms (standard deviation) between Q and S, and T waves, 75 a minute: the loudest but three times."""
    second, x = quiet(rate, 60, 24)
    beat = (second + 0.3) % 0.8
    for at, width, share in (
        (0.27, 0.008, -0.12),
        (0.3, 0.010, 1.0),
        (0.33, 0.009, -0.25),
        (0.55, 0.05, 0.28),
    ):
        x += height * share * np.exp(-0.5 * np.square((beat - at) / width))
    onsets = [e for e in default_run(rate, x).events if e.kind == "onset"]
    assert len(onsets) <= (3 if height == 400 else 1)


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e3])
def test_the_unit_does_not_matter(info, factor):
    x, _, _ = bursts(250, 10, count=10)
    ours, theirs = alone(info, 250, x), alone(info, 250, x * factor)
    np.testing.assert_array_equal(ours[0], theirs[0])
    assert [(e.kind, e.index) for e in ours[1]] == [(e.kind, e.index) for e in theirs[1]]
    assert len(ours[1]) == 30


@pytest.mark.parametrize("rate", [250, 1000])
@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_unit_does_not_matter_to_the_whole_chain(default_run, rate, factor):
    """Millivolts taken for microvolts, with hum in them, give the same onsets."""
    x, starts, _ = bursts(rate, 10, count=8)
    x += 30 * np.sin(2 * np.pi * 50.1 * np.arange(len(x)) / rate)
    kinds = ("onset", "refined", "offset")
    ours, theirs = (
        [(e.kind, e.index, e.data[e.kind.replace("refined", "onset")]) for e in run.events if e.kind in kinds]
        for run in (default_run(rate, x), default_run(rate, factor * x))
    )
    assert ours == theirs
    assert len(ours) >= 3 * len(starts)


def test_rest_need_not_be_told_nor_come_first(default_run):
    """Active from the first sample on; the levels come down with the first pause, and then contractions are found."""
    x, starts, stops = bursts(1000, 15, count=20)
    x = np.concatenate([20 * emg(1000, 3000, np.random.default_rng(25)), x])
    events = default_run(1000, x).events
    assert (abs(nearest(dated(events, "onset"), starts[1:] + 3000)) < 50).all()
    assert (abs(nearest(dated(events, "offset"), stops[1:] + 3000)) < 50).all()


def test_an_onset_is_dated_again_when_more_is_known(default_run):
    rate = 1000
    x, starts, _ = bursts(rate, 6, count=100)
    events = default_run(rate, x).events
    onsets = {e.index: e for e in events if e.kind == "onset"}
    refined = [e for e in events if e.kind == "refined"]
    assert {e.data["declared"] for e in refined} == set(onsets)
    assert all(0 < e.index - e.data["declared"] <= 0.2 * rate for e in refined)
    assert all(e.data["onset"] <= e.data["declared"] for e in refined)
    error = nearest(np.array([e.data["onset"] for e in refined]), starts)
    assert abs(np.median(error)) <= 3
    assert np.mean(abs(error) <= 50) >= 0.97
    told = np.array([e.data["error_ms"] for e in refined])
    assert 0.5 * np.mean(abs(error)) < told.mean() < 4 * np.mean(abs(error))
    assert np.median([e.data["snr_db"] for e in refined]) == pytest.approx(6, abs=4)


def test_blanked_rows_declare_nothing_and_end_nothing(info):
    """Stimulation artefacts of 5 ms every 25 ms, known and masked."""
    rate = 2000
    x, starts, stops = bursts(rate, 15, count=5)
    masked = (np.arange(len(x)) % (rate // 40)) < rate // 200
    for spoiled in (x, np.where(masked, 1e5, x)):
        tracks = {"blanked": masked[:, None]}
        kept = np.where(masked, 0.0, spoiled)
        _, events = alone(info, rate, kept, extra=tracks)
        assert (abs(nearest(dated(events, "onset"), starts)) < 0.03 * rate).all()
        assert len(dated(events, "onset")) == len(starts)
        assert (abs(nearest(dated(events, "offset"), stops)) < 0.06 * rate).all()


def test_nothing_is_declared_before_rest_is_known_or_while_the_chain_settles(default_run):
    """Active from the first sample on; a told rest says nothing about the bands, so it makes no difference."""
    rng = np.random.default_rng(10)
    x = 100 * emg(250, 1000, rng)
    told = Event("rest", 0, data={"values": {"a": 2.0}})
    assert not default_run(250, x, [told]).track("active")[:310].any()
    assert not default_run(250, x).track("active")[:310].any()


@pytest.mark.parametrize("lines", [(120, 240), (700, 900)])
def test_a_told_rest_does_not_turn_what_else_a_channel_holds_into_activity(default_run, lines):
    """Power outside the band that `rest` is told for, such as a line over its upper edge."""
    rate = 2000 if lines[1] > 500 else 250
    x, _, _ = bursts(rate, 15, count=10)
    second = np.arange(len(x)) / rate
    x += 10 * sum(np.sin(2 * np.pi * f * second + 0.1 * np.sin(f * second)) for f in lines if f < rate / 2)
    done = default_run(rate, x, [Event("rest", 0, data={"values": {"a": 2.0}})])
    assert len(dated(done.events, "onset")) <= 12
    assert done.track("active").mean() < 0.5


def test_a_gap_ends_what_was_active_and_says_so(info, default_run):
    rate = 250
    x = 2 * np.random.default_rng(11).standard_normal(20 * rate)
    x[5 * rate : 15 * rate] += 100 * emg(rate, 10 * rate, np.random.default_rng(12))
    pieces = [b for b in blocks_of(x[:, None], 25) if not 10 * rate <= b.start < 10 * rate + 25]
    gap = Event("gap", 10 * rate + 25, data={"samples": 25, "reason": "counter"})
    pieces = [b.with_events([gap]) if b.start == gap.index else b for b in pieces]
    done = through(profile_for(info(rate)).chain(), info(rate), pieces)
    events = [e for b in done for e in b.events if e.kind in ("onset", "offset")]
    assert [e.kind for e in events] == ["onset", "offset", "onset", "offset"]
    cut = events[1]
    assert cut.data == {"offset": 10 * rate, "truncated": True}
    assert cut.index == gap.index
    again = events[2]
    assert again.data["onset"] >= gap.index
    assert again.index >= gap.index + rate / 2
    assert abs(events[3].data["offset"] - 15 * rate) < 0.1 * rate


@pytest.mark.parametrize("rate", [20, 100, 250])
def test_a_boards_own_envelope_has_a_threshold(rate):
    """Over 1.8 times rest for 30 ms, until under 1.44 times rest for 0.1 s."""
    level = np.repeat([10.0, 17.0, 30.0, 15.0, 10.0, 30.0], np.array([6, 2, 2, 2, 2, 2]) * rate)
    stream = StreamInfo(rate, (Channel("a", kind="envelope"),))
    done = through(profile_for(stream).chain(), stream, blocks_of(level[:, None], 7))
    events = [e for block in done for e in block.events if e.kind in ("onset", "offset")]
    assert [e.kind for e in events] == ["onset", "offset", "onset"]
    for event, second in zip(events, (8, 12, 14), strict=True):
        assert event.data[event.kind] == second * rate
        assert 0 <= event.index - second * rate <= 0.1 * rate


def restless(rate, seed):
    """A minute of contractions of all strengths in quick succession."""
    rng = np.random.default_rng(seed)
    amplitude, at = np.full(60 * rate, 2.0), 5.0
    while at < 58:
        length = rng.uniform(0.15, 0.6)
        amplitude[int(at * rate) : int((at + length) * rate)] = rng.choice([6, 8, 10, 20, 60, 200])
        at += length + rng.uniform(0.1, 0.4)
    return amplitude * rng.standard_normal(len(amplitude))


@pytest.mark.parametrize("seed", range(5, 9))
def test_events_lie_in_their_block_and_their_dates_in_the_past_and_in_order(default_run, seed):
    done = default_run(250, restless(250, seed), rows=70)
    last, kinds = -1, []
    for block in done.blocks:
        for event in block.events:
            if event.kind in ("onset", "offset"):
                assert block.start <= event.index < block.stop
                date = event.data[event.kind]
                assert last <= date <= event.index
                assert block["active"][event.index - block.start, 0] == (event.kind == "onset")
                last = date
                kinds.append(event.kind)
    assert len(kinds) > 60
    assert kinds == ["onset", "offset"] * (len(kinds) // 2) + ["onset"] * (len(kinds) % 2)


def test_a_contraction_that_eases_to_half_goes_on(default_run):
    rng = np.random.default_rng(15)
    level = np.repeat([2.0, 200.0, 100.0, 2.0], np.array([5, 3, 3, 3]) * 1000)
    events = default_run(1000, level * rng.standard_normal(len(level))).events
    assert dated(events, "onset") == pytest.approx([5000], abs=5)
    assert dated(events, "offset") == pytest.approx([11000], abs=15)
