"""The oracle of these tests is a made-up stream: samples are numbered first, then some are lost or misnumbered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg.timing.counter import BYTE, COUNTINGS, ENDLESS, Counting
from nmr_emg.timing.steps import AHEAD, RESTARTED, SAME, STRANGE, Steps

NIBBLE = Counting("0 to 15", tuple(range(16)))
DAISY = COUNTINGS["every other number to 255"]
HUB = COUNTINGS["0 to 200"]
TWICE = COUNTINGS["0 to 99, each twice"]


def ids_of(counting, samples):
    return np.array(counting.cycle)[samples % len(counting.cycle)] if counting.cycle else samples


def all_of(steps, pieces):
    found = [steps(piece) for piece in pieces]
    return np.concatenate([*found, steps(np.empty(0, np.int64), final=True)])


@given(
    counting=st.sampled_from([BYTE, DAISY, HUB, ENDLESS]),
    losses=st.dictionaries(st.integers(1, 60), st.integers(1, 90)),
    cuts=st.lists(st.integers(0, 300), max_size=12),
)
def test_lost_samples_are_found_to_the_sample_however_the_rows_are_cut(counting, losses, cuts):
    """Losses lie five rows apart: nearer ones may be taken for broken numbers."""
    advances = np.ones(300, np.int64)
    for at, lost in losses.items():
        advances[4 * at + at % 2] += lost
    ids = ids_of(counting, np.cumsum(advances))
    pieces = np.split(ids, sorted(cuts))
    found = all_of(Steps(counting), pieces)
    np.testing.assert_array_equal(found[1:], advances[1:])


@given(
    counting=st.sampled_from([BYTE, DAISY, ENDLESS]),
    broken=st.dictionaries(st.integers(1, 30), st.integers(4, 120), max_size=20),
)
def test_broken_numbers_cost_no_sample(counting, broken):
    ids = ids_of(counting, np.arange(1000, 1160))
    for at, off in broken.items():
        ids[5 * at] = ids_of(counting, np.array([1000 + 5 * at + off]))[0]
    assert set(all_of(Steps(counting), [ids]).tolist()) == {1}


def test_two_broken_numbers_side_by_side_cost_no_sample():
    ids = np.arange(100) % 256
    ids[[50, 51]] = 190, 240
    assert all_of(Steps(BYTE), [ids]).tolist() == [1] * 100


def test_a_false_row_between_two_samples_is_none():
    assert all_of(Steps(BYTE), [np.array([7, 8, 99, 9, 10])]).tolist() == [1, 1, STRANGE, 1, 1]
    assert all_of(Steps(HUB), [np.array([199, 203, 200, 0])]).tolist() == [1, STRANGE, 1, 1]


def test_a_number_that_no_sample_carries_is_one_if_there_is_room():
    assert all_of(Steps(DAISY), [np.array([2, 4, 300, 301, 10, 12])]).tolist() == [1] * 6


def test_repeated_rows():
    assert all_of(Steps(BYTE), [np.array([7, 8, 8, 8, 9, 12, 12, 13])]).tolist() == [
        1, 1, SAME, SAME, 1, 3, SAME, 1,
    ]  # fmt: skip


def test_a_counter_that_begins_anew():
    assert all_of(Steps(ENDLESS), [np.array([9000, 9001, 0, 1, 2])]).tolist() == [1, 1, RESTARTED, 1, 1]
    assert all_of(Steps(ENDLESS), [np.array([5, 6, 2**40, 2**40 + 1])]).tolist() == [1, 1, RESTARTED, 1]


def test_nothing_waits_while_numbers_follow_and_little_after_a_jump():
    steps = Steps(BYTE)
    assert (len(steps(np.array([1, 2, 3]))), steps.held) == (3, 0)
    assert (len(steps(np.array([9]))), steps.held) == (0, 1)
    assert (steps(np.array([10])).tolist(), steps.held) == ([6, 1], 0)
    for number in (77, 13, 99, 200, 3, 50, 180, 44):
        steps(np.array([number]))
        assert steps.held < AHEAD


@pytest.mark.parametrize("counting", [BYTE, DAISY, NIBBLE, TWICE, ENDLESS], ids=lambda one: one.name)
@pytest.mark.parametrize("size", [1, 3, 500])
def test_rows_that_follow_are_taken_at_once_and_the_same_way(counting, size):
    ids = ids_of(counting, np.arange(1500))
    quick, thorough = Steps(counting), Steps(counting)
    for piece in np.array_split(ids, 1500 // size):
        if not quick.follows(piece):
            assert set(quick(piece).tolist()) == {1}
        assert set(thorough(piece).tolist()) == {1}
    assert quick.follows(ids_of(counting, np.arange(1500, 1501))) == (counting is not TWICE)
    assert not quick.follows(ids_of(counting, np.arange(1503, 1504)))
    assert (
        quick(ids_of(counting, np.arange(1503, 1505))).tolist()
        == thorough(ids_of(counting, np.arange(1500, 1505)[[0, 3, 4]])).tolist()[1:]
    )


def test_a_foreign_number_does_not_change_whose_turn_it_is():
    whole = all_of(Steps(TWICE), [np.array([0, 0, -1, 0])])
    np.testing.assert_array_equal(all_of(Steps(TWICE), [np.array([0, 0, -1]), np.array([0])]), whole)


@settings(deadline=None)
@given(
    ids=st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300), max_size=80),
    counting=st.sampled_from([BYTE, DAISY, NIBBLE, TWICE, ENDLESS]),
    cuts=st.lists(st.integers(0, 80), max_size=8),
)
def test_whatever_comes_every_row_gets_a_step_and_cutting_changes_none(ids, counting, cuts):
    rows = np.array(ids, np.int64)
    whole = all_of(Steps(counting), [rows])
    assert len(whole) == len(rows)
    assert np.all(whole >= RESTARTED)
    np.testing.assert_array_equal(all_of(Steps(counting), np.split(rows, sorted(cuts))), whole)
