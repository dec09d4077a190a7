from dataclasses import dataclass, field

import numpy as np

from nmr_emg import Block, Chain, Channel, Event, StreamInfo

INFO = StreamInfo(250, (Channel("a"),))


@dataclass(frozen=True)
class Seen:
    """Notes the blocks it is handed, and may tell an event in the middle of each."""

    spans: list = field(default_factory=list)
    tells: bool = False

    def start(self, info):
        def process(block):
            self.spans.append((block.start, block.stop, [e.kind for e in block.events]))
            if self.tells and block.rows > 1:
                return block.with_events([Event("onset", block.start + 1)])
            return block.with_tracks(seen=block["raw"] + len(self.spans))

        return process


def run(stages, rows, *events):
    block = Block(10, {"raw": np.zeros((rows, 1))}, events=events)
    return Chain(stages).start(INFO)(block)


def test_a_block_is_cut_where_an_event_lies_and_joined_again():
    seen = Seen()
    done = run((seen,), 20, Event("gap", 10), Event("trial", 15), Event("marker", 15), Event("goal", 29))
    assert seen.spans == [(10, 15, ["gap"]), (15, 29, ["trial", "marker"]), (29, 30, ["goal"])]
    assert (done.start, done.rows, len(done.events)) == (10, 20, 4)
    assert done["seen"].ravel().tolist() == [1] * 5 + [2] * 14 + [3]


def test_an_event_that_a_stage_tells_cuts_nothing_for_the_stages_after_it():
    seen = Seen()
    done = run((Seen(tells=True), seen), 20)
    assert seen.spans == [(10, 30, ["onset"])]
    assert [e.index for e in done.events] == [11]


def test_a_chain_is_a_stage_of_a_chain():
    first, second = Seen(), Seen()
    run((Chain((first,)), Chain((Chain((second,)),))), 6, Event("trial", 13))
    assert first.spans == second.spans == [(10, 13, []), (13, 16, ["trial"])]


def test_every_start_is_a_new_run():
    chain = Chain((Seen(),))
    assert chain.start(INFO) is not chain.start(INFO)
    assert chain == Chain((chain.stages[0],))
