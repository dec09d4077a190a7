import numpy as np
import pytest

from nmr_emg import Block, ConfigError, Event
from nmr_emg.block import empty_block
from nmr_emg.dsp.settling import Settling
from nmr_emg.testing import through


def block(start, rows, lost=0):
    events = (Event("gap", start, data={"samples": lost, "reason": "counter"}),) if lost else ()
    return Block(start, {"raw": np.zeros((rows, 1))}, events=events)


def settling(info, blocks):
    return [int(b["settling"].sum()) for b in through(Settling(0.5), info, blocks)]


def test_the_start_and_every_gap_over_ten_milliseconds_settle(info):
    blocks = [block(1000, 200), block(1202, 200, 2), block(1405, 100, 3), block(1505, 100)]
    assert settling(info(250), blocks) == [125, 0, 100, 25]


def test_a_gap_while_it_settles_begins_the_time_anew(info):
    assert settling(info(250), [block(0, 100), block(110, 200, 10)]) == [100, 125]


def test_an_empty_block_before_the_first_sample_does_not_start_the_time(info):
    """A board's first sample may come with any index: what counts is the first row, live and in a replay."""
    stream = info(250)
    live = settling(stream, [empty_block(0, stream), block(500, 200)])
    assert live == [0, 125]
    assert settling(stream, [block(500, 200)]) == [125]


def test_a_negative_time_is_refused():
    with pytest.raises(ConfigError, match="seconds is -1"):
        Settling(-1)
