import numpy as np
import pytest

from nmr_emg import Block, Channel, ConfigError, Event, StreamInfo
from nmr_emg.scoring.balance import Balance
from nmr_emg.scoring.score import balance_score
from nmr_emg.testing import through

RATE = 250
NAN = float("nan")


def info(labels="abcd", **settings):
    return StreamInfo(RATE, tuple(Channel(label, **settings) for label in labels))


def block(rows, *, percent=None, envelope=None, rest=None, quality=None, start=0, columns=2, events=()):
    """A block of constant tracks."""

    def track(values, default, dtype=float):
        return np.broadcast_to(
            np.asarray(default if values is None else values, dtype), (rows, columns)
        ).copy()

    return Block(
        start,
        {
            "raw": np.zeros((rows, columns)),
            "percent": track(percent, NAN),
            "envelope": track(envelope, 0),
            "rest": track(rest, 0),
            "quality": track(quality, 0, np.uint8),
            "settling": np.zeros((rows, 1), bool),
        },
        events=events,
    )


def direction(*blocks, pairs=(("a", "b"),), labels="ab", **settings):
    return [b["balance"] for b in through(Balance(pairs, **settings), info(labels), blocks)]


@pytest.mark.parametrize(
    ("a", "b", "target"), [(50, 50, 1), (60, 40, 1), (40, 60, 1), (60, 20, 1), (50, 0, 1), (90, 30, 2)]
)
def test_on_constant_input_it_settles_on_the_score(a, b, target):
    (found,) = direction(block(20 * RATE, percent=[a, b]), target=float(target))
    expected = balance_score(a, b, target=target)
    assert found[-1, 0] == pytest.approx(expected.direction, abs=1e-9)
    assert 100 * (1 - abs(found[-1, 0])) == pytest.approx(expected.score, abs=1e-6)


def test_below_the_gate_there_is_no_needle():
    (found,) = direction(block(20 * RATE, percent=[4.0, 3.0]))
    assert np.isnan(found).all()


def test_it_follows_with_its_time_constant():
    steps = block(10 * RATE, percent=[50.0, 0.0]), block(10 * RATE, percent=[0.0, 50.0], start=10 * RATE)
    _, after = direction(*steps, smoothing=0.5)
    swapped = np.argmax(after[:, 0] < 0) / RATE
    assert swapped == pytest.approx(0.5 * np.log(2), abs=0.01)


def test_without_a_reference_it_compares_microvolts_above_rest():
    (found,) = direction(block(20 * RATE, envelope=[np.hypot(60, 2), np.hypot(20, 2)], rest=2.0))
    spread = 3 / (2 * np.sqrt(RATE * 0.35 * 0.1)) * 2
    assert found[-1, 0] == pytest.approx(balance_score(60, 20, epsilon=spread, gate=6).direction, abs=1e-9)
    (found,) = direction(block(20 * RATE, envelope=[np.hypot(5.9, 2), np.hypot(3, 2)], rest=2.0))
    assert np.isnan(found).all(), "5.9 µV are less than three times a rest of 2 µV"


def test_each_pair_goes_by_its_own_references():
    """A muscle without a reference must not take the percent of another pair away."""
    level = block(20 * RATE, percent=[60, 40, NAN, 80], envelope=[1000, 10, 300, 100], columns=4)
    (found,) = direction(level, pairs=(("a", "b"), ("c", "d")), labels="abcd")
    assert found[-1, 0] == pytest.approx(balance_score(60, 40).direction, abs=1e-9)
    assert found[-1, 1] == pytest.approx(balance_score(300, 100, epsilon=1e-12).direction, abs=1e-9)


def test_microvolts_do_not_leak_into_percent_when_a_reference_comes():
    told = Event("reference", 5 * RATE, data={"values": {"a": 100.0, "b": 100.0}})
    before = block(5 * RATE, envelope=[3000, 100])
    after = block(5 * RATE, percent=[30, 30], envelope=[3000, 100], start=5 * RATE, events=(told,))
    _, found = direction(before, after)
    assert abs(found[~np.isnan(found)]).max() < 1e-9


def test_a_bad_channel_blanks_its_own_pair_only():
    level = block(RATE, percent=50, quality=[2, 0, 1, 0], columns=4)
    (found,) = direction(level, pairs=(("a", "b"), ("c", "d")), labels="abcd")
    assert np.isnan(found[:, 0]).all()
    assert not np.isnan(found[RATE // 2 :, 1]).any()


def test_a_pair_names_labels_or_muscles_that_carry_emg():
    channels = (Channel("a", muscle="vastus medialis"), Channel("b"), Channel("x", unit="g", kind="aux"))
    stream = StreamInfo(RATE, channels)
    Balance((("vastus medialis", "b"),)).start(stream)
    with pytest.raises(ConfigError, match="no channel is called 'q'; there are a, b, x"):
        Balance((("a", "q"),)).start(stream)
    with pytest.raises(ConfigError, match="channel 'x' carries no EMG; it can't be one of a pair"):
        Balance((("a", "x"),)).start(stream)


def test_without_pairs_it_writes_no_columns():
    (found,) = direction(block(10), pairs=())
    assert found.shape == (10, 0)
