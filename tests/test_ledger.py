import json

import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.ledger import MOST_GAPS, Latency, Ledger

INFO = StreamInfo(250, (Channel("a"),), device="board")


def block(start, rows, lost=0, arrived=float("nan"), more=()):
    gap = (Event("gap", start, data={"samples": lost, "reason": "counter"}),) if lost else ()
    return Block(start, {"raw": np.zeros((rows, 1))}, arrived, (*gap, *more))


def test_samples_losses_and_gaps_add_up():
    ledger = Ledger(INFO)
    for one in (
        block(100, 50),
        block(160, 40, 10),
        block(200, 0),
        block(200, 100),
        block(303, 7, 3, more=(Event("marker", 303),)),
    ):
        ledger.count(one)
    assert (ledger.samples, ledger.lost, ledger.events) == (197, 13, 3)
    assert ledger.gaps == [{"start": 150, "samples": 10}, {"start": 300, "samples": 3}]
    assert ledger.samples + ledger.lost == 310 - 100
    assert ledger.seconds == 210 / 250


def test_gaps_beyond_the_list_are_still_counted():
    ledger = Ledger(INFO)
    for i in range(MOST_GAPS + 50):
        ledger.count(block(2 * i, 1, 1))
    assert len(ledger.gaps) == MOST_GAPS
    assert ledger.lost == MOST_GAPS + 50


@pytest.mark.parametrize("ppm", [40, -120])
def test_the_rate_by_arrival_is_right_within_parts_per_million(ppm):
    """60 s and 10 min of a clock that is off, handed over up to 16 ms late by the serial port."""
    rate = 250 * (1 + ppm * 1e-6)
    late = np.random.default_rng(1).uniform(0, 0.016, 37500)
    ledger = Ledger(INFO)
    found = {}
    for i in range(37500):
        ledger.count(block(1000 + 4 * i, 4, arrived=4 * (i + 1) / rate + late[i] + 5e5))
        if i + 1 in (3750, 37500):
            found[4 * (i + 1) // 250] = ledger.rate_effective
    assert found[60] == pytest.approx(rate, rel=15e-6)
    assert found[600] == pytest.approx(rate, abs=0.0006)


def test_lost_samples_do_not_slow_the_rate():
    ledger = Ledger(INFO)
    for i in range(200):
        if i % 10:
            ledger.count(block(10 * i, 10, 10 if i % 10 == 1 and i > 1 else 0, arrived=(10 * i + 10) / 250))
    assert ledger.rate_effective == pytest.approx(250, abs=1e-3)


def test_there_is_no_rate_from_too_little():
    ledger = Ledger(INFO)
    assert ledger.rate_effective is None
    for i in range(20):
        ledger.count(block(10 * i, 10, arrived=i / 25))
    assert ledger.rate_effective is None


def test_quantiles_of_latency():
    latency = Latency()
    assert latency.quantile(0.5) is None
    for ms in np.random.default_rng(2).permutation(np.arange(1, 1001)):
        latency.add(ms / 1000)
    assert latency.quantile(0.5) == pytest.approx(500, rel=0.024)
    assert latency.quantile(0.95) == pytest.approx(950, rel=0.024)
    for extreme in (-1.0, 0.0, 1e9):
        latency.add(extreme)
    assert latency.quantile(1.0) <= 100_000


def test_an_empty_ledger_and_a_full_one_are_plain_json():
    ledger = Ledger(INFO)
    empty = json.loads(json.dumps(ledger.as_json(), allow_nan=False))
    assert empty["rate_effective"] is None
    assert empty["latency_ms"] == {"p50": None, "p95": None}
    ledger.count(block(0, 1000, arrived=1.0))
    assert json.loads(json.dumps(ledger.as_json(), allow_nan=False))["seconds"] == 4
