import json
import re

import numpy as np
import pytest

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.ledger import MOST_GAPS, Latency, Ledger
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.recordings.replay import HDF5Recording

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


def counted(rate, seconds, late=lambda i: 0.0, speed=1.0, info=INFO):
    """A ledger of a board that really sends `rate` samples a second, four at a time."""
    ledger = Ledger(info, speed)
    for i in range(round(seconds * rate / 4)):
        ledger.count(block(4 * i, 4, arrived=100 + 4 * (i + 1) / rate / speed + late(i)))
    return ledger


def test_what_the_nominal_rate_gives_in_the_time_that_passed():
    ledger = counted(244.0, 60)
    assert ledger.samples == 14_640
    assert ledger.expected == pytest.approx(60 * 250, abs=1)
    assert counted(250, 0.5).expected is None


@pytest.mark.parametrize(
    ("rate", "seconds", "words"),
    [
        (250.0, 20, None),
        (252.0, 20, None),
        (244.1, 20, r"board sends 244\.1 samples a second, not 250 \(-2\.4 %\)"),
        (300.0, 20, r"\+20\.0 %"),
        (300.0, 8, None),
    ],
)
def test_a_rate_that_is_more_than_one_percent_off_is_warned_about_after_ten_seconds(rate, seconds, words):
    warnings = counted(rate, seconds).as_json()["warnings"]
    assert len(warnings) == (words is not None)
    assert words is None or re.search(words, warnings[0])


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (0, None),
        (15, None),
        (50, r"5% of the samples of board were lost on the way.*bring it nearer"),
        (4000, r"80% of the samples.*is it this board, at this speed"),
    ],
)
def test_many_lost_samples_are_warned_about(lost, told):
    ledger = Ledger(INFO)
    for one in (block(0, 500), block(500 + lost, 500, lost)):
        ledger.count(one)
    assert len(ledger.warnings) == (told is not None)
    assert told is None or re.search(told, ledger.warnings[0])


def test_samples_that_never_came_are_warned_about_though_nothing_tells_where():
    """A board without a counter that was silent for 1 s: the index runs on, the time does not."""
    ledger = Ledger(INFO)
    for i in range(1250):
        ledger.count(block(4 * i, 4, arrived=100 + 4 * (i + 1) / 250 + (1.0 if i > 600 else 0.0)))
    assert (ledger.samples, ledger.lost) == (5000, 0)
    assert ledger.expected == pytest.approx(5250, abs=1)
    assert re.search("250 samples fewer came from board than 21 s should have brought", ledger.warnings[0])


def test_what_a_board_says_is_kept_once_and_not_for_ever():
    ledger = Ledger(INFO)
    for i in range(60):
        said = [Event("device", 10 * i, data={"text": text}) for text in ("µV are a guess", f"message {i}")]
        ledger.count(block(10 * i, 10, more=said))
    assert ledger.as_json()["notices"][:3] == ["µV are a guess", "message 0", "message 1"]
    assert len(ledger.notices) == 20


def test_samples_missing_while_a_board_was_unplugged_are_no_bad_link():
    ledger = Ledger(INFO)
    gap = Event("gap", 5500, data={"samples": 5000, "reason": "reconnect"})
    for one in (block(0, 500), block(5500, 500, more=(gap,))):
        ledger.count(one)
    assert ledger.lost == 5000
    assert ledger.warnings == []


def test_late_arrivals_do_not_change_the_rate():
    """Every twentieth block comes 90 ms late, and all of one second do."""
    ledger = counted(250, 60, late=lambda i: 0.09 * (i % 20 == 7 or 1800 < i < 1860))
    assert ledger.rate_effective == pytest.approx(250, rel=1e-5)
    found = ledger.as_json()["jitter_ms"]
    assert found["p50"] == pytest.approx(0, abs=0.1)
    assert found["p95"] == pytest.approx(90, rel=0.03)


def test_a_recording_played_fast_has_the_rate_at_which_it_was_recorded():
    ledger = counted(250, 60, speed=10)
    assert ledger.rate_effective == pytest.approx(250, rel=1e-5)
    assert ledger.expected == pytest.approx(15_000, abs=1)
    assert ledger.warnings == []


def test_reconnects_are_counted():
    ledger = Ledger(INFO)
    said = [
        {"text": "hello"},
        {"state": "reconnected", "seconds": 2.0},
        {"state": "reconnected", "seconds": 3.0},
    ]
    ledger.count(block(0, 10, more=[Event("device", i, data=data) for i, data in enumerate(said)]))
    assert ledger.as_json()["reconnects"] == 2


def test_the_summary_that_a_recording_keeps_has_room(tmp_path):
    info = StreamInfo(250, (Channel("a"),), device="a board with a long name " * 8)
    ledger = counted(300.123, 3600, info=info)
    ledger.lost = ledger.dropped_blocks = ledger.events = 10**9
    Recorder(tmp_path / "a.h5", info, {}, ledger=ledger).close()
    with HDF5Recording(tmp_path / "a.h5") as recording:
        assert recording.summary is not None
        assert recording.summary["rate_effective"] == pytest.approx(300.123, abs=0.01)
        assert not {"gaps", "warnings"} & recording.summary.keys()
