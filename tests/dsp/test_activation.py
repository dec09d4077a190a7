import numpy as np
import pytest
from scipy import signal

from nmr_emg import Block, Event
from nmr_emg.dsp.activation import Activation, change_point
from nmr_emg.testing import blocks_of, recut, through

BANDS = {250: (20, 115), 1000: (20, 450)}


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
    assert (abs(error) <= 100).mean() >= 0.98
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
    """The notches ring on for half a second after a strong contraction; that is not activity."""
    x, _, stops = bursts(rate, snr_db, count=60)
    events = default_run(rate, x).events
    error = nearest(dated(events, "offset"), stops) / rate
    delay = nearest(declared(events, "offset"), stops) / rate
    assert abs(np.median(error)) < (0.016 if rate == 250 else 0.005)
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


def alone(info, rate, filtered, rest=2.0, events=(), sizes=(20,)):
    """The stage alone, on hand-made tracks."""
    x = np.asarray(filtered, float)[:, None]
    known = np.full_like(x, rest)
    tracks = {
        "raw": x,
        "filtered": x,
        "rest": known,
        "ringing": 0 * x,
        "settling": np.zeros((len(x), 1), bool),
    }
    whole = Block(0, tracks, events=tuple(events))
    done = through(Activation(), info(rate), recut([whole], list(sizes)))
    return np.concatenate([b["active"] for b in done])[:, 0], [e for b in done for e in b.events]


@pytest.mark.parametrize("rate", [125, 200, 250, 500, 1000, 2000])
@pytest.mark.parametrize("height", [10, 100, 1e4])
def test_a_single_sample_however_high_is_no_activity(info, rate, height):
    x = 2 * np.random.default_rng(9).standard_normal(60 * rate)
    x[rate // 2 :: rate] = height * 2
    assert not alone(info, rate, x)[0].any()


def test_a_level_that_hovers_at_the_threshold_changes_state_once(info):
    """At 1.03 and 0.97 of the threshold, a second each: on once, and never off at 0.8 of it."""
    stage = Activation()
    edge = 2.0 * stage.threshold(1000)
    level = np.repeat(np.resize([1.03, 0.97], 20), 1000)
    active, events = alone(info, 1000, np.concatenate([np.zeros(1000), edge * level]))
    assert [e.kind for e in events] == ["onset"]
    assert active[-1]


def test_shorter_than_the_shortest_is_neither_on_nor_off(info):
    rate, strong = 1000, 2.0 * Activation().threshold(1000) * 1.2
    x = np.zeros(4000)
    x[1000:1069] = strong  # the RMS stays just below
    x[2000:2500] = strong
    x[2250:2320] = 0.0  # the RMS stays below for 58 ms
    _, events = alone(info, rate, x)
    assert [e.kind for e in events] == ["onset", "offset"]
    assert dated(events, "onset") == pytest.approx([2000], abs=2)
    assert dated(events, "offset") == pytest.approx([2500], abs=2)


def test_nothing_is_declared_before_rest_is_known_or_while_the_chain_settles(default_run):
    """Active from the first sample on, with a rest told at once."""
    rng = np.random.default_rng(10)
    x = 100 * emg(250, 1000, rng)
    told = Event("rest", 0, data={"values": {"a": 2.0}})
    done = default_run(250, x, [told])
    active = done.track("active")[:, 0]
    assert not active[:125].any()
    assert active[140:].all()
    assert not default_run(250, x).track("active")[:185].any()


def test_a_gap_ends_what_was_active_and_says_so(info, default_run):
    rate = 250
    x = 2 * np.random.default_rng(11).standard_normal(20 * rate)
    x[5 * rate : 15 * rate] += 100 * emg(rate, 10 * rate, np.random.default_rng(12))
    pieces = [b for b in blocks_of(x[:, None], 25) if not 10 * rate <= b.start < 10 * rate + 25]
    gap = Event("gap", 10 * rate + 25, data={"samples": 25, "reason": "counter"})
    pieces = [b.with_events([gap]) if b.start == gap.index else b for b in pieces]
    from nmr_emg.dsp.profile import profile_for

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


def statistic(squares, first):
    """Staude & Wolf's approximated generalised likelihood ratio for a change at `first`, with a known rest of 1."""
    k = len(squares) - first
    ratio = squares[first:].mean()
    return k / 2 * (ratio - 1 - np.log(ratio)) if ratio > 1 else 0.0


def test_a_change_is_dated_where_the_likelihood_ratio_is_highest():
    for length, ratio, value in ((10, 2, 1.534264), (25, 2, 3.835660), (25, 4, 20.171320)):
        assert statistic(np.full(length, float(ratio)), 0) == pytest.approx(value, abs=1e-6)
    rng = np.random.default_rng(14)
    for _ in range(50):
        squares = np.square(np.repeat([1.0, rng.uniform(1, 4)], rng.integers(5, 60, 2)))
        squares *= rng.chisquare(1, len(squares))
        best = max(range(len(squares)), key=lambda j: statistic(squares, j))
        assert change_point(squares) == best


def test_the_threshold_in_multiples_of_rest_falls_with_the_band():
    stage = Activation()
    thresholds = [stage.threshold(rate) for rate in (100, 125, 200, 250, 500, 1000, 2000)]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[-1] == stage.factor
    np.testing.assert_allclose(thresholds[3], 1 + 6 / (2 * np.sqrt(95 * 0.1)), rtol=1e-12)


def test_a_contraction_that_eases_to_half_goes_on(default_run):
    rng = np.random.default_rng(15)
    level = np.repeat([2.0, 200.0, 100.0, 2.0], np.array([5, 3, 3, 3]) * 1000)
    events = default_run(1000, level * rng.standard_normal(len(level))).events
    assert dated(events, "onset") == pytest.approx([5000], abs=5)
    assert dated(events, "offset") == pytest.approx([11000], abs=15)
