import numpy as np
import pytest

from nmr_emg import Block, Event
from nmr_emg.testing import blocks_of

RATE = 250


def noise(level, seed=0):
    level = np.asarray(level, float)
    return (level * np.random.default_rng(seed).standard_normal(len(level)))[:, None]


def steps(*pieces):
    return noise(np.concatenate([np.full(round(seconds * RATE), float(level)) for seconds, level in pieces]))


def cut_out(x, first, last):
    """The recording with samples lost between two times (s)."""
    a, b = round(first * RATE), round(last * RATE)
    gap = Event("gap", b, data={"samples": b - a, "reason": "counter"})
    return [*blocks_of(x[:a], 50), Block(b, {"raw": x[b:]}, events=(gap,))]


def test_what_is_active_at_either_end_is_marked_as_cut(ask):
    x = steps((6, 60), (5, 2), (4, 60))
    first, last = ask(RATE, x, rest=(7, 10))["channels"][0]["bursts"]
    assert first["truncated_start"]
    assert not first["truncated_end"]
    assert first["offset"] == pytest.approx(6, abs=0.05)
    assert last["truncated_end"]
    assert not last["truncated_start"]
    assert last["onset"] == pytest.approx(11, abs=0.05)
    assert last["offset"] == 15


def test_a_gap_splits_a_burst_and_marks_both_pieces(ask):
    x = steps((5, 2), (10, 60), (5, 2))
    first, second = ask(RATE, x, blocks=cut_out(x, 9, 10))["channels"][0]["bursts"]
    assert (first["truncated_start"], first["truncated_end"], first["offset"]) == (False, True, 9)
    assert second["truncated_start"]
    assert 10 <= second["onset"] < 10.6
    assert second["offset"] == pytest.approx(15, abs=0.05)


def test_a_short_gap_splits_nothing(ask):
    x = steps((5, 2), (10, 60), (5, 2))
    (only,) = ask(RATE, x, blocks=cut_out(x, 9, 9.008))["channels"][0]["bursts"]
    assert not only["truncated_end"]


def test_a_chain_that_starts_afresh_in_the_middle_splits_a_burst_and_loses_nothing(ask):
    """Someone began a second recording while the muscle was at work."""
    x = steps((5, 2), (10, 60), (5, 2))
    blocks = blocks_of(x, 50, [Event("restart", 10 * RATE)])
    answer = ask(RATE, x, blocks=blocks, reference=(6, 9))
    first, second = answer["channels"][0]["bursts"]
    assert first["onset"] == pytest.approx(5, abs=0.05)
    assert (first["offset"], first["truncated_end"]) == (10, True)
    assert second["truncated_start"]
    assert 10 <= second["onset"] < 10.6
    assert second["offset"] == pytest.approx(15, abs=0.05)


def test_a_peak_is_that_of_the_envelope_and_the_short_and_the_small_are_minor(ask):
    x = steps((5, 2), (2, 100), (3, 2), (0.15, 60), (3, 2), (2, 12), (3, 2))
    channel = ask(RATE, x)["channels"][0]
    (major,), minor = channel["bursts"], channel["minor"]
    assert major["peak_uV"] == pytest.approx(100, rel=0.4)
    assert [b["onset"] for b in minor] == [pytest.approx(10, abs=0.06), pytest.approx(13.15, abs=0.06)]


def test_bursts_of_a_channel_never_overlap(ask):
    rng = np.random.default_rng(5)
    pieces = [(3, 2)]
    for _ in range(60):
        pieces += [(rng.uniform(0.2, 0.8), rng.choice([15, 60, 300])), (rng.uniform(0.2, 0.6), 2)]
    channel = ask(RATE, steps(*pieces))["channels"][0]
    bursts = sorted(channel["bursts"] + channel["minor"], key=lambda b: b["onset"])
    edges = [edge for b in bursts for edge in (b["onset"], b["offset"])]
    assert len(bursts) > 40
    assert edges == sorted(edges)
    assert all(b["onset"] <= b["declared"] for b in bursts)
