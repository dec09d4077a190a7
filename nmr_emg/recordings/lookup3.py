"""The hash with which HDF5 checks its own bookkeeping."""

import struct

WORD = 0xFFFFFFFF
MIXING = (4, 6, 8, 16, 19, 4)
CLOSING = (14, 11, 25, 16, 4, 14, 24)


def lookup3(data: bytes) -> int:
    """Hash of `data`, 32 bits: Bob Jenkins' lookup3 (2006, in the public domain) with a start value of 0.

    >>> hex(lookup3(b"Four score and seven years ago"))
    '0x17770551'
    """
    a = b = c = (0xDEADBEEF + len(data)) & WORD
    if not data:
        return c
    padded = data + bytes(-len(data) % 12)
    triples = list(struct.iter_unpack("<3I", padded))
    for x, y, z in triples[:-1]:
        a, b, c = _mixed((a + x) & WORD, (b + y) & WORD, (c + z) & WORD)
    x, y, z = triples[-1]
    return _closed((a + x) & WORD, (b + y) & WORD, (c + z) & WORD)


def _mixed(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in MIXING:
        a = ((a - c) & WORD) ^ _turned(c, bits)
        a, b, c = b, (c + b) & WORD, a
    return a, b, c


def _closed(a: int, b: int, c: int) -> int:
    for bits in CLOSING:
        c = ((c ^ b) - _turned(b, bits)) & WORD
        a, b, c = b, c, a
    return b


def _turned(value: int, bits: int) -> int:
    return ((value << bits) | (value >> (32 - bits))) & WORD
