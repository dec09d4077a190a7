"""Arrays as BrainFlow hands them out, made up: row 0 counter, 1 and 2 signals, 3 time, 4 marker."""

import numpy as np
import pytest

from nmr_emg.drivers.brainflow.blocks import MOST_FIRST, Cutter
from nmr_emg.drivers.brainflow.boards import Aux, Sent

SENT = Sent(-1, "Made up", 250.0, 5, (2, 1), 0, 4)
BARE = Sent(-1, "Made up", 250.0, 5, (1,), None, None)


def data(samples, counter=lambda i: i % 256):
    samples = np.asarray(samples)
    # The computer's clock is set back an hour in the middle: its stamps must not matter.
    stamps = 1.6e9 + samples / 250 - 3600 * (samples > 400)
    return np.array([counter(samples), samples, -samples, stamps, np.zeros(len(samples))], float)


def run(pieces, sent=SENT, overflow=(), late=()):
    """Blocks of pieces that come in when their last sample is due, or later by so many seconds."""
    cutter = Cutter(sent)
    blocks = []
    for i, piece in enumerate(pieces):
        arrived = 7 + piece[1, -1] / 250 + dict(late).get(i, 0.0)
        blocks += cutter.add(piece, arrived, overflow=i in overflow)
    return blocks + cutter.flush(1e6)


def index_of(blocks):
    return np.concatenate([np.arange(block.start, block.stop) for block in blocks])


def events_of(blocks, kind):
    return [(e.index, dict(e.data)) for block in blocks for e in block.events if e.kind == kind]


def test_the_first_rows_are_gathered_and_none_is_lost():
    whole = data(np.arange(100))
    blocks = run(np.split(whole, [5, 12, 20, 33, 70], axis=1))
    assert blocks[0].rows == 33 >= MOST_FIRST
    raw = np.concatenate([block["raw"] for block in blocks])
    assert raw[:, 1].tolist() == list(range(100))
    assert raw[:, 0].tolist() == [-i for i in range(100)]
    np.testing.assert_array_equal(index_of(blocks), np.arange(100))
    assert [block.arrived for block in blocks] == pytest.approx([7 + i / 250 for i in (32, 69, 99)])


def test_fewer_than_the_first_rows_come_at_the_end():
    assert index_of(run([data([0, 1, 2])])).tolist() == [0, 1, 2]
    assert Cutter(SENT).flush(0.0) == []


def test_a_slow_board_is_gathered_for_a_quarter_of_a_second_only():
    slow = Sent(-1, "Made up", 50.0, 5, (1,), 0, 4)
    assert [block.rows for block in Cutter(slow).add(data(np.arange(13)), 7.0)] == [13]


def test_further_rows_become_columns_behind_the_signals():
    sent = Sent(-1, "Made up", 250.0, 5, (2,), 0, 4, (Aux("one", 1), Aux("time", 3)))
    whole = data(np.arange(50))
    (block,) = run([whole], sent)
    np.testing.assert_array_equal(block["raw"], whole[[2, 1, 3]].T)


@pytest.mark.parametrize(
    "counter",
    [
        lambda i: i % 256,
        lambda i: i + 70_000,
        lambda i: 2 * i % 256,
        lambda i: 2 * i % 256 + 1,
        lambda i: i // 2 % 100,
        lambda i: 100 + i // 2 % 100,
    ],
    ids=["byte", "wide", "daisy", "odd daisy", "ganglion", "ganglion without accelerometer"],
)
def test_a_loss_is_found_however_the_board_counts(counter):
    kept = np.delete(np.arange(1000), np.r_[300:310, 616:618, 900:904])
    blocks = run([data(part, counter) for part in np.split(kept, range(40, 980, 17))])
    np.testing.assert_array_equal(index_of(blocks), kept)


@pytest.mark.parametrize("lost", [256, 300, 512, 1000, 2500])
def test_more_than_a_cycle_is_counted_by_the_clock(lost):
    kept = np.delete(np.arange(6000), np.s_[3000 : 3000 + lost])
    blocks = run([data(part) for part in np.split(kept, range(40, len(kept), 4))])
    np.testing.assert_array_equal(index_of(blocks), kept)


def test_a_reader_that_was_held_up_is_no_loss():
    pieces = [data(part) for part in np.split(np.arange(2000), range(40, 2000, 4))]
    held = [*pieces[:300], np.concatenate(pieces[300:400], axis=1), *pieces[400:]]
    blocks = run(held)
    np.testing.assert_array_equal(index_of(blocks), np.arange(2000))


@pytest.mark.parametrize("counter", [lambda i: 0 * i, lambda i: i // 12, lambda i: np.full(len(i), np.nan)])
def test_a_counter_that_counts_something_else_is_let_alone(counter):
    blocks = run([data(part, counter) for part in np.split(np.arange(600), range(40, 600, 17))])
    np.testing.assert_array_equal(index_of(blocks), np.arange(600))


def test_without_a_counter_rows_are_counted():
    blocks = run([data([*range(50), *range(55, 100)])], BARE)
    np.testing.assert_array_equal(index_of(blocks), np.arange(95))


@pytest.mark.parametrize("lost", [100, 256, 600, 2560])
def test_an_overflow_is_named_and_measured_by_the_clock(lost):
    kept = np.delete(np.arange(8000), np.s_[4000 : 4000 + lost])
    cuts = [*range(40, 4001, 4), *range(4100, len(kept), 4)]
    full = cuts.index(4000) + 1
    blocks = run([data(part) for part in np.split(kept, cuts)], overflow={full})
    assert events_of(blocks, "gap") == [(4000 + lost, {"samples": lost, "reason": "overflow"})]
    np.testing.assert_array_equal(index_of(blocks), kept)


def test_without_a_counter_an_overflow_is_measured_by_the_clock_as_well():
    kept = np.delete(np.arange(8000), np.s_[4000:4600])
    cuts = [*range(40, 4001, 4), *range(4100, len(kept), 4)]
    full = cuts.index(4000) + 1
    blocks = run([data(part) for part in np.split(kept, cuts)], BARE, overflow={full})
    (gap,) = events_of(blocks, "gap")
    assert gap[1]["reason"] == "overflow"
    assert gap[1]["samples"] == pytest.approx(600, abs=5)


def test_a_buffer_that_was_full_but_lost_nothing_is_no_loss():
    blocks = run([data(part) for part in np.split(np.arange(400), [100, 200, 300])], overflow={1})
    assert events_of(blocks, "gap") == []
    np.testing.assert_array_equal(index_of(blocks), np.arange(400))


def test_a_marker_is_an_event_on_its_sample():
    piece = data(np.delete(np.arange(400), np.s_[50:53]))
    piece[4, [60, 200, 201]] = 2.5, 7, 8
    blocks = run(np.split(piece, [100, 201], axis=1))
    assert events_of(blocks, "marker") == [(63, {"text": "2.5"}), (203, {"text": "7"}), (204, {"text": "8"})]
    assert all(block.start <= e.index < block.stop for block in blocks for e in block.events)
