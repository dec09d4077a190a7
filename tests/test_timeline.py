"""The oracle is a made-up board: each sample carries its number and the moment it was taken; then some are lost."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmr_emg import Event
from nmr_emg.timing.counter import BYTE, COUNTINGS, ENDLESS, Counting
from nmr_emg.timing.timeline import Timeline

NIBBLE = Counting("0 to 15", tuple(range(16)))
WORD = Counting("0 to 65535", tuple(range(65536)))
DAISY = COUNTINGS["every other number to 255"]
BOARDS = [
    pytest.param(NIBBLE, 1000, id="4 bits at 1 kHz"),
    pytest.param(BYTE, 250, id="8 bits at 250 Hz"),
    pytest.param(DAISY, 125, id="pairs of 8 bits at 125 Hz"),
    pytest.param(WORD, 1000, id="16 bits at 1 kHz"),
    pytest.param(ENDLESS, 500, id="endless at 500 Hz"),
]


def ids_of(counting, samples):
    if counting is None:
        return None
    return array_of(counting.cycle)[samples % len(counting.cycle)] if counting.cycle else samples


@cache
def array_of(cycle):
    return np.array(cycle)


def kept_of(count, losses):
    kept = np.ones(count, bool)
    for at, lost in losses:
        kept[at : at + lost] = False
    return np.flatnonzero(kept)


def chunks(samples, rate, every=0.016, ppm=80.0, stalls=(), seed=0, lost_time=()):
    """Numbers of the samples that come in together, and when: a timer sends what there is.

    `lost_time` are pauses of the board itself: from a sample on, everything is taken so many seconds later.
    """
    rng = np.random.default_rng(seed)
    times = 1000 + samples / rate * (1 + ppm * 1e-6)
    for at, pause in lost_time:
        times = times + np.where(samples >= at, pause, 0)
    ticks = np.arange(1000 + rng.uniform(0, every), times[-1] + 2 * every, every)
    ticks = ticks + rng.exponential(1e-4, len(ticks))
    for begin, length in stalls:
        ticks = ticks[(ticks < 1000 + begin) | (ticks >= 1000 + begin + length)]
    edges = np.searchsorted(times, ticks, side="right")
    pieces = zip(np.split(samples, edges)[:-1], ticks.tolist(), strict=True)
    return [(piece, arrived) for piece, arrived in pieces if len(piece)]


def placed(timeline, counting, pieces, ids=None):
    """All blocks of a stream whose only channel is the sample's number; `ids` changes the counter on its way."""
    blocks = []
    for samples, arrived in pieces:
        numbers = ids_of(counting, samples)
        numbers = numbers if ids is None else ids(samples, numbers)
        blocks += timeline.place(samples[:, None], numbers, arrived)
    return blocks + timeline.flush()


def index_of(blocks):
    return np.concatenate([np.arange(block.start, block.stop) for block in blocks])


def samples_of(blocks):
    return np.concatenate([block["raw"][:, 0] for block in blocks])


def lost_in(blocks):
    return sum(b.start - a.stop for a, b in pairwise(blocks))


def losses_of(rng, rate, seconds, counting):
    """Gaps of 1 sample to 10 s, whole cycles among them, from second 20 on."""
    cycle = len(counting.cycle) or 256
    losses, at = [], 20 * rate
    while at < (seconds - 12) * rate:
        few = rng.integers(1, 30), rng.integers(1, 2 * cycle if cycle < 1000 else 500)
        whole = (cycle, 2 * cycle, cycle + 1, cycle - 1) if cycle < 1000 else few
        losses.append((round(at), int(rng.choice([1, 2, *few, *whole, rng.uniform(0, 10) * rate]))))
        at += losses[-1][1] + rate * rng.uniform(1, 5)
    return losses


@pytest.mark.parametrize(
    "stalls", [(), ((30, 0.15), (41, 0.1), (55.5, 0.05), (63, 0.15))], ids=["", "stalls"]
)
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("counting", "rate"), BOARDS)
def test_loss_is_counted_exactly_from_one_sample_to_ten_seconds(counting, rate, seed, stalls):
    losses = losses_of(np.random.default_rng(seed), rate, 90, counting)
    samples = kept_of(90 * rate, losses)
    blocks = placed(Timeline(rate, counting), counting, chunks(samples, rate, stalls=stalls, seed=seed))
    np.testing.assert_array_equal(samples_of(blocks), samples)
    assert lost_in(blocks) == sum(lost for _, lost in losses)
    wrong = np.count_nonzero(index_of(blocks) != samples)
    # Where a whole cycle was lost inside of one chunk, nothing tells between which of its rows.
    assert wrong <= 16 * len(losses) if counting is NIBBLE else wrong == 0


@pytest.mark.parametrize(("counting", "rate"), [*BOARDS, pytest.param(None, 250, id="no counter")])
def test_a_stalled_computer_is_no_loss_and_nothing_else_is_held_back(counting, rate):
    timeline = Timeline(rate, counting, first=7)
    held, blocks = 0, []
    stalls = [(20, 0.15), (25, 2.0), (30, 0.5)]
    pieces = chunks(np.arange(40 * rate), rate, stalls=stalls)
    for samples, arrived in pieces:
        blocks += timeline.place(samples[:, None], ids_of(counting, samples), arrived)
        held += timeline.held > 0
    assert held == 0
    assert not any(block.events for block in blocks)
    np.testing.assert_array_equal(index_of(blocks), 7 + samples_of(blocks))
    assert [block.arrived for block in blocks] == [arrived for _, arrived in pieces]


@pytest.mark.parametrize(("counting", "rate"), BOARDS)
def test_a_backlog_read_in_pieces_is_no_loss(counting, rate):
    """After 3 s without a read, what waited comes in pieces that are each late, and less so each time."""
    samples = np.arange(40 * rate)
    pieces = []
    for piece, arrived in chunks(samples, rate, stalls=[(20, 3)]):
        parts = np.array_split(piece, 20) if len(piece) > rate else [piece]
        pieces += [(part, arrived + 0.005 * number) for number, part in enumerate(parts)]
    pieces.sort(key=lambda piece: piece[0][0])
    arrivals = np.maximum.accumulate([arrived for _, arrived in pieces])
    pieces = [(piece, float(arrived)) for (piece, _), arrived in zip(pieces, arrivals, strict=True)]
    blocks = placed(Timeline(rate, counting), counting, pieces)
    np.testing.assert_array_equal(index_of(blocks), samples)


def test_a_radio_that_catches_up_slowly_is_no_loss():
    """2 s of samples are sent at three times the pace, after a silence that would be a whole cycle of the counter."""
    rate, samples = 250, np.arange(15_000)
    taken = 1000 + samples / rate
    sent = np.maximum(taken, np.where(samples < 5000, 0, taken[5000] + 1.5 + (samples - 5000) / (3 * rate)))
    sent = np.maximum.accumulate(sent)
    pieces = [(samples[i : i + 5], float(sent[i + 4])) for i in range(0, 15_000, 5)]
    blocks = placed(Timeline(rate, BYTE), BYTE, pieces)
    np.testing.assert_array_equal(index_of(blocks), samples)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("counting", "rate"), [(NIBBLE, 1000), (BYTE, 250), (None, 250)])
def test_a_slow_radio_is_not_counted_as_loss_again_and_again(counting, rate, seed):
    """Every 2 s it sends nothing for some 0.3 s, then catches up at twice the pace: 150 times in 5 minutes.

    What is wrongly counted stays about the longest delay.
    """
    rng = np.random.default_rng(seed)
    ends = np.arange(rate // 50, 300 * rate, rate // 50)
    free, sent, blocked = 0.0, [], np.cumsum(rng.exponential(2, 150)) + 1005
    taken = 1000 + ends / rate
    for ready in taken.tolist():
        free = max(ready + rng.uniform(0, 0.02), free) + 0.01
        if len(blocked) and free > blocked[0]:
            free, blocked = free + rng.exponential(0.3), blocked[1:]
        sent.append(free)
    pieces = zip(np.split(np.arange(ends[-1]), ends[:-1]), sent, strict=True)
    blocks = placed(Timeline(rate, counting), counting, pieces)
    assert lost_in(blocks) <= 1.5 * rate * max(sent - taken)


@pytest.mark.parametrize("pause", [0, 0.4, 1.5, 3.7, 10])
@pytest.mark.parametrize(
    ("counting", "rate", "exact"), [(BYTE, 250, 256 // 8), (WORD, 1000, 16), (ENDLESS, 500, 8)]
)
def test_a_counter_that_begins_anew_leaves_the_length_of_the_gap_to_the_clock(counting, rate, exact, pause):
    """The board restarts, counts from 0 and was silent meanwhile; chunks of 16 ms tell how long within 16 ms.

    If that fits whole cycles of the counter within an eighth of one, it is taken for loss, and those are counted.
    """
    begun = 30 * rate + 5
    lost = round(pause * rate)
    samples = kept_of(40 * rate + lost, [(begun, lost)])

    def anew(these, numbers):
        return np.where(these >= begun, ids_of(counting, np.maximum(these - begun - lost, 0)), numbers)

    blocks = placed(Timeline(rate, counting), counting, chunks(samples, rate), anew)
    off = index_of(blocks) - samples
    assert np.all(np.diff(index_of(blocks)) > 0)
    assert set(off[samples < begun].tolist()) == {0}
    assert abs(off).max() <= exact
    assert abs(lost_in(blocks) - lost) <= exact


@pytest.mark.parametrize("counting", [BYTE, WORD, ENDLESS], ids=lambda one: one.name)
def test_broken_numbers_shift_nothing(counting):
    """One number in a hundred is any number."""
    rng = np.random.default_rng(4)
    losses = [(4000 + 700 * i, i + 1) for i in range(20)]
    samples = kept_of(20_000, losses)

    def broken(these, numbers):
        any_number = rng.integers(0, len(counting.cycle) or 2**31, len(these))
        return np.where(rng.random(len(these)) < 0.01, any_number, numbers)

    timeline = Timeline(250, counting)
    blocks = placed(timeline, counting, chunks(samples, 250), broken)
    off = index_of(blocks) - samples_of(blocks)
    assert off[-1] == 0
    assert np.count_nonzero(off) < 20
    assert timeline.repeated + timeline.strange < 10
    assert len(samples_of(blocks)) == len(samples) - timeline.repeated - timeline.strange


def test_numbers_left_over_from_another_stream_are_no_loss():
    """The first bytes read may have lain in a buffer since the board was last used."""
    ids = np.array([200, 201, 90, 91, 92, 93])
    (block,) = Timeline(250, BYTE).place(np.zeros((6, 1)), ids, 5.0)
    assert (block.start, block.rows) == (0, 6)


def test_repeated_rows_are_dropped_and_counted():
    timeline = Timeline(250, BYTE)
    blocks = timeline.place(np.arange(7)[:, None], np.array([9, 10, 10, 11, 11, 11, 12]), 5.0)
    assert samples_of(blocks).tolist() == [0, 1, 3, 6]
    assert index_of(blocks).tolist() == [0, 1, 2, 3]
    assert (timeline.repeated, timeline.strange) == (3, 0)


@pytest.mark.parametrize("rate", [250, 1000])
def test_an_outage_of_a_board_without_a_counter_shows_as_a_gap(rate):
    losses = [(15 * rate, rate // 10), (20 * rate, 2 * rate), (30 * rate, 10 * rate)]
    samples = kept_of(50 * rate, losses)
    blocks = placed(Timeline(rate), None, chunks(samples, rate, 0.001))
    gaps = [event for block in blocks for event in block.events]
    assert [event.kind for event in gaps] == ["gap"] * 3
    assert [event.data["reason"] for event in gaps] == ["clock"] * 3
    for event, (at, lost) in zip(gaps, losses, strict=True):
        assert abs(event.data["samples"] - lost) <= 0.002 * rate
        assert abs(event.index - at - lost) <= 0.002 * rate
    assert sum(event.data["samples"] for event in gaps) == lost_in(blocks)


def test_a_rate_that_wanders_is_no_outage():
    """A sketch without a timer: its rate follows what it has to print, 3 % up and down."""
    number = np.arange(30_000)
    taken = 1000 + np.cumsum(1 + 0.03 * np.sin(number / 1500)) / 250
    timeline = Timeline(250)
    blocks = []
    for first in range(0, 30_000, 4):
        blocks += timeline.place(number[first : first + 4, None], None, float(taken[first + 3]))
    assert lost_in(blocks) == 0
    assert not any(block.events for block in blocks)


def test_rows_are_held_until_the_clock_has_told_how_much_was_lost():
    timeline = Timeline(250, BYTE)
    samples = kept_of(10_000, [(5000, 2600)])
    silent = None
    for piece, arrived in chunks(samples, 250):
        blocks = timeline.place(piece[:, None], ids_of(BYTE, piece), arrived)
        if piece[0] >= 7600 and silent is None:
            silent = arrived
        if silent is not None and blocks:
            assert blocks[0].start == 7600
            assert 0.25 < arrived - silent < 0.5
            return
    pytest.fail("the rows after the gap never came")


def test_what_is_held_back_comes_at_the_end():
    samples = kept_of(6000, [(5000, 990)])
    blocks = placed(Timeline(250, BYTE), BYTE, chunks(samples, 250))
    np.testing.assert_array_equal(index_of(blocks), samples)
    timeline = Timeline(250, BYTE)
    assert timeline.flush() == []
    timeline.place(np.zeros((1, 1)), np.array([3]), 1.0)
    assert timeline.place(np.zeros((1, 1)), np.array([9]), 1.004) == []
    assert timeline.held == 1
    assert [block.start for block in timeline.flush()] == [6]


def test_events_go_with_their_rows():
    timeline = Timeline(250, BYTE)
    rows = np.zeros((4, 1))

    def mark(text, index):
        return Event("marker", index, data={"text": text})

    events = [mark("a", 0), mark("b", 1), mark("c", 3), mark("d", 4)]
    blocks = timeline.place(rows, np.array([1, 2, 2, 5]), 5.0, events)
    assert timeline.place(rows[:0], np.empty(0, np.int64), 5.004, [mark("e", 0)]) == []
    blocks += timeline.place(rows, np.array([6, 7, 8, 9]), 5.016, [mark("f", 0)])
    assert [(e.index, e.data["text"]) for block in blocks for e in block.events] == [
        (0, "a"), (1, "b"), (4, "c"), (5, "d"), (5, "e"), (5, "f"),
    ]  # fmt: skip


def test_times_are_those_at_which_samples_were_taken():
    rate, losses = 250, [(9000, 700), (20_000, 1)]
    samples = kept_of(30_000, losses)
    blocks = placed(Timeline(rate, BYTE), BYTE, chunks(samples, rate, 0.0157))
    time = np.array([block.time for block in blocks])
    taken = 1000 + np.array([block.stop - 1 for block in blocks]) / rate * (1 + 80e-6)
    error = (time - taken)[taken > 1060]
    assert error.std() < 1e-4
    assert np.all(np.diff(time) > 0)


def test_without_times_of_arrival_the_counter_alone_decides():
    timeline = Timeline(250, BYTE)
    samples = kept_of(3000, [(1000, 10), (2000, 300)])
    pieces = [(piece, float("nan")) for piece in np.array_split(samples, 100)]
    blocks = placed(timeline, BYTE, pieces)
    assert lost_in(blocks) == 10 + 300 - 256
    assert np.all(np.isnan([block.time for block in blocks]))


@settings(max_examples=25, deadline=None)
@given(
    board=st.sampled_from([(NIBBLE, 1000), (BYTE, 250), (DAISY, 125), (ENDLESS, 250), (None, 250)]),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=7),
    losses=st.lists(
        st.tuples(st.integers(12, 19), st.integers(1, 900)), max_size=4, unique_by=lambda one: one[0]
    ),
    doubled=st.lists(st.integers(11, 20), max_size=2),
)
def test_calls_may_be_cut_anywhere(board, sizes, losses, doubled):
    """Rows that came in at one moment may be handed over in any number of calls."""
    counting, rate = board
    samples = np.repeat(
        np.arange(21 * rate), 1 + np.isin(np.arange(21 * rate), [at * rate + 3 for at in doubled])
    )
    kept = kept_of(21 * rate, [(at * rate, lost * rate // 300) for at, lost in losses])
    pieces = chunks(samples[np.isin(samples, kept)], rate, stalls=[(14.5, 0.3)])
    cut = [
        (piece[at : at + sizes[turn % len(sizes)]], arrived)
        for turn, (piece, arrived) in enumerate(pieces)
        for at in range(0, len(piece), sizes[turn % len(sizes)])
    ]
    whole, pieced = (
        placed(Timeline(rate, counting), counting, pieces),
        placed(Timeline(rate, counting), counting, cut),
    )
    np.testing.assert_array_equal(index_of(pieced), index_of(whole))
    np.testing.assert_array_equal(samples_of(pieced), samples_of(whole))


@settings(max_examples=60, deadline=None)
@given(
    data=st.data(),
    counting=st.sampled_from([NIBBLE, BYTE, DAISY, ENDLESS, COUNTINGS["0 to 99, each twice"], None]),
)
def test_whatever_comes_the_index_and_time_go_forward_and_no_row_is_lost_unnoticed(data, counting):
    timeline = Timeline(data.draw(st.sampled_from([10.0, 250.0, 10_000.0])), counting)
    number = st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 300)
    arrival = st.floats(0, 100) | st.sampled_from([float("nan"), float("inf")])
    blocks, given_rows, marks = [], 0, 0
    for _ in range(data.draw(st.integers(1, 12))):
        ids = np.array(data.draw(st.lists(number, max_size=40)), np.int64)
        events = [
            Event("marker", at)
            for at in data.draw(st.lists(st.integers(0, len(ids)), max_size=2).map(sorted))
        ]
        blocks += timeline.place(np.zeros((len(ids), 2)), ids, data.draw(arrival), events)
        given_rows, marks = given_rows + len(ids), marks + len(events)
    blocks += timeline.flush()
    blocks += timeline.place(np.zeros((1, 2)), np.array([1]), float("nan")) + timeline.flush()
    assert sum(b.rows for b in blocks) + timeline.repeated + timeline.strange == given_rows + 1
    assert all(a.stop <= b.start for a, b in pairwise(blocks))
    assert all(block.start <= event.index < block.stop for block in blocks for event in block.events)
    assert sum(event.kind == "marker" for block in blocks for event in block.events) <= marks
    times = [block.time for block in blocks if np.isfinite(block.time)]
    assert np.all(np.diff(times) >= -1e-9)
    assert timeline.held == 0
