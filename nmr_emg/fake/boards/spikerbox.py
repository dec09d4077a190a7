"""Backyard Brains SpikerShields and SpikerBoxes with a serial port.

Facts: BackyardBrains/SpikerShield, SpikeRecorderSpikerShield_V1_1.ino; docs.backyardbrains.com, "USB communication
with SpikerBox".
"""

from collections.abc import Sequence

from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware, Reply

BEGIN = b"\xff\xff\x01\x01\x80\xff"
END = b"\xff\xff\x01\x01\x81\xff"
SHIELD_TIMER = 16e6 / 8 / 199
"""Samples a second of all channels together: a timer of 16 MHz / 8 that counts to 198."""

MODELS = {  # hardware type, bits, most channels, samples a second of all together (0: 5000 each), resets, baud
    "shield": ("MUSCLESS", 10, 6, SHIELD_TIMER, True, 222222),
    "human": ("HUMANSB", 14, 4, 0.0, False, 230400),
    "pro": ("MSBPCDC", 10, 2, 0.0, False, 230400),
}
RESET = 1.6


class SpikerBox(Firmware):
    """Two bytes of seven bits a value; only a frame's first byte has its highest bit set. No counter, no check.

    Args:
        model: "shield", "human" or "pro".
        channels: before it is told otherwise.
        event_every: a hardware event is sent before every so manieth frame; 0: never.
        boot: seconds from a reset until it hears.
    """

    name = "spikerbox"
    low = 0

    def __init__(
        self, *, model: str = "shield", channels: int = 1, event_every: int = 0, boot: float | None = None
    ) -> None:
        if model not in MODELS:
            raise ConfigError(f"there is no SpikerBox {model!r}; there are {', '.join(MODELS)}")
        self.hardware, self._bits, self.most, self._timer, self.resets_on_open, self.baud = MODELS[model]
        if not 1 <= channels <= self.most:
            raise ConfigError(f"channels is {channels}; a SpikerBox {model} has 1 to {self.most}")
        self.boot = (RESET if self.resets_on_open else 0.0) if boot is None else boot
        self.high = 2**self._bits - 1
        self.zero = 2 ** (self._bits - 1)
        self.microvolts = 5e6 / 2**self._bits / 1000
        self.streaming = True
        self.markers: list[tuple[int, int]] = []
        """Hardware events: index of the sample that came next, and its number."""
        self._first = channels
        self._every = event_every
        self._frames = 0
        self._heard = b""
        self._set(channels)

    def power(self) -> list[Reply]:
        """It greets and streams at once."""
        self.streaming, self._heard = True, b""
        self._set(self._first)
        return [Reply(b"StartUp!\r\n")] if self.hardware == "MUSCLESS" else []

    def hear(self, data: bytes, now: float) -> list[Reply]:
        """Lines of commands NAME:VALUE; the answer comes inside the stream."""
        del now
        self._heard += data
        said: list[Reply] = []
        while b"\n" in self._heard:
            line, self._heard = self._heard.split(b"\n", 1)
            for command in line.decode("latin-1").removeprefix("conf ").split(";"):
                name, colon, value = command.strip().partition(":")
                answer = self._command(name, value) if colon else ""
                said += [Reply(message(answer))] if answer else []
        return said

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """2 n bytes; before them the message of an event."""
        index, values = rows[0]
        frame = bytearray()
        for value in values:
            frame += bytes([value >> 7 & 0x7F, value & 0x7F])
        frame[0] |= 0x80
        self._frames += 1
        if self._every and self._frames % self._every == 0:
            number = self._frames // self._every % 9 + 1
            self.markers.append((index, number))
            return message(f"EVNT:{number};") + bytes(frame)
        return bytes(frame)

    def _command(self, name: str, value: str) -> str:
        if name == "b":
            return f"HWT:{self.hardware};"
        if name == "?" and self.hardware != "MUSCLESS":
            return f"FWV:1.20;HWT:{self.hardware};HWV:1.0;"
        if name == "board" and self.hardware == "HUMANSB":
            return "BRD:0;"
        if name == "max" and self.hardware != "MUSCLESS":
            return f"MSF:{10000 if self.most == 2 else 5000};MNC:{self.most};"
        if name in ("start", "h") and self.hardware != "MUSCLESS":
            self.streaming = name == "start"
        if name == "c" and value.isdigit() and 1 <= int(value) <= self.most:
            self._set(int(value))
        return ""

    def _set(self, channels: int) -> None:
        self.channels = channels
        each = 10000.0 if self.most == 2 else 5000.0
        self.rate = self._timer / channels if self._timer else each


def message(text: str) -> bytes:
    """A message inside the stream.

    >>> message("HWT:MUSCLESS;")[:6].hex(" "), message("HWT:MUSCLESS;")[-6:].hex(" ")
    ('ff ff 01 01 80 ff', 'ff ff 01 01 81 ff')
    """
    return BEGIN + text.encode() + END
