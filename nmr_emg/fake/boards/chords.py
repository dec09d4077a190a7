"""Upside Down Labs Chords firmware.

Facts: upsidedownlabs/Chords-Arduino-Firmware, UNO-R3.ino and NPG-LITE-Serial.ino; boards: upsidedownlabs/Chords-Python,
chordspy/chords_serial.py.
"""

from collections.abc import Sequence

from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware, Reply

MODELS = {  # rate, channels, bits, whether opening the port resets it
    "UNO-R3": (250.0, 6, 10, True),
    "UNO-CLONE": (250.0, 6, 10, True),
    "GENUINO-UNO": (250.0, 6, 10, True),
    "UNO-R4": (500.0, 6, 14, False),
    "RPI-PICO-RP2040": (500.0, 3, 12, False),
    "NANO-CLONE": (250.0, 8, 10, True),
    "NANO-CLASSIC": (250.0, 8, 10, True),
    "STM32F4-BLACK-PILL": (500.0, 8, 12, False),
    "STM32G4-CORE-BOARD": (500.0, 16, 12, False),
    "MEGA-2560-R3": (250.0, 16, 10, True),
    "MEGA-2560-CLONE": (250.0, 16, 10, True),
    "GIGA-R1": (500.0, 6, 16, False),
    "NPG-LITE": (500.0, 3, 12, False),
}
RESET = 1.6
SILENCE = 1.0
"""Seconds of silence until a command is taken (Arduino's readString)."""


class Chords(Firmware):
    """Frames of C7 7C, counter, a big-endian word a channel, 01.

    Boards read a command until there was silence for a second, so two commands within it fuse and are ignored. The
    NPG-LITE reads lines, and any byte it receives while streaming stops it. Stopping is not confirmed; the counter
    goes on from start to start.

    Args:
        model: one of `MODELS`.
        boot: seconds from a reset until it hears; as of the model unless given.
    """

    name = "chords"
    low = 0

    def __init__(self, *, model: str = "UNO-R3", boot: float | None = None) -> None:
        if model not in MODELS:
            raise ConfigError(f"there is no Chords board {model!r}; there are {', '.join(MODELS)}")
        self.model = model
        self.rate, self.channels, bits, self.resets_on_open = MODELS[model]
        self.boot = (RESET if self.resets_on_open else 0.0) if boot is None else boot
        self.high = 2**bits - 1
        self.zero = 2 ** (bits - 1)
        self.microvolts = (3.3e6 if bits == 12 else 5e6) / 2**bits / 1000
        self.baud = 115200 if model == "UNO-R4" else 230400
        self.streaming = False
        self._counter = 0
        self._command = b""
        self._until = 0.0

    def power(self) -> list[Reply]:
        """It waits for commands."""
        self.streaming, self._counter, self._command = False, 0, b""
        return []

    def hear(self, data: bytes, now: float) -> list[Reply]:
        """WHORU, START, STOP and STATUS."""
        if data:
            self._command += data
            self._until = now + SILENCE
        if self.model == "NPG-LITE":
            return self._lines(data)
        if self._command and now >= self._until:
            word, self._command = self._command.strip().decode("latin-1"), b""
            return self._said(word, "START" if self.streaming else "STOP")
        return []

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """2 n + 4 bytes."""
        words = b"".join(value.to_bytes(2, "big") for value in rows[0][1])
        step = self.model == "NPG-LITE"  # it counts before it sends
        sent = (self._counter + step) % 256
        self._counter = (self._counter + 1) % 256
        return b"\xc7\x7c" + bytes([sent]) + words + b"\x01"

    def _lines(self, data: bytes) -> list[Reply]:
        if data:
            self.streaming = False
        said: list[Reply] = []
        while b"\n" in self._command:
            line, self._command = self._command.split(b"\n", 1)
            word = line.strip().decode("latin-1").upper()
            said += self._said(word, "RUNNING" if self.streaming else "STOPPED")
            if word not in ("WHORU", "START", "STOP", "STATUS"):
                said.append(Reply(b"UNKNOWN COMMAND\r\n"))
        return said

    def _said(self, word: str, status: str) -> list[Reply]:
        if word in ("START", "STOP"):
            self.streaming = word == "START"
        answer = {"WHORU": self.model, "STATUS": status}.get(word)
        return [Reply(f"{answer}\r\n".encode())] if answer else []
