"""Markdown tables and numbers in them."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]], words: int = 1, remarks: int = 0) -> str:
    """A Markdown table; the first `words` columns and the last `remarks` are words, the others numbers.

    >>> print(table(["who", "F1"], [["a", 0.5]]))
    | who | F1 |
    |---|--:|
    | a | 0.5 |
    """
    numbers = ["--:"] * (len(head) - words - remarks)
    rule = "|" + "|".join(["---"] * words + numbers + ["---"] * remarks) + "|"
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in [head, *rows]]
    return "\n".join([lines[0], rule, *lines[1:]])


def figure(value: float | None, digits: int = 2) -> str:
    """A number with so many decimals; a dash where there is none.

    >>> figure(0.456), figure(-3.2, 0), figure(None), figure(-0.001)
    ('0.46', '−3', '–', '0.00')
    """
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return (text if float(text) else f"{0:.{digits}f}").replace("-", "−")


def bold(text: str, *, when: bool = True) -> str:
    """Emphasised, if it applies."""
    return f"**{text}**" if when else text
