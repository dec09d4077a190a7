"""The USB dongle of OpenBCI boards: it takes commands that begin with 0xF0 and hands everything else on.

Facts: OpenBCI/OpenBCI_Radios, OpenBCI_Radios.cpp and OpenBCI_Radios_Definitions.h.
"""

BAUDS = {0x05: 115200, 0x06: 230400, 0x0A: 921600}
WITH_VALUE = (0x01, 0x02, 0x04)


class Dongle:
    """Answers 0xF0 commands."""

    def __init__(self, channel: int = 11) -> None:
        self.channel = channel
        self.poll = 80
        self.baud = 115200
        self._pending = b""

    def hear(self, data: bytes, *, board_on: bool) -> tuple[list[str], bytes]:
        """What the dongle says, and the bytes meant for the board."""
        said: list[str] = []
        passed = bytearray()
        for byte in data:
            if not self._pending and byte != 0xF0:
                passed.append(byte)
                continue
            self._pending += bytes([byte])
            if len(self._pending) == (3 if self._pending[1:2] and self._pending[1] in WITH_VALUE else 2):
                said.append(self._answer(self._pending[1], self._pending[-1], board_on=board_on))
                self._pending = b""
        return [one for one in said if one], bytes(passed)

    def _answer(self, code: int, value: int, *, board_on: bool) -> str:
        """What the dongle does by itself, and what it needs the board for."""
        if code == 0x07:
            return "Success: System is Up$$$" if board_on else "Failure: System is Down$$$"
        if code in BAUDS:
            self.baud = BAUDS[code]
            return f"Success: Switch your baud rate to {BAUDS[code]}$$$"
        if code == 0x02 and 1 <= value <= 25:
            self.channel = value
            return f"Success: Host override - Channel Number: {value}{chr(value)}$$$"
        if not board_on:
            return "Failure: Communications timeout - Device failed to poll Host$$$"
        return self._with_board(code, value)

    def _with_board(self, code: int, value: int) -> str:
        if code == 0x00:
            return f"Success: Host and Device on Channel Number: {self.channel}{chr(self.channel)}$$$"
        if code == 0x01:
            if not 1 <= value <= 25:
                return "Failure: Verify channel number is less than 25$$$"
            self.channel = value
            return f"Success: Channel Number: {value}{chr(value)}$$$"
        if code in (0x03, 0x04):
            self.poll = value if code == 0x04 else self.poll
            return f"Success: Poll time: {self.poll}{chr(self.poll)}$$$"
        return ""
