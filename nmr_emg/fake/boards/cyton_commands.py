"""What a Cyton does when it is sent a letter. Facts: OpenBCI_32bit_Library.cpp, processChar and what it calls."""

END = "$$$"
CHANNELS = "12345678QWERTYUI"
OFF = "12345678qwertyui"
ON = "!@#$%^&*QWERTYUI"
TEST_SIGNALS = "0-=p[]"
MODES = ("default", "debug", "analog", "digital", "marker", "BLE")
RATES = ("16000", "8000", "4000", "2000", "1000", "500", "250")
SHIPPED = (0, 6, 0, 1, 1, 0)
"""On, gain 24, normal input, bias, SRB2, no SRB1."""

PATIENCE = 1.0
"""Seconds that a command of several letters may take."""
LENGTHS = {"x": 8, "z": 4, "/": 1, "~": 1, "`": 1}
"""Letters that follow the first of a command."""


class Commands:
    """Settings of a Cyton and the letters that change them."""

    def __init__(self, *, daisy: bool) -> None:
        self.daisy = daisy
        self.restarts = 0
        self.reset()

    def reset(self) -> None:
        """As shipped, and not streaming."""
        self.channels = 16 if self.daisy else 8
        self.settings: list[tuple[int, ...]] = [SHIPPED] * 16
        self.lead_off = [(0, 0)] * 16
        self.mode = "default"
        self.rate_code = 6
        self.streaming = False
        self.stamps = False
        self.frames = 0
        self.counter = 0
        self._marker = 0
        self._stamped = False
        self._pending = ""
        self._deadline = 0.0

    def step(self) -> int:
        """The counter of the next frame; it goes on by one."""
        now, self.counter = self.counter, (self.counter + 1) % 256
        self.frames += 1
        return now

    def take_marker(self) -> int:
        """The marker that waits, once."""
        marker, self._marker = self._marker, 0
        return marker

    def first_stamp(self) -> bool:
        """Whether this is the first frame with a time stamp."""
        first, self._stamped = not self._stamped, True
        return first

    def hear(self, text: str, now: float) -> list[str]:
        """Letters; what the board says to each."""
        said = [self._too_late(now)] + [self._letter(letter, now) for letter in text]
        return [one for one in said if one]

    def _too_late(self, now: float) -> str:
        if not self._pending or now < self._deadline:
            return ""
        self._pending = ""
        return f"Timeout processing multi byte message - please send all commands at once as of v2{END}"

    def _letter(self, letter: str, now: float) -> str:
        if self._pending:
            self._pending += letter
            return self._several()
        if letter in LENGTHS:
            self._pending, self._deadline = letter, now + PATIENCE
            return ""
        if letter in OFF or letter in ON:
            self._switch(letter)
            return ""
        return self._one(letter)

    def _one(self, letter: str) -> str:
        if letter in "bs":
            self._stream(on=letter == "b")
            return ""
        if letter == "v":
            self.reset()
            return self._banner()
        if letter == "V":
            return f"v3.1.2{END}"
        if letter in "cC":
            return self._daisy(wanted=letter == "C")
        return "" if self.streaming and letter not in "<>d" else self._idle(letter)

    def _idle(self, letter: str) -> str:
        if letter == "?":
            return self._registers()
        if letter == "D":
            return "".join(map(str, SHIPPED)) + END
        if letter == "d":
            self.settings = [SHIPPED] * 16
            self._restart()
            return self._unless_streaming(f"updating channel settings to default{END}")
        if letter in "<>":
            self.stamps, self._stamped = letter == "<", False
            return self._unless_streaming(f"Time stamp {'ON' if self.stamps else 'OFF'}{END}")
        if letter in TEST_SIGNALS:
            source = 1 if letter == "0" else 5
            self.settings = [(*one[:2], source, *one[3:]) for one in self.settings]
            return f"Success: Configured internal test signal.{END}"
        return ""

    def _several(self) -> str:
        command, rest = self._pending[0], self._pending[1:]
        latch = {"x": "X", "z": "Z"}.get(command)
        if latch and rest[-1] == latch and len(rest) < LENGTHS[command]:
            self._pending = ""
            return self._unless_streaming(f"Failure: too few chars{END}")
        if len(rest) < LENGTHS[command]:
            return ""
        self._pending = ""
        if latch:
            return self._unless_streaming(self._latched(command, rest, latch))
        return {"/": self._set_mode, "~": self._set_rate, "`": self._mark}[command](rest)

    def _latched(self, command: str, rest: str, latch: str) -> str:
        if rest[-1] != latch:
            return f"Failure: Err: {'9th' if command == 'x' else '5th'} char not {latch}{END}"
        channel = max(0, CHANNELS.find(rest[0]))
        numbers = tuple(int(one) if one.isdigit() else 0 for one in rest[1:-1])
        if command == "z":
            self.lead_off[channel] = (numbers[0], numbers[1])
            self._restart()
            return f"Success: Lead off set for {channel + 1}{END}"
        self.settings[channel] = numbers
        self._restart()
        return f"Success: Channel set for {channel + 1}{END}"

    def _set_mode(self, code: str) -> str:
        if code.isdigit() and int(code) >= len(MODES):
            return f"Failure: board mode value out of bounds.{END}"
        if not code.isdigit() and code != "/":
            return f"Failure: invalid board mode value.{END}"
        self.mode = self.mode if code == "/" else MODES[int(code)]
        return f"Success: {self.mode}{END}"

    def _set_rate(self, code: str) -> str:
        if code.isdigit() and int(code) >= len(RATES):
            return self._unless_streaming(f"Failure: sample value out of bounds{END}")
        if not code.isdigit() and code != "~":
            return self._unless_streaming(f"Failure: invalid sample value{END}")
        self.rate_code = self.rate_code if code == "~" else int(code)
        said = f"Success: Sample rate is {RATES[self.rate_code]}Hz{END}"
        return said if code == "~" else self._unless_streaming(said)

    def _mark(self, letter: str) -> str:
        self._marker = ord(letter)
        return ""

    def _stream(self, *, on: bool) -> None:
        if on:
            self.rate_code = 6  # over the radio nothing faster goes
            self.counter = 0
        self.streaming = on

    def _switch(self, letter: str) -> None:
        down = letter in OFF
        channel = (OFF if down else ON).index(letter)
        self.settings[channel] = (int(down), *self.settings[channel][1:])
        self._restart()

    def _restart(self) -> None:
        """A setting stops the converter and starts it again, and its counter begins anew."""
        if self.streaming:
            self.counter = 0
            self.restarts += 1

    def _daisy(self, *, wanted: bool) -> str:
        before = self.channels
        if not wanted:
            self.channels = 8
            return f"daisy removed{END}" if before == 16 else ""
        self.channels = 16 if self.daisy else 8
        if not self.daisy:
            return f"no daisy to attach!8{END}"
        return f"{'daisy attached' if before == 8 else ''}16{END}"

    def _unless_streaming(self, text: str) -> str:
        return "" if self.streaming else text

    def _banner(self) -> str:
        lines = ["OpenBCI V3 8-16 channel", "On Board ADS1299 Device ID: 0x3E"]
        lines += ["On Daisy ADS1299 Device ID: 0x3E"] if self.daisy else []
        lines += ["LIS3DH Device ID: 0x33", "Firmware: v3.1.2"]
        return "\r\n".join(lines) + f"\r\n{END}"

    def _registers(self) -> str:
        def channel(n: int) -> str:
            value = self.settings[n][0] << 7 | self.settings[n][1] << 4 | self.settings[n][4] << 3
            bits = ", ".join(f"{value:08b}")
            return f"CH{n % 8 + 1}SET, {n % 8 + 5:02X}, {value:02X}, {bits}"

        chips = {"Board ADS": range(8)} | ({"Daisy ADS": range(8, 16)} if self.channels == 16 else {})
        lines = []
        for chip, numbers in chips.items():
            lines += [
                "",
                f"{chip} Registers",
                "ADS_ID, 00, 3E, 0, 0, 1, 1, 1, 1, 1, 0",
                *map(channel, numbers),
            ]
        lines += ["", "LIS3DH Registers", "0x0F.33", ""]
        return "\r\n".join(lines) + END
