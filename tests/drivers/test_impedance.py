"""Contact of electrodes: a known resistance under a known current is found."""

import sys
from math import pi, sin

import pytest

from nmr_emg import content
from nmr_emg.drivers.serial.impedance import contacts
from nmr_emg.errors import ConfigError
from nmr_emg.fake import FakeBoard

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
pytest.importorskip("serial")

COUNT = 4.5e6 / 24 / 8388607  # µV
OHM = (0, 5_000, 10_000, 50_000, 200_000, 1_000, 20_000)


def test_contacts_of_a_cyton():
    """6 nA through contact and 2.2 kΩ in series, at 31.25 Hz; the last channel is open and sits at the rail."""

    def signal(index, channels):
        wave = sin(2 * pi * 31.25 * index / 250) * 6e-9 * 1e6 / COUNT
        return [*(round(5000 + wave * (ohm + 2200)) for ohm in OHM), 8388607][:channels]

    with FakeBoard("cyton", signal=signal) as fake:
        found = contacts(content.file("drivers", "cyton"), {"port": fake.port}, seconds=1.0)
        heard = fake.heard
    assert [(one.label, one.side) for one in found] == [
        (f"ch{n}", side) for side in ("positive", "negative") for n in range(1, 9)
    ]
    assert found[7].ohm is None
    for one, ohm in zip(found[:7], OHM, strict=True):
        assert one.ohm == pytest.approx(ohm, abs=15)
    for n in (b"1", b"8"):
        on, off = heard.index(b"z%b10Z" % n), heard.index(b"z%b00Z" % n)
        assert on < off
        assert b"z%b01Z" % n in heard


def test_a_board_that_cannot_measure_contact_says_so():
    with pytest.raises(ConfigError, match="olimex has no means to measure the contact"):
        contacts(content.file("drivers", "olimex"), {})
