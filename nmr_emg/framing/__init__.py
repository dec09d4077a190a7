"""From bytes to samples: framings are pure, take any cutting of the byte stream, and are chosen by a board's file."""

from types import MappingProxyType

FRAMINGS = MappingProxyType(
    {
        "fixed": "nmr_emg.framing.fixed:Fixed",
        "msb7": "nmr_emg.framing.msb7:Msb7",
        "line": "nmr_emg.framing.lines.line:Line",
        "nibble_crc": "nmr_emg.framing.nibble:NibbleCrc",
        "length": "nmr_emg.framing.length:LengthPrefixed",
        "json_line": "nmr_emg.framing.jsonline:JsonLine",
    }
)
"""Framings of this package by the word that a board's file uses."""

GROUP = "nmr_emg.framings"
"""Entry points under which other packages offer framings."""
