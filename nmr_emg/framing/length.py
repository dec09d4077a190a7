"""Packets that say how long they are, of several sensors on one line: uMyo.

The base of a uMyo passes on what it hears: 4F D5, the signal strength, then the packet as it was on air: number, length,
sensor, 80 + number of samples, four bytes of status, a count, the samples, and more that is not read
(ultimaterobotics/uMyo_python_tools, umyo_parser.py).
"""

from dataclasses import dataclass

from nmr_emg.framing.checks import counting
from nmr_emg.framing.fields import dtype_of
from nmr_emg.framing.frames import Parse
from nmr_emg.framing.length_read import reader
from nmr_emg.framing.packets import Packets
from nmr_emg.timing.counter import Counting


@dataclass(frozen=True, slots=True)
class LengthPrefixed(Packets):
    """Packets with a length byte, of one of the sensors that are heard.

    A packet is taken once the first bytes of the next one are there: nothing at its end tells that none is missing.
    Packets of other sensors than the one streamed are passed over.
    """

    @property
    def dtype(self) -> str:
        """The smallest type that holds every column exactly."""
        return dtype_of(self.columns)

    @property
    def counting(self) -> Counting:
        """256 packets a cycle."""
        return counting(256 * self.samples)

    def start(self) -> Parse:
        """A parser at the beginning of a stream."""
        return reader(self)
