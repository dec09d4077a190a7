"""The oracle is a made-up board: when each sample was really taken is known, and so is when its chunk came in."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from nmr_emg.timing.clock import MOST, Clock

BEGAN = 5e5
"""A computer that has been on for days: `time.monotonic()` is large."""


def taken(rate: float, seconds: float, ppm: float = 80.0) -> np.ndarray:
    """When each sample was taken by a board whose crystal runs slow by `ppm`."""
    return BEGAN + np.arange(round(rate * seconds)) / rate * (1 + ppm * 1e-6)


def chunks(times, every, seed=0, stall=0.0, silent=()):
    """Ends of chunks: a timer sends what there is `every` seconds, at times late by the scheduler or by a stall."""
    rng = np.random.default_rng(seed)
    ticks = np.arange(times[0] + rng.uniform(0, every), times[-1] + every, every)
    ticks = ticks + rng.exponential(1e-4, len(ticks))
    if stall:
        begins = np.cumsum(rng.exponential(7, round((times[-1] - times[0]) / 3)) + stall) + times[0]
        silent = [
            *silent,
            *((b, b + d) for b, d in zip(begins, rng.uniform(0, stall, len(begins)), strict=True)),
        ]
    for begin, end in silent:
        ticks = ticks[(ticks < begin) | (ticks >= end)]
    ends = np.searchsorted(times, ticks, side="right") - 1
    fresh = np.flatnonzero(np.diff(ends, prepend=-1) > 0)
    return list(zip(ends[fresh].tolist(), ticks[fresh].tolist(), strict=True))


def follow(clock, times, ends):
    """Seconds since the beginning, error of the published time and of the rate (ppm), at each chunk's end."""
    true_rate = (len(times) - 1) / (times[-1] - times[0])
    rows = []
    for index, arrived in ends:
        clock.add(index, arrived)
        published = clock.time(index)
        rows.append(
            (times[index] - times[0], published - times[index], (clock.rate / true_rate - 1) * 1e6, published)
        )
    return np.array(rows).T


def at(seconds, when):
    return int(np.searchsorted(seconds, when)) - 1


BOARDS = [
    pytest.param(250, 0.0157, id="250 Hz, bunched by 15.7 ms"),
    pytest.param(256, 0.016, id="256 Hz, bunched by 16 ms"),
    pytest.param(250, 0.001, id="250 Hz, bunched by 1 ms"),
    pytest.param(1000, 0.016, id="1 kHz, bunched by 16 ms"),
]


@pytest.mark.parametrize("ppm", [80, -80])
@pytest.mark.parametrize(("rate", "every"), BOARDS)
def test_times_are_smooth_and_the_rate_is_right_after_a_minute(rate, every, ppm):
    times = taken(rate, 180, ppm)
    seconds, error, off, published = follow(Clock(rate), times, chunks(times, every, stall=0.15))
    late = error[seconds > 60] * 1e3
    assert late.std() <= 0.1
    assert np.quantile(abs(late - np.median(late)), 0.999) <= 0.5
    assert abs(off[at(seconds, 60)]) <= 15
    assert np.all(np.diff(published) > 0)


@pytest.mark.parametrize("seed", range(3))
def test_a_timer_in_step_with_the_samples_hides_at_most_one_of_them(seed):
    """Four samples every 16 ms: arrival tells nothing within one sample, until the two clocks have slipped by it."""
    times = taken(250, 600)
    seconds, error, off, _ = follow(Clock(250), times, chunks(times, 0.016, seed))
    assert abs(off[at(seconds, 60)]) <= 1e6 * 0.004 / 60
    assert abs(off[-1]) <= 1
    assert error[seconds > 180].std() <= 1e-4


@pytest.mark.parametrize(("rate", "every"), [(250, 0.0157), (250, 0.001), (1000, 0.016)])
def test_after_ten_minutes_the_rate_is_right_within_one_part_per_million(rate, every):
    times = taken(rate, 600, -80)
    _, _, off, _ = follow(Clock(rate), times, chunks(times, every, stall=0.15))
    assert abs(off[-1]) <= 1


def test_a_stalled_computer_leaves_no_trace():
    times = taken(250, 60)
    ends = chunks(times, 0.0157, silent=[(BEGAN + 30, BEGAN + 32)])
    seconds, error, _, published = follow(Clock(250), times, ends)
    assert abs(error[seconds > 29] - np.median(error[seconds > 20])).max() < 5e-4
    assert np.all(np.diff(published) > 0)


@pytest.mark.parametrize("pause", [2.0, 0.2])
def test_a_board_that_paused_is_caught_up_with_within_ten_seconds(pause):
    """Its count goes on where it stopped, so that everything is late from then on."""
    times = taken(250, 90)
    times[times > BEGAN + 40] += pause
    seconds, error, _, published = follow(Clock(250), times, chunks(times, 0.0157, 1))
    before = np.median(error[(seconds > 20) & (seconds < 39)])
    assert abs(error[seconds > 50 + pause] - before).max() < 1e-3
    assert np.all(np.diff(published) >= 0)


def test_a_count_that_skips_is_caught_up_with_within_ten_seconds():
    """75 numbers are left out, so that everything is early from then on."""
    times = taken(250, 90)
    ends = [(i + 75 * (i > 10_000), t) for i, t in chunks(times, 0.0157, 1)]
    times = np.concatenate([times[:10_001], np.full(75, np.nan), times[10_001:]])
    seconds, error, _, published = follow(Clock(250), times, ends)
    before = np.median(error[(seconds > 20) & (seconds < 39)])
    assert abs(error[seconds > 50] - before).max() < 1e-3
    assert np.all(np.diff(published) >= 0)


@pytest.mark.parametrize("off", [-0.2, -0.024, 0.024, 0.2])
def test_a_rate_far_from_the_nominal_one_is_found_within_seconds(off):
    """Boards documented as 256 Hz send 250; a sketch's rate is often a guess."""
    times = BEGAN + np.arange(5000) / (250 * (1 + off))
    clock = Clock(250)
    seconds, error, _, _ = follow(clock, times, chunks(times, 0.016))
    assert clock.rate == pytest.approx(250 * (1 + off), rel=1e-5)
    assert abs(error[seconds < 1]).max() < 0.06
    assert abs(error[seconds > 3]).max() < 0.005


def test_the_first_chunk_has_a_time_and_the_first_second_is_sane():
    clock = Clock(250)
    assert np.isnan(clock.time(0))
    assert clock.rate == 250
    clock.add(3, BEGAN)
    assert clock.time(3) == BEGAN
    assert clock.time(0) == pytest.approx(BEGAN - 3 / 250)
    times = taken(250, 2)
    seconds, error, off, _ = follow(Clock(250), times, chunks(times, 0.016))
    assert abs(error[seconds < 1]).max() < 0.016
    assert abs(off[seconds < 1]).max() < 10_000


def test_a_crystal_that_warms_up_is_followed():
    """5 ppm faster over two hours."""
    nominal = np.arange(7200 * 50) / 50
    times = BEGAN + nominal * (1 + 20e-6) - 2.5e-6 * nominal**2 / 7200
    seconds, error, _, _ = follow(Clock(50), times, chunks(times, 0.0157))
    assert abs(error[seconds > 300] - np.median(error[seconds > 300])).max() < 2e-3
    assert error[seconds > 300].std() < 2e-4


def test_memory_does_not_grow():
    clock = Clock(10)
    for index in range(60_000):
        clock.add(index, BEGAN + index / 10)
    points = clock._points
    assert points.count <= MOST
    assert len(points._x) == MOST + 1
    assert 250 < clock.span < 520
    assert clock.rate == pytest.approx(10, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(1, 5000), st.floats(0, 30)), min_size=1, max_size=60),
    odd=st.sampled_from([np.nan, np.inf, -np.inf]),
)
def test_time_never_goes_back_whatever_comes(steps, odd):
    clock = Clock(250)
    index, arrived, told = 0, 100.0, -np.inf
    for advance, wait in steps:
        index, arrived = index + advance, arrived + wait
        clock.add(index, arrived)
        clock.add(index, odd)
        assert clock.time(index) >= told
        told = clock.time(index)
        assert np.isfinite(told)
        assert clock.rate > 0


@given(cuts=st.lists(st.integers(1, 3), min_size=120, max_size=120))
@settings(max_examples=10, deadline=None, phases=[Phase.generate])
def test_a_chunk_may_be_told_in_pieces(cuts):
    """Pieces that came in at one moment are one chunk: the fit is the same."""
    times = taken(250, 10)
    ends = chunks(times, 0.016, 3)
    whole, pieces = Clock(250), Clock(250)
    for (before, _), (index, arrived), cut in zip(ends, ends[1:], cuts * 6, strict=False):
        whole.add(index, arrived)
        for one in range(before + cut, index, cut):
            pieces.add(one, arrived)
        pieces.add(index, arrived)
    assert pieces.rate == whole.rate
    assert pieces.line(index) == whole.line(index)


def test_times_between_chunk_ends_lie_in_order():
    clock = Clock(250)
    times = taken(250, 20)
    for index, arrived in chunks(times, 0.016):
        clock.add(index, arrived)
        found = [clock.time(i) for i in range(index - 20, index + 20)]
        assert all(a < b for a, b in pairwise(found))
