"""Numbers as the page shows them: three significant digits, and a thin space before the unit."""

from math import floor, isfinite, log10

THIN = "\u202f"
"""A narrow space at which no line breaks."""
NO_BREAK = "\u00a0"
NONE = "–"

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def short(value: float | None, unit: str = "") -> str:
    """A measured number with three significant digits and its unit; a dash without one.

    >>> short(83.26, "µV"), short(0.04251), short(1234.5), short(-12.0)
    ('83.3\u202fµV', '0.0425', '1230', '−12.0')
    >>> short(None, "µV"), short(float("nan"))
    ('–', '–')
    """
    if value is None or not isfinite(value):
        return NONE
    return f"{_three(value)}{THIN}{unit}" if unit else _three(value)


def _three(value: float) -> str:
    if value == 0:
        return "0"
    rounded = float(f"{abs(value):.2e}")
    power = floor(log10(rounded))
    sign = "−" if value < 0 else ""
    if not -4 < power < 7:
        raised = str(power).translate(_SUPERSCRIPT)
        return f"{sign}{rounded / 10.0**power:.2f}{THIN}×{THIN}10{raised}"
    return sign + _grouped(f"{rounded:.{max(0, 2 - power)}f}")


def whole(count: int) -> str:
    """A count, exactly.

    >>> whole(950), whole(26433)
    ('950', '26\u202f433')
    """
    return _grouped(str(count))


def _grouped(digits: str) -> str:
    """Digits in groups of three from five on."""
    return digits if len(digits.partition(".")[0]) < 5 else f"{int(digits):,}".replace(",", THIN)


def duration(seconds: float) -> str:
    """A length of time.

    >>> duration(0.084), duration(4.237), duration(132.1), duration(3720)
    ('84.0\u202fms', '4.24\u202fs', '2\u202fmin 12\u202fs', '1\u202fh 2\u202fmin')
    """
    if 0 < seconds < 1:
        return short(1000 * seconds, "ms")
    if seconds < 60:
        return short(seconds, "s")
    total = round(seconds)
    if total < 3600:
        return f"{total // 60}{THIN}min {total % 60}{THIN}s"
    minutes = round(total / 60)
    return f"{minutes // 60}{THIN}h {minutes % 60}{THIN}min"


def setting(value: float, unit: str) -> str:
    """A number that somebody chose, as it was chosen.

    >>> setting(0.1, "s"), setting(1.667, "Hz")
    ('0.1\u202fs', '1.667\u202fHz')
    """
    return f"{value:g}{THIN}{unit}"


def many(count: int, one: str, more: str | None = None) -> str:
    """A count with its noun, on one line.

    >>> many(3, "loss", "losses") == f"3{NO_BREAK}losses"
    True
    """
    return f"{whole(count)}{NO_BREAK}{one if count == 1 else more or one + 's'}"
