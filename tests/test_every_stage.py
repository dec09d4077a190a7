"""What every stage promises, checked for each one that is registered: adding a stage adds its tests."""

import datetime as dt
import json
import sys
import time
import tracemalloc
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nmr_emg import Block, Chain, Channel, ConfigError, Event, StreamInfo
from nmr_emg.dsp.profile import profiles
from nmr_emg.registry import STAGES, as_json, from_json, stage, stage_class, stage_name
from nmr_emg.testing import assert_same, check_stage, recut, runs, through

RATES = (125.0, 200.0, 250.0, 1000.0, 2000.0)
PAIRS = (("a", "b"), ("b", "c"))
SETTINGS = {"balance": {"pairs": PAIRS}, "hum": {"mains": (50.0, 60.0)}, "heartbeat": {"mode": "subtract"}}
NAMES = tuple(STAGES)

sizes = st.lists(st.integers(0, 400), min_size=1, max_size=8).filter(any)


def stream(rate, dtype="float64"):
    """EMG in three units with an accelerometer and an envelope between them."""
    return StreamInfo(
        rate,
        (
            Channel("a", full_scale=3000.0),
            Channel("accel", unit="g", kind="aux"),
            Channel("b", unit="mV", scale=0.001, offset=7),
            Channel("c", kind="envelope"),
        ),
        dtype,
    )


def raw_signal(info, rows, rng):
    """Offset, hum, noise, bursts, a spike, a flat stretch, clipping, and for floats NaN and infinity."""
    second = np.arange(rows) / info.rate
    burst = np.where((second % 1.3 > 0.8) & (second > 0.6), 60.0, 2.0)[:, None]
    x = 900 + 5 * np.sin(2 * np.pi * 50.2 * second)[:, None] + burst * rng.standard_normal((rows, 4))
    x[rows // 2, 0] += 1e6
    x[rows // 3 : rows // 3 + rows // 8, 2] = 900
    x[:, 3] = np.abs(x[:, 3] - 900)
    x = np.clip(x, -3000, 3000)
    if info.dtype == "float64":
        x[rng.integers(0, rows, 9), rng.integers(0, 4, 9)] = np.nan
        x[0, 2] = np.nan
        x[rng.integers(0, rows), 0] = np.inf
    return x.astype(info.dtype)


def events_in(start, stop, rng):
    """Two trials and what else people bring in, somewhere between two samples."""
    told = [
        ("trial", {"name": "rest", "edge": "start"}),
        ("trial", {"name": "rest", "edge": "stop"}),
        ("trial", {"name": "reference", "edge": "start"}),
        ("marker", {"text": "bridge"}),
        ("trial", {"name": "reference", "edge": "stop"}),
        ("goal", {"value": 60}),
        ("reference", {"values": {"a": 55.0, "b": 40.0}, "statistic": "mean", "method": "submax_reference"}),
        ("rest", {"values": {"a": 2.0, "b": None, "c": 1.0}}),
    ]
    at = np.sort(rng.integers(start, stop, len(told)))
    return [Event(kind, int(i), data=data) for i, (kind, data) in zip(at, told, strict=True)]


def messy(rate, seed, dtype="float64", seconds=5.0):
    """A stream with all that can go wrong: a short gap and a long one, events, holes, spikes."""
    rng = np.random.default_rng(seed)
    info = stream(rate, dtype)
    rows = round(seconds * rate)
    edges = [0, *sorted(int(i) for i in rng.integers(1, rows, 2)), rows]
    raw = raw_signal(info, rows, rng)
    told = events_in(0, rows, rng)
    blocks, shift = [], int(rng.integers(0, 1000))
    for (a, b), lost in zip(pairwise(edges), (0, max(1, int(rate * 0.008)), round(rate * 0.2)), strict=True):
        if a == b:
            continue
        shift += lost
        events = [e.at(e.index + shift) for e in told if a <= e.index < b]
        gap = [Event("gap", a + shift, data={"samples": lost, "reason": "counter"})] if lost and a else []
        blocks.append(Block(a + shift, {"raw": raw[a:b]}, events=(*gap, *events)))
    return info, blocks


def up_to(name):
    """The chain of all stages up to one."""
    wanted = NAMES[: NAMES.index(name) + 1]
    return Chain(tuple(stage(one, SETTINGS.get(one, {})) for one in wanted))


@dataclass(frozen=True)
class Freeze:
    """Between two stages: from here on nobody may write into what was handed on."""

    def start(self, info):
        def process(block):
            for track in block.tracks.values():
                track.flags.writeable = False
            return block

        return process


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), dtype=st.sampled_from(["float64", "int32"]), sizes=sizes)
@example(seed=1, dtype="float64", sizes=[1])
@example(seed=2, dtype="int32", sizes=[0, 1, 0, 0, 37])
@example(seed=3, dtype="float64", sizes=[125])
def test_a_stage_does_not_depend_on_the_cutting(name, seed, dtype, sizes):
    info, blocks = messy(250.0, seed, dtype)
    check_stage(up_to(name), info, blocks, sizes)


@pytest.mark.parametrize("rate", RATES)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), sizes=sizes)
@example(seed=5, sizes=[1, 0, 399])
def test_the_whole_chain_does_not_depend_on_the_cutting_at_any_rate(rate, seed, sizes):
    info, blocks = messy(rate, seed, seconds=4.0)
    check_stage(up_to(NAMES[-1]), info, blocks, sizes)


@pytest.mark.parametrize("name", profiles())
def test_every_profile_makes_a_chain_that_keeps_the_promises(name):
    profile = profiles()[name]
    for rate in sorted({max(125.0, r) for r in profile.rates if r < 1e6} or {1000.0}):
        info, blocks = messy(rate, 8)
        for cutting in ([13], [7, 0, 250]):
            check_stage(profile.chain(PAIRS), info, blocks, cutting)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), share=st.floats(0.01, 0.99))
def test_no_stage_looks_ahead(seed, share):
    info, blocks = messy(250.0, seed)
    stop = blocks[0].start + round(share * (blocks[-1].stop - blocks[0].start))
    first = [b.cut(0, min(b.rows, stop - b.start)) for b in blocks if b.start < stop]
    chain = up_to(NAMES[-1])
    whole = [b.cut(0, min(b.rows, stop - b.start)) for b in through(chain, info, blocks) if b.start < stop]
    assert_same(through(chain, info, first), whole)


@pytest.mark.parametrize("name", NAMES)
def test_no_stage_writes_into_what_it_was_handed_or_has_handed_on(name):
    info, blocks = messy(250.0, 11)
    frozen = Chain(tuple(one for each in up_to(name).stages for one in (Freeze(), each)))
    done = through(Chain((*frozen.stages, Freeze())), info, recut(blocks, [20, 1, 60]))
    assert_same(done, through(up_to(name), info, blocks))


def test_no_stage_reads_a_clock(monkeypatch):
    clocks = (
        "time",
        "monotonic",
        "perf_counter",
        "process_time",
        "time_ns",
        "monotonic_ns",
        "perf_counter_ns",
    )
    forbidden = {getattr(time, name) for name in clocks} | {time, dt, dt.datetime}
    for where in STAGES.values():
        module = sys.modules[stage_class(stage_name_of(where)).__module__]
        held = [v for v in vars(module).values() if isinstance(v, type | type(time) | type(time.time))]
        assert not forbidden.intersection(held), f"{module.__name__} holds a clock"
    info, blocks = messy(250.0, 12)
    expected = through(up_to(NAMES[-1]), info, blocks)

    def read():
        raise AssertionError("a stage read the clock")

    with monkeypatch.context() as patch:
        for name in clocks:
            patch.setattr(time, name, read)
        done = through(up_to(NAMES[-1]), info, blocks)
    assert_same(done, expected)


def stage_name_of(where):
    return next(name for name, at in STAGES.items() if at == where)


def test_a_chains_memory_does_not_grow():
    info, blocks = messy(125.0, 13, "int32", seconds=20)
    pieces = recut(blocks, [50])
    length = blocks[-1].stop - blocks[0].start
    process = up_to(NAMES[-1]).start(info)

    def play(first, last):
        for turn in range(first, last):
            shift = turn * length
            for block in pieces:
                events = tuple(e.at(e.index + shift) for e in block.events if e.kind != "rest")
                process(Block(block.start + shift, block.tracks, events=events))

    # The interpreter keeps what it freed for a while; only once that is full does growth mean anything.
    tracemalloc.start()
    play(0, 30)
    before = tracemalloc.get_traced_memory()[0]
    play(30, 50)
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 60_000, f"{grown} bytes more after 400 s, or {grown / (20 * len(pieces)):.0f} a block"


@pytest.mark.parametrize("name", profiles())
def test_a_chains_settings_survive_json(name):
    chain = profiles()[name].chain(PAIRS, {"bandpass.mains": (60.0,), "normalise.statistic": "peak"})
    assert from_json(json.loads(json.dumps(as_json(chain)))) == chain


@pytest.mark.parametrize("name", NAMES)
def test_a_stage_knows_its_name_and_refuses_unknown_settings(name):
    one = stage(name, {})
    assert stage_name(one) == name
    with pytest.raises(ConfigError, match=f"stage '{name}' has no setting 'windoww'"):
        stage(name, {"windoww": 1})


@pytest.mark.parametrize(
    ("name", "key"), [(name, f.name) for name in NAMES for f in fields(stage_class(name))]
)
@pytest.mark.parametrize("value", [-1, float("nan"), "much", [[1, 2]], None])
def test_a_stage_refuses_an_impossible_setting_by_name(name, key, value):
    if value is None and key == "high":
        return
    with pytest.raises(ConfigError, match=rf"stage '{name}': {key} "):
        stage(name, {key: value})


def test_a_stream_without_emg_goes_through():
    info = StreamInfo(250, (Channel("x", unit="g", kind="aux"), Channel("y", unit="g", kind="aux")))
    chain = Chain(tuple(stage(name, {}) for name in NAMES))
    raw = np.random.default_rng(1).standard_normal((600, 2))
    (done,) = runs(through(chain, info, [Block(0, {"raw": raw})]))
    assert done["envelope"].shape == (600, 0)
    assert done["active"].shape == (600, 0)
