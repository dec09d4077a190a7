"""Bytes from ShieldEkgEmgDemo.ino: A5 5A 02, counter, six values high byte first, switches."""

import pytest

BYTES = """
A5 5A 02 FE  02 00  00 00  03 FF  02 01  01 FF  00 01  01
A5 5A 02 FF  02 00  02 00  02 00  02 00  02 00  02 00  0A
A5 5A 02 00  00 00  00 00  00 00  00 00  00 00  00 00  04
A5 5A 02 05  03 FF  03 FF  03 FF  03 FF  03 FF  03 FF  0F
"""


def test_values_and_counts(read):
    board = read("olimex", BYTES)
    assert board.values == [
        [512, 0, 1023, 513, 511, 1],
        [512] * 6,
        [0] * 6,
        [1023] * 6,
    ]
    assert board.ids == [254, 255, 0, 5]
    assert board.info.labels == ("ch1", "ch2", "ch3", "ch4", "ch5", "ch6")


def test_its_rate_is_what_its_timer_makes_of_256(read):
    assert read("olimex", BYTES).info.rate == 250
    assert read("olimex", BYTES, rate="256").info.rate == 256


def test_scale(read):
    # 5 V / 1024 / (10 × 80 × 3.56) = 1.7145 µV; the rail is 2.5 V / 2848 = 877.8 µV.
    board = read("olimex", BYTES)
    assert board.microvolts[0][0] == 0
    assert board.microvolts[0][3] == pytest.approx(1.7145, abs=1e-4)
    assert board.microvolts[2][0] == pytest.approx(-877.81, abs=0.01)
    assert board.info.channels[0].full_scale == pytest.approx(877.81, abs=0.01)
    # at 3.3 V: 3.3e6 / 1024 / 2848
    assert read("olimex", BYTES, vref="3.3").microvolts[0][3] == pytest.approx(1.1316, abs=1e-4)


def test_switches_come_along_if_wished(read):
    board = read("olimex", BYTES, aux="switches", channels="1")
    assert board.info.labels == ("ch1", "switch_1", "switch_2", "switch_3", "switch_4")
    assert [row[1:] for row in board.values] == [[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0], [1, 1, 1, 1]]


def test_nothing_is_said_to_it(talk):
    assert talk("olimex", {}) == []
