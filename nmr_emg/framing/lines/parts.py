"""One line of text taken apart: which values it holds, and under which labels.

The grammar is that of Arduino's Serial Plotter (arduino/Arduino, build/shared/ArduinoSerialPlotterProtocol.md), read a
little more widely: "label: value" and "label=value" too, a unit after a value, a separator at the end.
"""

import re
from contextlib import suppress
from math import isfinite, nan
from types import MappingProxyType
from typing import Literal, TypeAlias

Separator = Literal["any", "comma", "semicolon", "tab", "space"]
Decimal = Literal[".", ","]

Part: TypeAlias = tuple[str, float]
"""Label, or empty, and value; NaN where a value is missing or no number."""

CUT = b";"
"""What every separator becomes, but spaces."""

_SEPARATORS = MappingProxyType(
    {"any": b",;", "comma": b",", "semicolon": b";", "tab": b"\t", "space": b""},
)
_FOREIGN = b"#"
_LABEL = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_UNIT = re.compile(rb"(?<=[\d.]) +(?:[A-Za-z\xb5\xc2\xce\xbc]{1,6}|%)(?=;|$)")
_LETTERS = re.compile(r"[^\W\d_]{2}")


def alphabet(separator: Separator, decimal: Decimal) -> bytes:
    """The table for `bytes.translate` that makes all ways to write a line one.

    `;` separates, `.` is the decimal point, a line ends with a line feed, and tab and NUL are spaces.
    """
    table = bytearray(range(256))
    for one in b"\0\t\v\f":
        table[one] = ord(" ")
    table[ord("\r")] = ord("\n")
    table[ord("=")] = ord(":")
    table[ord(";")] = ord(_FOREIGN)
    for one in _SEPARATORS[separator]:
        table[one] = ord(CUT)
    if decimal == ",":
        table[ord(",")] = ord(".")
        table[ord(".")] = ord(_FOREIGN)
    return bytes(table)


def parts_of(line: bytes) -> list[Part]:
    """The values of a line in the one alphabet, in their order, with their labels.

    >>> parts_of(b"512;498")
    [('', 512.0), ('', 498.0)]
    >>> parts_of(b"EMG: 512 mV, ENV 3;".replace(b",", CUT))
    [('EMG', 512.0), ('ENV', 3.0)]
    >>> parts_of(b"1;;x9")
    [('', 1.0), ('', nan), ('x9', nan)]
    """
    if b" " in line:
        line = _UNIT.sub(b"", re.sub(rb" *([:;]) *", rb"\1", line.strip(b" ")))
        line = re.sub(rb" +", CUT, line)
    words = line.removesuffix(CUT).split(CUT)
    if b":" not in line and b"_" not in line:
        with suppress(ValueError):  # the usual line, and the quickest way
            return [("", float(word)) for word in words]
    parts: list[Part] = []
    label = b""
    for word in words:
        name, colon, text = word.rpartition(b":")
        value = number(text)
        if value is not None:
            parts.append((_text(name or label), value))
            label = b""
        elif _LABEL.fullmatch(name if colon and not text else word):
            label = name or word
        else:
            parts.append((_text(name or label), nan))
            label = b""
    if label:
        parts.append((_text(label), nan))
    return parts


def number(word: bytes) -> float | None:
    """A number as Python reads it, without its underscores; `None` if it is none.

    >>> number(b"-2.5e3"), number(b"nan"), number(b"1_0"), number(b"")
    (-2500.0, nan, None, None)
    """
    try:
        return None if b"_" in word else float(word)
    except ValueError:
        return None


def is_words(line: bytes) -> bool:
    """Whether a line, as it came, is something said in words rather than damaged values.

    >>> is_words(b"MyoWare ready, 500 Hz"), is_words(b"EMG,ENV"), is_words(b"51#,498"), is_words(b"nan,3")
    (True, True, False, False)
    """
    try:
        text = line.strip(b" \t\0").decode()
    except UnicodeDecodeError:
        return False
    values = [value for word in re.split(rb"[\s,;]+", line) if (value := number(word)) is not None]
    return (
        text.replace("\t", " ").isprintable()
        and _LETTERS.search(text) is not None
        and all(isfinite(value) for value in values)
    )


def _text(label: bytes) -> str:
    return label.decode("utf-8", "replace")


def plain(line: bytes, most: int = 80) -> str:
    """A line for people to read: unprintable characters escaped, the end of a long one left out."""
    text = line[:most].decode("utf-8", "backslashreplace").strip()
    shown = "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)
    return shown + "…" * (len(line) > most)
