"""A stage adds tracks and events to a block; a chain is stages in a row."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeAlias, runtime_checkable

from nmr_emg.block import Block, StreamInfo, join

Process: TypeAlias = Callable[[Block], Block]


@runtime_checkable
class Stage(Protocol):
    """Frozen settings and one method.

    `start` learns the stream once and returns the function that processes its blocks; all state lives
    in that function. It reads no clock, looks at no later sample, leaves its input alone, and gives
    the same numbers however the stream was cut into blocks. `nmr_emg.testing.check_stage` proves it.
    """

    def start(self, info: StreamInfo) -> Process:
        """The function for one run over one stream."""
        ...


@dataclass(frozen=True, slots=True)
class Chain:
    """Stages one after the other. Blocks are cut where an event lies, so that a stage meets it on a first row.

    An event of kind "restart" starts every stage afresh: a recording that begins there replays to the same numbers.

    >>> import numpy as np
    >>> from nmr_emg.block import Channel
    >>> info = StreamInfo(250, (Channel("a"),))
    >>> process = Chain(()).start(info)
    >>> process(Block(0, {"raw": np.zeros((5, 1))})).rows
    5
    """

    stages: tuple[Stage, ...] = ()

    def start(self, info: StreamInfo) -> Process:
        """Start every stage; the function returned runs a block through all of them."""
        processes = [stage.start(info) for stage in self.stages]

        def through(block: Block) -> Block:
            if block.events and any(event.kind == "restart" for event in block.events):
                processes[:] = [stage.start(info) for stage in self.stages]
            for process in processes:
                block = process(block)
            return block

        def process(block: Block) -> Block:
            cuts = sorted({event.index - block.start for event in block.events} - {0}) if block.events else []
            if not cuts:
                return through(block)
            edges = [0, *cuts, block.rows]
            return join([through(block.cut(a, b)) for a, b in pairwise(edges)])

        return process
