"""Whatever prints numbers in lines: Arduino sketches, MyoWare, the Serial Plotter's grammar.

Facts: arduino/Arduino, build/shared/ArduinoSerialPlotterProtocol.md; sparkfun/SparkFun_MyoWare_Code_Examples.
"""

from collections.abc import Sequence

from nmr_emg.errors import ConfigError
from nmr_emg.fake.firmware import Firmware, Reply

RESET = 1.6
CLOCKS = {"": 0, "ms": 10**3, "us": 10**6}


class Lines(Firmware):
    r"""One line a sample.

    Args:
        channels: values a line.
        rate: lines a second.
        bits: of the converter.
        separator: between values.
        labels: written before each value, with a colon; none unless given.
        banner: said after a reset.
        time: "ms" or "us": each line begins with the time since the reset, in 32 bits.
        volts: values are volts of 5 V with this many digits, instead of counts; 0: counts.
        decimal: "." or ",".
        newline: ends a line.
        baud: speed of the port.
        boot: seconds from a reset until the banner.
    """

    name = "lines"
    low = 0
    resets_on_open = True

    def __init__(
        self,
        *,
        channels: int = 1,
        rate: float = 500.0,
        bits: int = 10,
        separator: str = ",",
        labels: Sequence[str] = (),
        banner: str = "",
        time: str = "",
        volts: int = 0,
        decimal: str = ".",
        newline: str = "\r\n",
        baud: int = 115200,
        boot: float = RESET,
    ) -> None:
        if time not in CLOCKS:
            raise ConfigError(f"time is {time!r}; it must be ms or us, or left out")
        if labels and len(labels) != channels:
            raise ConfigError(f"there are {len(labels)} labels for {channels} channels")
        if not 1 <= bits <= 31:
            raise ConfigError(f"bits is {bits}; it must be from 1 to 31")
        self.channels, self.rate, self.baud, self.boot = channels, rate, baud, boot
        self.high = 2**bits - 1
        self.zero = 2 ** (bits - 1)
        self.microvolts = 5e6 / 2**bits / 1000
        self.streaming = True
        self._separator, self._labels, self._newline = separator, tuple(labels), newline
        self._banner, self._clock = banner, CLOCKS[time]
        self._bits, self._digits, self._decimal = bits, volts, decimal
        self._lines = 0

    def power(self) -> list[Reply]:
        """It greets and prints at once."""
        self._lines = 0
        return [Reply((self._banner + self._newline).encode())] if self._banner else []

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """One line."""
        parts = [self._written(value) for value in rows[0][1]]
        if self._labels:
            parts = [f"{label}:{part}" for label, part in zip(self._labels, parts, strict=True)]
        if self._clock:
            parts.insert(0, str(round(self._lines * self._clock / self.rate) % 2**32))
        self._lines += 1
        return (self._separator.join(parts) + self._newline).encode()

    def _written(self, value: int) -> str:
        if not self._digits:
            return str(value)
        return f"{value * 5 / 2**self._bits:.{self._digits}f}".replace(".", self._decimal)


class MyoWare(Lines):
    """A MyoWare sensor on an Arduino that prints its envelope 20 times a second at 9600 baud, as the examples do."""

    name = "myoware"
    envelope = True

    def __init__(self, *, rate: float = 20.0, boot: float = RESET, volts: int = 0) -> None:
        super().__init__(rate=rate, baud=9600, boot=boot, volts=volts)
        self.zero = 0
