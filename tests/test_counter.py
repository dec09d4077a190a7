"""The oracle of these tests is a made-up stream: samples are numbered first, then some are lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg.timing.counter import BYTE, COUNTINGS, ENDLESS, FOREIGN, HUB, REPEATED, Counting, detect, unwrap

WRAPPING = [one for one in COUNTINGS.values() if one.cycle]
PLAIN = [one for one in WRAPPING if len(set(one.cycle)) == len(one.cycle)]


def ids_of(counting: Counting, samples: np.ndarray) -> np.ndarray:
    cycle = np.array(counting.cycle)
    return cycle[samples % len(cycle)]


@given(
    counting=st.sampled_from(PLAIN),
    steps=st.lists(st.integers(1, 127), min_size=1, max_size=200),
    first=st.integers(0, 255),
)
def test_lost_samples_are_found_to_the_sample(counting, steps, first):
    samples = np.cumsum(steps)
    index = unwrap(counting)(ids_of(counting, first + samples))
    np.testing.assert_array_equal(index, samples - samples[0])


@given(counting=st.sampled_from(WRAPPING), cuts=st.lists(st.integers(0, 900), max_size=12))
def test_a_whole_stream_has_no_gap_however_it_is_cut(counting, cuts):
    ids = ids_of(counting, np.arange(900))
    step = unwrap(counting)
    index = np.concatenate([step(piece) for piece in np.split(ids, sorted(cuts))])
    np.testing.assert_array_equal(index, np.arange(900))


@given(data=st.data(), counting=st.sampled_from([BYTE, HUB]))
def test_a_duplicate_is_told_apart_from_a_loss(data, counting):
    lost = data.draw(st.sets(st.integers(1, 298), max_size=30))
    twice = data.draw(st.sets(st.integers(0, 299), max_size=30)) - lost
    samples = np.array([i for i in range(300) if i not in lost for _ in range(1 + (i in twice))])
    index = unwrap(counting)(ids_of(counting, samples))
    np.testing.assert_array_equal(index[index >= 0], np.unique(samples))
    assert np.count_nonzero(index == REPEATED) == len(twice)


def test_the_ganglions_packets_lose_two_samples_each():
    counting = COUNTINGS["0 to 99, each twice"]
    assert unwrap(counting)(np.array([98, 98, 99, 99, 1, 1, 2])).tolist() == [0, 1, 2, 3, 6, 7, 8]


def test_the_ganglions_packets_may_change_their_numbers_on_the_way():
    counting = COUNTINGS["0 to 99, each twice"]
    assert unwrap(counting)(np.array([7, 7, 108, 108, 109])).tolist() == [0, 1, 2, 3, 4]
    assert detect(np.repeat(np.arange(100, 200), 2)) == counting


def test_impedance_packets_are_no_samples():
    assert unwrap(HUB)(np.array([199, 203, 200, 0])).tolist() == [0, FOREIGN, 1, 2]
    assert detect(np.concatenate([np.arange(400) % 201, [201, 202] * 50, np.arange(400, 500) % 201])) == HUB


@pytest.mark.parametrize("counting", WRAPPING, ids=lambda one: one.name)
def test_the_counting_is_seen_from_the_numbers_even_with_losses(counting):
    kept = np.delete(np.arange(1000), [17, 18, 200, 201, 202, 650])
    assert detect(ids_of(counting, kept)) == counting


def test_a_running_number_does_not_wrap():
    assert detect(np.arange(1000)) == ENDLESS
    assert unwrap(ENDLESS)(np.array([5, 6, 900, 901])).tolist() == [0, 1, 895, 896]


def test_a_short_stretch_counts_as_is_likely():
    assert detect(np.arange(40)) == BYTE
    assert detect(np.arange(40), HUB) == HUB


@pytest.mark.parametrize("lost", [0, 1, 100, 255, 256, 257, 511, 512, 1000, 5000])
@settings(deadline=None)
@given(jitter=st.integers(0, 2**32 - 1))
def test_times_tell_how_many_whole_cycles_are_lost(lost, jitter):
    samples = np.delete(np.arange(12_000), np.arange(3000, 3000 + lost))
    late = np.random.default_rng(jitter).exponential(0.01, len(samples))
    times = 1.6e9 + samples / 250.3 + late
    index = unwrap(BYTE, 250.0)(samples % 256, times)
    np.testing.assert_array_equal(index, samples)


def test_rows_held_up_on_the_way_are_not_taken_for_a_loss():
    samples = np.arange(3000)
    times = samples / 250
    times[1000:1600] = times[1600]
    np.testing.assert_array_equal(unwrap(BYTE, 250.0)(samples % 256, times), samples)


@settings(deadline=None)
@given(size=st.integers(1, 700), lost=st.integers(0, 900))
def test_with_times_the_cutting_makes_no_difference(size, lost):
    samples = np.delete(np.arange(3000), np.arange(1200, 1200 + lost))
    ids, times = samples % 256, samples / 250
    step, held, done = unwrap(BYTE, 250.0), slice(0, 0), []
    for stop in [*range(size, len(ids), size), len(ids)]:
        held = slice(held.start, stop)
        done.append(step(ids[held], times[held], final=stop == len(ids)))
        held = slice(held.start + len(done[-1]), stop)
    np.testing.assert_array_equal(np.concatenate(done), samples)


def test_times_that_mean_nothing_do_no_harm():
    samples = np.arange(1000)
    for times in (np.zeros(1000), np.full(1000, np.nan), samples[::-1] / 250, samples / 125):
        np.testing.assert_array_equal(unwrap(BYTE, 250.0)(samples % 256, times), samples)
