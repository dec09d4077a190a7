"""Arrays as BrainFlow hands them out, made up: row 0 counter, 1 and 2 signals, 3 time, 4 marker."""

import numpy as np
import pytest

from nmr_emg.drivers.brainflow_blocks import FIRST_ROWS, cutting
from nmr_emg.drivers.brainflow_boards import Sent

SENT = Sent("Made up", 250.0, (2, 1), 0, 3, 4)


def data(samples, counter=lambda i: i % 256):
    samples = np.asarray(samples)
    rows = [counter(samples), samples, -samples, 1.6e9 + samples / 250, np.zeros(len(samples))]
    return np.array(rows, float)


def run(pieces, sent=SENT, overflow=()):
    cut = cutting(sent)
    return [block for i, piece in enumerate(pieces) for block in cut(piece, float(i), i in overflow)]


def index_of(blocks):
    return np.concatenate([np.arange(block.start, block.stop) for block in blocks])


def test_the_first_rows_are_gathered_and_none_is_lost():
    whole = data(np.arange(100))
    blocks = run(np.split(whole, [5, 12, 20, 33, 70], axis=1))
    assert blocks[0].rows == 33 >= FIRST_ROWS
    raw = np.concatenate([block.tracks["raw"] for block in blocks])
    assert raw[:, 1].tolist() == list(range(100))
    assert raw[:, 0].tolist() == [-i for i in range(100)]
    np.testing.assert_array_equal(index_of(blocks), np.arange(100))
    assert [block.arrived for block in blocks] == [3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    "counter",
    [
        lambda i: i % 256,
        lambda i: i + 70_000,
        lambda i: 2 * i % 256 + 1,
        lambda i: i // 2 % 100,
        lambda i: 100 + i // 2 % 100,
    ],
    ids=["byte", "wide", "daisy", "ganglion", "ganglion without accelerometer"],
)
def test_a_loss_is_found_however_the_board_counts(counter):
    kept = np.delete(np.arange(1000), np.r_[300:310, 616:618, 900:904])
    blocks = run([data(part, counter) for part in np.split(kept, range(40, 980, 17))])
    np.testing.assert_array_equal(index_of(blocks), kept)


@pytest.mark.parametrize("counter", [lambda i: 0 * i, lambda i: i // 12])
def test_a_counter_that_counts_something_else_is_let_alone(counter):
    blocks = run([data(part, counter) for part in np.split(np.arange(600), range(40, 600, 17))])
    np.testing.assert_array_equal(index_of(blocks), np.arange(600))


def test_without_a_counter_rows_are_counted():
    sent = Sent("Made up", 250.0, (1,), None, None, None)
    blocks = run([data([*range(50), *range(60, 100)])], sent)
    np.testing.assert_array_equal(index_of(blocks), np.arange(90))


def test_an_overflow_is_named_and_measured_by_the_clock():
    blocks = run(
        [data(np.arange(100)), data(np.arange(700, 800)), data(np.arange(800, 900))], overflow={1, 2}
    )
    assert [(e.index, dict(e.data)) for block in blocks for e in block.events] == [
        (700, {"samples": 600, "reason": "overflow"})
    ]


def test_a_marker_is_an_event_on_its_sample():
    piece = data(np.arange(100))
    piece[4, 60] = 2.5
    (block,) = run([piece])
    assert [(e.kind, e.index, e.data["text"]) for e in block.events] == [("marker", 60, "2.5")]
