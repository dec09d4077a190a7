"""For tests of drivers, stages and sinks, ours and yours: a scripted driver, collected blocks, exact comparison."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from nmr_emg.block import Block, StreamInfo, join
from nmr_emg.driver import Driver
from nmr_emg.event import Event
from nmr_emg.fake import FakeBoard
from nmr_emg.session import run
from nmr_emg.stage import Chain, Stage

__all__ = [
    "Collected",
    "FakeBoard",
    "Scripted",
    "Step",
    "assert_same",
    "blocks_of",
    "check_driver",
    "check_stage",
    "collect",
    "recut",
    "runs",
    "through",
]

Step = Block | BaseException | Callable[[], Block | None]


class Scripted(Driver):
    """A driver that plays a script: it hands out blocks, raises exceptions and calls functions in order.

    >>> from nmr_emg.block import Channel
    >>> info = StreamInfo(250, (Channel("a"),))
    >>> with Scripted(info, blocks_of(np.arange(4.0)[:, None], 2)) as driver:
    ...     driver.read().stop, driver.read().stop, driver.read()
    (2, 4, None)
    """

    def __init__(self, info: StreamInfo, script: Iterable[Step]) -> None:
        self._info = info
        self._script = iter(script)
        self.closed = False

    @property
    def info(self) -> StreamInfo:
        """What it sends."""
        return self._info

    def open(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def read(self) -> Block | None:
        """The next step of the script; `None` after the last."""
        step = next(self._script, None)
        if isinstance(step, BaseException):
            raise step
        return step() if callable(step) else step


class Collected:
    """A sink that keeps every block."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.closed = False

    def write(self, block: Block) -> None:
        """Keep it."""
        self.blocks.append(block)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    @property
    def events(self) -> list[Event]:
        """All events, in order."""
        return [event for block in self.blocks for event in block.events]

    def track(self, name: str) -> np.ndarray[Any, Any]:
        """One track over all blocks, gaps closed."""
        return np.concatenate([block.tracks[name] for block in self.blocks])


def collect(driver: Driver, chain: Stage | None = None) -> Collected:
    """Run a driver through a chain to its end and keep what comes out."""
    kept = Collected()
    run(driver, chain or Chain(), kept)
    return kept


def blocks_of(
    raw: np.ndarray[Any, Any], rows: int | Sequence[int], events: Iterable[Event] = ()
) -> list[Block]:
    """Cut an array into blocks of `rows` rows (a list of sizes is repeated), each with the events that lie in it."""
    sizes = [rows] if isinstance(rows, int) else list(rows)
    whole = Block(0, {"raw": raw}, events=tuple(events))
    cuts = [0]
    while cuts[-1] < len(raw):
        cuts.append(min(len(raw), cuts[-1] + sizes[(len(cuts) - 1) % len(sizes)]))
    return [whole.cut(a, b) for a, b in pairwise(cuts)]


def runs(blocks: Iterable[Block]) -> list[Block]:
    """Blocks joined wherever no sample is missing between them: what is left does not depend on the cutting."""
    groups: list[list[Block]] = []
    for block in blocks:
        if not block.rows:
            continue
        if groups and groups[-1][-1].stop == block.start:
            groups[-1].append(block)
        else:
            groups.append([block])
    return [join(group) for group in groups]


def assert_same(ours: Iterable[Block], theirs: Iterable[Block]) -> None:
    """Assert that two streams are equal bit for bit: samples, tracks and events, however they are cut.

    Times of arrival are not compared.
    """
    a, b = runs(ours), runs(theirs)
    spans = [(x.start, x.stop) for x in a], [(x.start, x.stop) for x in b]
    assert spans[0] == spans[1], f"the streams cover {spans[0]} and {spans[1]}"  # noqa: S101
    for x, y in zip(a, b, strict=True):
        assert set(x.tracks) == set(y.tracks), f"tracks {sorted(x.tracks)} and {sorted(y.tracks)}"  # noqa: S101
        for name in x.tracks:
            np.testing.assert_array_equal(x.tracks[name], y.tracks[name], err_msg=name, strict=True)
        assert x.events == y.events, f"events {x.events} and {y.events}"  # noqa: S101


def through(stage: Stage, info: StreamInfo, blocks: Iterable[Block]) -> list[Block]:
    """What a stage, inside a chain, makes of blocks."""
    process = Chain((stage,)).start(info)
    return [process(block) for block in blocks]


def recut(blocks: Iterable[Block], sizes: Sequence[int]) -> list[Block]:
    """The same stream cut anew into blocks of the given sizes, repeated; a size of 0 gives an empty block."""
    pieces: list[Block] = []
    turn = 0
    for whole in runs(blocks):
        at = 0
        while at < whole.rows:
            size = min(sizes[turn % len(sizes)], whole.rows - at)
            pieces.append(whole.cut(at, at + size))
            at += size
            turn += 1
    return pieces


def check_stage(stage: Stage, info: StreamInfo, blocks: Sequence[Block], sizes: Sequence[int]) -> None:
    """Assert that a stage keeps its promises on a stream.

    The result must not depend on the cutting, must not change what it was given nor lose an event of it, must be the
    same when started again, and every track must have one row a sample.
    """
    whole = [_read_only(block) for block in runs(blocks)]
    pieces = [_read_only(block) for block in recut(blocks, sizes)]
    done = through(stage, info, pieces)
    assert_same(through(stage, info, whole), done)
    assert_same(through(stage, info, whole), done)
    for given, block in zip(pieces, done, strict=True):
        assert all(len(track) == block.rows for track in block.tracks.values())  # noqa: S101
        assert all(block.start <= e.index < block.stop for e in block.events)  # noqa: S101
        assert all(event in block.events for event in given.events), "an event is lost"  # noqa: S101


def _read_only(block: Block) -> Block:
    tracks = {name: track.copy() for name, track in block.tracks.items()}
    for track in tracks.values():
        track.flags.writeable = False
    return replace(block, tracks=tracks)


def check_driver(make: Callable[[], Driver], reads: int = 200) -> list[Block]:
    """Assert that a driver keeps its promises, and give the blocks with samples in them.

    Every block has the shape and dtype that its info tells, its events lie inside, its index never goes back, and
    what is read does not change afterwards. Closing twice is fine, and so is closing without having opened.
    """
    make().close()
    driver = make()
    with driver:
        info = driver.info
        blocks, copies, stop = [], [], 0
        for _ in range(reads):
            block = driver.read()
            if block is None:
                break
            raw = block["raw"]
            assert raw.shape == (block.rows, len(info.channels))  # noqa: S101
            assert raw.dtype == np.dtype(info.dtype)  # noqa: S101
            assert all(block.start <= e.index < block.stop and e.is_input for e in block.events)  # noqa: S101
            assert block.start >= stop or not block.rows  # noqa: S101
            stop = block.stop if block.rows else stop
            if block.rows:
                blocks.append(block)
                copies.append(raw.copy())
        for block, copy in zip(blocks, copies, strict=True):
            np.testing.assert_array_equal(block["raw"], copy)
    driver.close()
    return blocks
