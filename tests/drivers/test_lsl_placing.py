"""Rows with stamps become samples with an index: loss counted exactly, sloppy stamps believed no further than they go."""

from itertools import pairwise

import numpy as np
import pytest

from nmr_emg.drivers.lsl.placing import Placing

FAR = 5000.0
"""The sender's clock minus ours."""


def reads(stamps, delays, every=0.02):
    """What a reader that looks every so often would get: slices, and when (our clock)."""
    due = np.maximum.accumulate(stamps - FAR + delays)
    looks = due[0] + every * np.ceil((due - due[0]) / every)
    edges = [0, *(np.flatnonzero(np.diff(looks)) + 1).tolist(), len(stamps)]
    return [(slice(a, b), float(looks[a])) for a, b in pairwise(edges)]


def placed(index, rate, stamps=None, delays=0.004, shift=-FAR):
    """Blocks of samples with these true indexes, whose only channel carries that index."""
    index = np.asarray(index)
    stamps = FAR + 100 + index / rate if stamps is None else np.asarray(stamps, float)
    rows = index[:, np.newaxis].astype(float)
    placing = Placing(rate)
    blocks = []
    arrived = 0.0
    for piece, arrived in reads(stamps, np.broadcast_to(delays, len(index))):
        blocks += placing.place(rows[piece], stamps[piece], shift, arrived)
    for wait in np.arange(0.02, 2, 0.02):
        blocks += placing.place(rows[:0], stamps[:0], shift, arrived + wait)
    assert sum(block.rows for block in blocks) == len(index), (
        "rows are never dropped, invented or kept for ever"
    )
    np.testing.assert_array_equal(np.concatenate([b["raw"] for b in blocks]), rows)
    return blocks


def where(blocks):
    return np.concatenate([np.arange(block.start, block.stop) for block in blocks])


def without(count, *gaps):
    keep = np.ones(count, bool)
    for start, length in gaps:
        keep[start : start + length] = False
    return np.flatnonzero(keep)


@pytest.mark.parametrize("rate", [125, 250, 1000, 4000])
@pytest.mark.parametrize("lost", [1, 7, 250, 25000])
def test_what_a_sender_lost_is_counted_to_the_sample(rate, lost):
    index = without(6 * rate + lost, (3 * rate, lost))
    blocks = placed(index, rate)
    np.testing.assert_array_equal(where(blocks), index)
    gaps = [event for block in blocks for event in block.events]
    assert [(g.kind, g.index, dict(g.data)) for g in gaps] == [
        ("gap", 3 * rate + lost, {"samples": lost, "reason": "clock"})
    ]


@pytest.mark.parametrize("seed", range(5))
def test_many_losses_under_a_tenth_of_a_period_of_jitter_and_a_drifting_clock(seed):
    rng = np.random.default_rng(seed)
    gaps = [
        (int(at), int(rng.integers(1, 40))) for at in np.arange(2000, 58000, 1500) + rng.integers(0, 900, 38)
    ]
    index = without(60000, *gaps)
    stamps = FAR + 100 + index / 1000 * (1 + 80e-6) + rng.normal(0, 2e-5, len(index))
    np.testing.assert_array_equal(
        where(placed(index, 1000, stamps, rng.uniform(0.001, 0.02, len(index)))), index
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rate", [250, 1000])
def test_a_sender_that_stamps_what_it_pushes_loses_nothing(rate, seed):
    """Chunks of 40 ms, their last row stamped when they were pushed: late by up to 15 ms, at times by 120 ms."""
    rng = np.random.default_rng(seed)
    size, count = rate // 25, 30 * rate
    index = np.arange(count)
    late = rng.uniform(0, 0.015, count // size)
    late[rng.integers(20, count // size, 6)] += 0.120
    ends = np.maximum.accumulate((np.arange(1, count // size + 1) * size - 1) / rate + late)
    stamps = FAR + 100 + (np.repeat(ends, size) + (np.tile(np.arange(size), count // size) - size + 1) / rate)
    assert (np.diff(stamps) < 0).any(), "such stamps go back at times"
    np.testing.assert_array_equal(where(placed(index, rate, stamps)), index)


@pytest.mark.parametrize("seed", range(5))
def test_samples_stamped_one_by_one_as_a_usb_timer_of_16_ms_lets_them_through(seed):
    rng = np.random.default_rng(seed)
    true = np.arange(15000) / 250 + rng.uniform(0, 0.016)
    stamps = FAR + 100 + 0.016 * np.ceil(true / 0.016) + np.arange(15000) % 4 * 2e-5
    np.testing.assert_array_equal(where(placed(np.arange(15000), 250, stamps)), np.arange(15000))


def test_a_long_loss_of_a_sloppy_sender_is_seen():
    rng = np.random.default_rng(3)
    index = without(10000, (5000, 500))
    stamps = FAR + 100 + np.maximum.accumulate(index / 250 + rng.uniform(0, 0.03, len(index)))
    assert placed(index, 250, stamps)[-1].stop == pytest.approx(10000, abs=6)


def test_a_sender_whose_rate_is_not_what_it_says_loses_nothing():
    for rate in (0.97, 1.03, 0.999, 1.001):
        stamps = FAR + 100 + np.arange(20000) / (250 * rate)
        blocks = placed(np.arange(20000), 250, stamps)
        np.testing.assert_array_equal(where(blocks), np.arange(20000))
        elapsed = blocks[-1].time - blocks[len(blocks) // 2].time
        assert elapsed == pytest.approx(
            (blocks[-1].stop - blocks[len(blocks) // 2].stop) / (250 * rate), abs=0.002
        )


def test_a_sender_whose_clock_is_set_or_that_starts_again_goes_on():
    """10 s after its start, 3 s of silence; then stamps of another clock."""
    index = without(8000, (2500, 750))
    for other in (-4000.0, 90000.0):
        stamps = FAR + 100 + index / 250
        moved = stamps + np.where(index >= 3250, other, 0)
        placing, blocks = Placing(250), []
        for piece, arrived in reads(stamps, np.full(len(index), 0.004)):
            shift = -FAR - (other if index[piece][0] >= 3250 else 0)
            blocks += placing.place(index[piece, np.newaxis], moved[piece], shift, arrived)
        assert blocks[-1].stop == pytest.approx(8000, abs=8)
        assert sum(block.rows for block in blocks) == len(index)
        times = np.array([block.time for block in blocks])
        assert np.abs(times - (100 + np.array([b.stop - 1 for b in blocks]) / 250)).max() < 0.05


def test_times_are_those_of_the_stamps_on_our_clock_and_never_go_back():
    index = without(20000, (5000, 300), (9000, 1))
    blocks = placed(index, 1000)
    times = np.array([block.time for block in blocks])
    assert (np.diff(times) > 0).all()
    assert np.abs(times - (100 + np.array([block.stop - 1 for block in blocks]) / 1000)).max() < 1e-3


def test_rows_are_held_back_only_after_a_jump_and_not_for_long():
    index = without(4000, (2000, 5))
    blocks = placed(index, 1000)
    waits = np.array([block.arrived - (100.004 + (block.stop - 1) / 1000) for block in blocks])
    assert waits.max() < 0.021
    lasting = [b for b in blocks if b.events]
    assert lasting[0].rows <= 250


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, -1.0, 1e300])
def test_stamps_that_mean_nothing_are_passed_over(bad):
    index = np.arange(3000)
    stamps = FAR + 100 + index / 250
    stamps[1000:2000] = bad
    rows = index[:, np.newaxis]
    placing, blocks = Placing(250), []
    for i in range(0, 3000, 5):
        blocks += placing.place(rows[i : i + 5], stamps[i : i + 5], -FAR, 100 + (i + 5) / 250)
    blocks += placing.place(rows[:0], stamps[:0], -FAR, 120)
    assert sum(block.rows for block in blocks) == 3000
    assert 3000 <= blocks[-1].stop < 3300
    times = np.array([block.time for block in blocks])
    assert np.isfinite(times).all()
    assert (np.diff(times) > 0).all()


def test_stamps_of_a_clock_of_which_nothing_is_known_give_times_by_arrival():
    blocks = placed(np.arange(5000), 250, shift=1.7e9)
    times = np.array([block.time for block in blocks])
    assert np.abs(times - (100.004 + np.array([block.stop - 1 for block in blocks]) / 250)).max() < 0.021


def test_stamps_in_milliseconds_are_soon_no_longer_believed():
    placing, blocks, index = Placing(250), [], np.arange(5)
    for arrived in 100 + np.arange(1, 500) * 0.02:
        blocks += placing.place(index[:, None], (100 + index / 250) * 1000, 0.0, arrived)
        index += 5
    np.testing.assert_array_equal(where(blocks), np.arange(499 * 5))
    assert len(blocks) < 550
    assert np.ptp([block.time - block.stop / 250 for block in blocks]) < 0.021


def test_random_stamps_break_nothing():
    rng = np.random.default_rng(5)
    for scale in (1e-3, 0.1, 10, 1e6):
        placing, taken, stop = Placing(500), 0, 0
        for turn in range(400):
            rows = int(rng.integers(0, 30))
            stamps = turn * 0.03 + rng.normal(0, scale, rows)
            for block in placing.place(np.zeros((rows, 2)), stamps, 0.0, turn * 0.03):
                assert block.start >= stop
                taken, stop = taken + block.rows, block.stop
        assert taken > 5000
