"""A fake board for everyone: plays any known board over a port, with faults, and tells what it truly sampled."""

from nmr_emg.fake.board import FakeBoard
from nmr_emg.fake.boards import BOARDS
from nmr_emg.fake.delivery import Piece
from nmr_emg.fake.faults import KINDS, Fault
from nmr_emg.fake.firmware import Firmware, Reply
from nmr_emg.fake.stream import arrivals, stream
from nmr_emg.fake.truth import Sample, Truth

__all__ = [
    "BOARDS",
    "KINDS",
    "FakeBoard",
    "Fault",
    "Firmware",
    "Piece",
    "Reply",
    "Sample",
    "Truth",
    "arrivals",
    "stream",
]
