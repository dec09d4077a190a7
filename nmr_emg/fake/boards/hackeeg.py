"""HackEEG (ADS1299 on an Arduino Due). Facts: starcat-io/hackeeg-driver-arduino, hackeeg_driver.ino, JsonCommand.cpp."""

import json
from base64 import b64encode
from collections.abc import Sequence
from struct import pack

from nmr_emg.fake.firmware import Firmware, Reply

CONFIG1 = 1
CHANNEL1 = 5
SHORTED = 1
RESET_REGISTERS = {CONFIG1: 0x96} | dict.fromkeys(range(CHANNEL1, CHANNEL1 + 8), 0x61)
"""ADS1299 data sheet, register map: 250 samples a second, gain 24, inputs shorted."""
GAINS = (1, 2, 4, 6, 8, 12, 24)
SIMPLE = ("nop", "micros", "ledon", "ledoff", "boardledon", "boardledoff", "base64", "wakeup", "standby")


class HackEEG(Firmware):
    """Eight channels of 24 bits, a JSON line a sample. It begins in text mode, with its inputs shorted."""

    name = "hackeeg"
    channels = 8
    low = -(2**23)
    high = 2**23 - 1

    def __init__(self) -> None:
        self._reset()

    def power(self) -> list[Reply]:
        """It says that it is ready, in text mode."""
        self._reset()
        return [Reply(b"Ready\r\n")]

    def _reset(self) -> None:
        self._json = False
        self._number = 0
        self._micros = 0.0
        self._heard = b""
        self.streaming = False
        self.registers = dict(RESET_REGISTERS)
        self.rate = 250.0
        self.microvolts = 4.5e6 / (2**23 - 1) / 24

    def hear(self, data: bytes, now: float) -> list[Reply]:
        """Commands in lines: words in text mode, JSON objects after `jsonlines`."""
        self._micros = now * 1e6
        *lines, self._heard = (self._heard + data).split(b"\n")
        return [Reply(answer) for answer in map(self._line, lines) if answer]

    def encode(self, rows: Sequence[tuple[int, Sequence[int]]]) -> bytes:
        """35 bytes in base64 under the key D: µs and number as little-endian words, status, 8 × int24 big-endian."""
        self._micros += 1e6 / self.rate
        head = pack("<2I", round(self._micros) % 2**32, self._number) + b"\xc0\x00\x00"
        body = b"".join(value.to_bytes(3, "big", signed=True) for value in rows[0][1])
        self._number = (self._number + 1) % 2**32
        return b'{"C":200,"D":"' + b64encode(head + body) + b'"}\n'

    def _line(self, line: bytes) -> bytes:
        if not self._json:
            return self._text(line.strip().decode("latin-1"))
        try:
            said = json.loads(line)
        except ValueError:
            return _status(400, "Bad Request")
        command = said.get("COMMAND") if isinstance(said, dict) else None
        wanted = said.get("PARAMETERS") if isinstance(said, dict) else None
        wanted = wanted if isinstance(wanted, list) else []
        return self._do(str(command), [one if isinstance(one, int) else 0 for one in [*wanted, 0, 0]])

    def _text(self, command: str) -> bytes:
        if command == "jsonlines":
            self._json = True
            return _status(200, "Ok")
        if not command:
            return b""
        known = command in (*SIMPLE, "stop", "sdatac", "start", "text")
        return b"200 Ok\r\n" if known else b"406 Error: Unrecognized command.\r\n\r\n"

    def _do(self, command: str, words: list[int]) -> bytes:
        if command == "rdatac":
            return self._stream()
        if command == "sdatac":
            self.streaming = False
        elif command == "start":
            self._number = 0
        elif command == "reset":
            self.registers = dict(RESET_REGISTERS)
        elif command == "wreg":
            self._write(*words[:2])
        elif command == "rreg":
            return _status(200, "Ok", self.registers.get(words[0], 0))
        elif command == "text":
            self._json = False
            return b"200 Ok\r\n"
        elif command == "status":
            told = {"driver_version": "v0.4.0", "board_name": "HackEEG", "active_channels": self._on()}
            return _status(200, "Ok", told)
        elif command not in (*SIMPLE, "stop", "jsonlines"):
            return _status(406, "Unrecognized command")
        return _status(200, "Ok")

    def _stream(self) -> bytes:
        if not self._on():
            return _status(502, "No Active Channels")
        self.streaming = True
        return _status(200, "Ok")

    def _on(self) -> int:
        return sum(self.registers[CHANNEL1 + n] & 7 != SHORTED for n in range(8))

    def _write(self, register: int, value: int) -> None:
        self.registers[register] = value
        if register == CONFIG1:
            self.rate = 16000.0 / 2 ** min(value & 7, 6)
        if register == CHANNEL1:
            self.microvolts = 4.5e6 / (2**23 - 1) / GAINS[min(value >> 4 & 7, 6)]


def _status(code: int, text: str, data: object = None) -> bytes:
    said = {"STATUS_CODE": code, "STATUS_TEXT": text} | ({} if data is None else {"DATA": data})
    return json.dumps(said, separators=(",", ":")).encode() + b"\r\n"
