"""The promises of a stage are only worth what the check finds: here are stages that break them, one by one."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.testing import assert_same, blocks_of, check_stage, recut, runs

INFO = StreamInfo(250, (Channel("a"),))
BLOCKS = blocks_of(np.random.default_rng(0).standard_normal((300, 1)), 50, [Event("marker", 120)])
counter = itertools.count()


def broken(process):
    """A stage made of one function of a block."""

    @dataclass(frozen=True)
    class Stage:
        def start(self, info):
            return process

    return Stage()


def spoil(block):
    block["raw"][:1] += 1
    return block


@pytest.mark.parametrize(
    "process",
    [
        pytest.param(lambda b: b.with_tracks(x=b["raw"] - b["raw"].mean()), id="looks at the whole block"),
        pytest.param(lambda b: b.with_tracks(x=np.cumsum(b["raw"], axis=0)), id="forgets its state"),
        pytest.param(lambda b: b.with_tracks(x=b["raw"] + next(counter)), id="differs from run to run"),
        pytest.param(lambda b: b.with_tracks(x=b["raw"][:-1]), id="loses a row"),
        pytest.param(lambda b: b.with_events([Event("x", b.start)]), id="tells something at every block"),
        pytest.param(lambda b: b.with_events([Event("x", 7 * (b.stop // 7) + 7)]), id="tells of the future"),
        pytest.param(lambda b: Block(b.start, b.tracks), id="loses events"),
        pytest.param(
            lambda b: b.with_tracks(x=b["raw"].astype("float32" if b.rows > 9 else "float64")),
            id="changes type",
        ),
    ],
)
def test_a_stage_that_breaks_a_promise_is_caught(process):
    with pytest.raises((AssertionError, ValueError, IndexError)):
        check_stage(broken(process), INFO, BLOCKS, [1, 9, 30])


def test_a_stage_that_writes_into_its_input_is_caught():
    with pytest.raises(ValueError, match="read-only"):
        check_stage(broken(spoil), INFO, BLOCKS, [10])


def test_an_honest_stage_passes():
    check_stage(broken(lambda b: b.with_tracks(x=2 * b["raw"])), INFO, BLOCKS, [1, 0, 13])


def test_streams_are_compared_bit_for_bit_and_not_by_their_cutting():
    assert_same(BLOCKS, recut(BLOCKS, [1, 2, 0, 50]))
    for other in (
        BLOCKS[1:],
        [b.with_tracks(raw=b["raw"] * (1 + 1e-16 + 2e-16)) for b in BLOCKS],
        [Block(b.start, b.tracks) for b in BLOCKS],
        [Block(b.start + 1, b.tracks) for b in BLOCKS],
    ):
        with pytest.raises(AssertionError):
            assert_same(BLOCKS, other)


def test_a_stream_with_a_gap_stays_in_two_runs():
    two = [BLOCKS[0], BLOCKS[2], BLOCKS[3]]
    assert [(b.start, b.stop) for b in runs(two)] == [(0, 50), (100, 200)]
    assert_same(two, recut(two, [30]))
