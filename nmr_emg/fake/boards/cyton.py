"""OpenBCI Cyton, with or without Daisy, as heard and spoken to through its USB dongle.

Facts: OpenBCI/OpenBCI_Cyton_Library (OpenBCI_32bit_Library.cpp and _Definitions.h), OpenBCI/OpenBCI_Radios.
"""

from collections.abc import Sequence
from struct import pack

from nmr_emg.fake.boards.cyton_commands import Commands
from nmr_emg.fake.boards.dongle import Dongle
from nmr_emg.fake.firmware import Firmware, Reply, wrapped

GAINS = (1, 2, 4, 6, 8, 12, 24)
RADIO = 0.02
"""Seconds from a command to its answer over the radio."""


class Cyton(Firmware):
    """Eight channels of 24 bits at 250 Hz; with Daisy sixteen at 125 Hz, in two frames a sample.

    Args:
        daisy: a Daisy module is plugged on.
        board_on: the board is switched on; otherwise only the dongle answers.
        direct: wired without dongle: frames begin with 0x41 and 0xF0 commands are unknown.
    """

    low = -(2**23)
    high = 2**23 - 1
    own_power = True

    def __init__(self, *, daisy: bool = False, board_on: bool = True, direct: bool = False) -> None:
        self.name = "cyton-daisy" if daisy else "cyton"
        self.commands = Commands(daisy=daisy)
        self.dongle = None if direct else Dongle()
        self.board_on = board_on
        self._start = b"A" if direct else b"\xa0"
        self._aux: tuple[int, ...] = ()
        self._follow()

    def power(self) -> list[Reply]:
        """Switched on, it says nothing before it is asked."""
        self.commands.reset()
        self._follow()
        return []

    def hear(self, data: bytes, now: float) -> list[Reply]:
        """Commands of the dongle (0xF0 and one or two more bytes), and of the board."""
        said, for_board = self.dongle.hear(data, board_on=self.board_on) if self.dongle else ([], data)
        if self.board_on:
            said += self.commands.hear(for_board.decode("latin-1"), now)
            self._follow()
        elif for_board:
            said.append("Failure: Communications timeout - Device failed to poll Host$$$")
        slow = 0.5 if b"v" in for_board else 0.0
        return [Reply(text.encode("latin-1"), RADIO + slow) for text in said]

    def measure(self, index: int, values: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Channels that are off measure nothing; a new acceleration comes with every tenth frame."""
        del index
        on = [settings[0] == 0 for settings in self.commands.settings]
        self._aux = self._sensed()
        counts = tuple(
            wrapped(v, self.low, self.high) if ok else 0 for v, ok in zip(values, on, strict=False)
        )
        return counts, self._aux

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """33 bytes: start, counter, 8 × int24, 6 bytes of aux, and a stop byte that says what the aux is."""
        values = rows[0][1]
        counter = self.commands.step()
        if self.frames_per_row == 2:  # even counters carry the Daisy's channels, odd ones the board's
            values = values[8:] if counter % 2 == 0 else values[:8]
        stop, aux = self._tail(counter)
        body = b"".join(value.to_bytes(3, "big", signed=True) for value in values[:8])
        return self._start + bytes([counter]) + body + aux + bytes([stop])

    def _sensed(self) -> tuple[int, ...]:
        """What comes beside the channels: acceleration anew in every tenth frame, pins and markers in every one."""
        counter, mode = self.commands.counter, self.commands.mode
        if mode == "default":
            step = self.commands.frames // 10 % 100
            return (16 * step + 16, -16 * step - 32, 8000) if counter % 10 == 0 else self._aux or (0, 0, 0)
        if mode == "analog":
            return counter, 512, 1023
        if mode == "digital":
            return counter >> 4 & 1, 0, 0, 1, 0
        return (self.commands.take_marker(),) if mode == "marker" else ()

    def _follow(self) -> None:
        """What the commands have changed."""
        self.channels = self.commands.channels
        self.frames_per_row = 2 if self.channels == 16 else 1
        self.rate = 250.0 / self.frames_per_row
        self.restarts = self.commands.restarts
        self.baud = self.dongle.baud if self.dongle else 115200
        self.streaming = self.board_on and self.commands.streaming
        self.microvolts = 4.5e6 / GAINS[self.commands.settings[0][1]] / (2**23 - 1)

    def _tail(self, counter: int) -> tuple[int, bytes]:
        commands = self.commands
        if commands.stamps:
            return self._stamped(counter)
        if commands.mode == "default":
            return 0xC0, pack(">3h", *(self._aux if counter % 10 == 0 else (0, 0, 0)))
        if commands.mode == "digital":
            *first, last = self._aux
            return 0xC1, bytes([*first, 0, last])
        words = (*self._aux, 0, 0, 0)
        return 0xC1, pack(">3H", *words[:3])

    def _stamped(self, counter: int) -> tuple[int, bytes]:
        milliseconds = (4 * self.commands.frames) % 2**32
        first = self.commands.first_stamp()
        if self.commands.mode != "default":
            return 0xC5 if first else 0xC6, pack(">HI", 0, milliseconds)
        axis = counter % 10 - 7
        value = self._aux[axis] if axis >= 0 else 0
        return 0xC3 if first else 0xC4, pack(">hI", value, milliseconds)
