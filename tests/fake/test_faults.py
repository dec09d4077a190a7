"""Faults: what they do to the bytes, when, and what the truth says about it."""

from itertools import pairwise

import numpy as np
import pytest

from nmr_emg.errors import ConfigError
from nmr_emg.fake import Fault, arrivals, stream
from nmr_emg.fake.uart import garbled

CLEAN = stream("olimex", 1000)[0]
FRAME = 17


def counters(data: bytes) -> list[int]:
    assert len(data) % FRAME == 0
    return [data[n + 3] for n in range(0, len(data), FRAME)]


def test_dropped_frames_are_missing_and_the_counter_goes_on():
    data, truth = stream("olimex", 1000, ["drop=3@500"])
    assert data == CLEAN[: 500 * FRAME] + CLEAN[503 * FRAME :]
    assert truth.indices("withheld").tolist() == [500, 501, 502]
    assert truth.values().shape == (997, 6)


def test_a_muted_board_samples_on():
    data, truth = stream("olimex", 1000, ["mute=1@250"])
    assert data == CLEAN[: 250 * FRAME] + CLEAN[500 * FRAME :]
    assert truth.indices("withheld").tolist() == list(range(250, 500))


def test_a_frame_sent_twice():
    data, truth = stream("olimex", 10, ["duplicate@5"])
    assert data == CLEAN[: 6 * FRAME] + CLEAN[5 * FRAME : 10 * FRAME]
    assert len(truth.having("sent")) == 10


@pytest.mark.parametrize(
    ("words", "bytes_more"), [("drop_bytes=2", -2), ("insert=3", 3), ("truncate=4", -4), ("flip=2", 0)]
)
def test_damage_touches_one_frame_only(words, bytes_more):
    data, truth = stream("olimex", 1000, [f"{words}@500"], seed=2)
    assert len(data) == len(CLEAN) + bytes_more
    assert data.startswith(CLEAN[: 500 * FRAME])
    assert data.endswith(CLEAN[501 * FRAME :])
    assert truth.indices("damaged").tolist() == [500]
    if words == "flip=2":
        changed = np.frombuffer(data, np.uint8) ^ np.frombuffer(CLEAN, np.uint8)
        assert np.unpackbits(changed).sum() == 2


def test_garbage_and_text_lie_between_frames():
    data, truth = stream("olimex", 10, ["burst=40@3", "text=StartUp!@6"], seed=1)
    assert data[: 3 * FRAME] == CLEAN[: 3 * FRAME]
    assert data[3 * FRAME + 40 : 6 * FRAME + 40] == CLEAN[3 * FRAME : 6 * FRAME]
    assert data[6 * FRAME + 40 :] == b"StartUp!" + CLEAN[6 * FRAME : 10 * FRAME]
    assert len(truth.having("sent")) == 10
    assert b"Failure: Board RFduino buffer overflowed" in stream("cyton", 2, ["text@1"])[0]


def test_chance_and_every():
    _, truth = stream("olimex", 5000, ["drop@10%"], seed=3)
    assert 400 < len(truth.having("withheld")) < 600
    _, same = stream("olimex", 5000, ["drop@10%"], seed=3)
    assert truth.indices("withheld").tolist() == same.indices("withheld").tolist()
    _, other = stream("olimex", 5000, ["drop@10%"], seed=4)
    assert truth.indices("withheld").tolist() != other.indices("withheld").tolist()
    _, regular = stream("olimex", 1000, ["drop@/250"])
    assert regular.indices("withheld").tolist() == [249, 499, 749, 999]


def test_a_fault_at_a_second():
    _, truth = stream("olimex", 1000, ["drop@2s"])
    assert truth.indices("withheld").tolist() == [500]


def test_a_power_cycle_begins_anew():
    pieces, truth = arrivals("olimex", 300, ["power_cycle=2@100"])
    counted = counters(b"".join(piece.data for piece in pieces))
    assert counted[98:103] == [98, 99, 0, 1, 2]
    assert truth[100].time - truth[99].time == pytest.approx(2.004)
    assert truth.indices().tolist() == list(range(300))


def test_an_unplugged_cyton_samples_on_and_an_arduino_does_not():
    _, cyton = stream("cyton", 1000, ["unplug=1@500"])
    assert len(cyton.having("withheld")) == 250
    data, olimex = stream("olimex", 1000, ["unplug=1@500"])
    assert not olimex.having("withheld")
    assert counters(data)[499:501] == [499 % 256, 0]


def times(faults, frames=1000):
    return [piece.time for piece in arrivals("olimex", frames, faults)[0]]


def test_a_stall_brings_everything_at_once():
    arrived = times(["stall=0.5@250"])
    assert arrived[249] == pytest.approx(0.996)
    assert arrived[250:375] == pytest.approx([1.5] * 125)
    assert arrived[376] == pytest.approx(1.504)


def test_late_bytes_come_in_bursts():
    arrived = times(["late=0.016"])
    assert len(set(arrived)) == pytest.approx(250, abs=1)
    assert all(0 <= late - n * 0.004 < 0.016 for n, late in enumerate(arrived))


def test_a_dribble_brings_every_byte_alone():
    pieces, _ = arrivals("olimex", 10, ["dribble=0.02"])
    assert [len(piece.data) for piece in pieces[:90]] == [1] * 85 + [17] * 5
    assert all(a.time < b.time for a, b in pairwise(pieces))
    assert b"".join(piece.data for piece in pieces) == CLEAN[: 10 * FRAME]


def test_a_clock_that_drifts():
    assert times(["drift=100"], 10001)[-1] == pytest.approx(40 / 1.0001)


def test_garbled_bytes_are_those_of_a_wrong_speed():
    assert garbled(b"A", 1.0) == b"A"
    # 0x55 is 0 10101010 1 on the line; at twice the speed each bit is read twice: 0 0110 0110 1 1 …
    assert garbled(b"U", 2.0)[0] == 0b01100110
    data, truth = stream("olimex", 300, ["garble=0.4@100"])
    assert truth.indices("damaged").tolist() == list(range(100, 200))
    assert data.endswith(CLEAN[200 * FRAME : 300 * FRAME])


def test_faults_in_words():
    assert Fault.parse("stall") == Fault("stall", 1.0, frame=0)
    assert Fault.parse("text=Failure: x$$$@/50") == Fault("text", 0.0, every=50, text="Failure: x$$$")
    assert Fault.parse("unplug@3s").amount == float("inf")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("drp", "there is no fault 'drp'; there are drop, "),
        ("drop=x", "an amount is a number"),
        ("drop@soon", "an amount is a number, and WHEN"),
        ("drop@/0", "WHEN"),
        ("drop@200%", "a chance of 200%"),
        ("drop@", "say KIND"),
        ("", "say KIND"),
    ],
)
def test_wrong_words_are_told(words, told):
    with pytest.raises(ConfigError, match=told):
        Fault.parse(words)
