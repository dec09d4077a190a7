"""What a serial receiver reads that listens at another speed than was spoken."""

from math import ceil


def garbled(data: bytes, ratio: float = 2.0) -> bytes:
    """Bytes as they are read at `ratio` times the baud rate they were sent at, 8 data bits, no parity.

    The line is high when idle; a byte is a low start bit, its bits from the lowest, and a high stop bit. The receiver
    waits for a falling edge and takes each bit in its middle. A wrong stop bit is not told apart.

    >>> garbled(b"U", 1.0), garbled(b"A", 2.0) != b"A"
    (b'U', True)
    """
    line = [1]
    for byte in data:
        line += [0, *(byte >> bit & 1 for bit in range(8)), 1]
    line += [1] * ceil(1 + 10 / ratio)
    read = bytearray()
    at = 1
    while True:
        while at < len(line) and not (line[at] == 0 and line[at - 1] == 1):
            at += 1
        end = at + 9.5 / ratio
        if end >= len(line):
            return bytes(read)
        read.append(sum(line[int(at + (bit + 1.5) / ratio)] << bit for bit in range(8)))
        at = max(at + 1, int(end))
