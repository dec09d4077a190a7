"""A board at work: it measures a signal, writes frames, and what it measured is remembered."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nmr_emg.fake.firmware import Firmware
from nmr_emg.fake.signal import Signal
from nmr_emg.fake.truth import Sample, State, Truth

_Measured = tuple[int, tuple[int, ...], tuple[int, ...]]


@dataclass(slots=True)
class Sampler:
    """Takes samples for one frame after the other.

    Args:
        firmware: of the board.
        signal: what it measures.
        truth: where it is remembered.
    """

    firmware: Firmware
    signal: Signal
    truth: Truth
    _index: int = 0
    _half: int = 0
    _restarts: int = 0
    _taken: list[_Measured] = field(default_factory=list)

    def take(self) -> bytes:
        """The next frame."""
        board = self.firmware
        if board.restarts != self._restarts:
            self._restarts = board.restarts
            self.skip_half()
        stop = self._index + board.rows_per_frame
        self._taken = [self._measure(index) for index in range(self._index, stop)]
        self._half = (self._half + 1) % board.frames_per_row
        self._index = self._index if self._half else stop
        return board.encode([(index, values) for index, values, _ in self._taken])

    def settle(self, state: State, time: float) -> None:
        """What became of that frame, whose last sample was taken at `time`."""
        last, rate = len(self._taken) - 1, self.firmware.rate
        for n, (index, values, aux) in enumerate(self._taken):
            self.truth.add(Sample(index, time - (last - n) / rate, values, aux, state))

    def skip_half(self) -> None:
        """Begin with a whole sample again, as boards do when they start."""
        if self._half:
            self._half = 0
            self._index += 1

    def _measure(self, index: int) -> _Measured:
        values: Sequence[int] = self.signal(index, self.firmware.channels)
        return (index, *self.firmware.measure(index, values))
