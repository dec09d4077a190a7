"""The board files of texts: µV computed by hand."""

import pytest

from nmr_emg.block import MICROVOLTS, microvolts
from nmr_emg.content import file
from nmr_emg.drivers.serial.board import load_board
from nmr_emg.drivers.serial.checking import checked
from nmr_emg.drivers.serial.fitting import fit
from nmr_emg.framing.lines.guess import guess


def fitted(name, text=None, seconds=1.0, **given):
    return fit(load_board(file("drivers", name)), given, guess(text, seconds).names if text else {})


def in_microvolts(info, *values):
    channel = info.channels[0]
    return [(value - channel.offset) * channel.scale * MICROVOLTS[channel.unit] for value in values]


@pytest.mark.parametrize("name", ["lines", "myoware"])
def test_the_file_stands_every_choice(name):
    checked(load_board(file("drivers", name)))


def test_an_uno_of_ten_bits_and_five_volts():
    """5 V / 1024 = 4882.8125 µV a step; behind an amplifier of 200, 24.4140625."""
    info = fitted("lines", kind="raw").info
    assert in_microvolts(info, 512, 513, 0) == [0, 4882.8125, -2.5e6]
    assert in_microvolts(fitted("lines", kind="raw", gain="200").info, 513) == [24.4140625]
    assert in_microvolts(fitted("lines", kind="envelope").info, 0, 1) == [0, 4882.8125]
    assert info.channels[0].full_scale == 2.5e6


def test_volts_and_filtered_values():
    assert in_microvolts(fitted("lines", kind="envelope", unit="V").info, 2.5) == pytest.approx([2.5e6])
    assert in_microvolts(fitted("lines", kind="raw", unit="V", gain="100").info, 2.6) == pytest.approx([1000])
    filtered = fitted("lines", kind="filtered", bits="12", vref="3.3").info
    assert filtered.channels[0].kind == "raw"
    assert in_microvolts(filtered, -1) == pytest.approx([-3.3e6 / 4096])
    assert in_microvolts(
        fitted("lines", kind="raw", unit="mV", vref="3.3").info, 1650, 1651
    ) == pytest.approx([0, 1000])


def test_what_was_heard_decides_and_the_user_decides_over_it():
    text = b"".join(b"EMG:%d ENV:%d\n" % (2048 + 300 * (-1) ** i, i // 9) for i in range(500))
    heard = fitted("lines", text)
    assert [(c.label, c.kind) for c in heard.info.channels] == [("EMG", "raw"), ("ENV", "envelope")]
    assert (heard.info.rate, heard.names["bits"]) == (500, 12)
    told = fitted("lines", text, kind="envelope,raw", rate="480", bits="14")
    assert [c.kind for c in told.info.channels] == ["envelope", "raw"]
    assert (told.info.rate, told.info.channels[1].offset) == (480, 8192)
    assert heard.framing.start()(b"\nEMG:2000 ENV:3\n").values.tolist() == [[2000, 3]]


def test_myoware_is_an_envelope_unless_told_otherwise():
    text = b"".join(b"%d\r\n" % (300 + 5 * i) for i in range(40))
    info = fitted("myoware", text, 2.0).info
    assert (info.rate, info.channels[0].kind) == (20, "envelope")
    assert in_microvolts(info, 100) == pytest.approx([488281.25])
    raw = fitted("myoware", text, 2.0, kind="raw").info
    assert raw.channels[0].kind == "raw"
    assert in_microvolts(raw, 513) == [24.4140625]


def test_every_emg_channel_has_a_unit_that_becomes_microvolts():
    for name in ("lines", "myoware"):
        microvolts(fitted(name).info)
