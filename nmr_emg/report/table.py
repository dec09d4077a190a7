"""Tables, long ones folded, with footnotes for what is missing."""

from collections.abc import Sequence

from nmr_emg.report.digits import NONE, short
from nmr_emg.report.element import Markup, element, together

FOLDED = 12
"""A table with more rows than this is folded on the screen and left out on paper."""


def table(head: Sequence[object], rows: Sequence[Sequence[object]], class_: str = "") -> Markup:
    """A table; its first column names the rows."""
    top = element("tr", *(element("th", cell, scope="col") for cell in head))
    body = [
        element("tr", element("th", row[0], scope="row"), *(element("td", cell) for cell in row[1:]))
        for row in rows
    ]
    return element("table", element("thead", top), element("tbody", *body), class_=class_ or None)


def folded(summary: object, whole: Markup, rows: int) -> Markup:
    """A table under its summary: open if short, else for the reader to open."""
    return element("details", element("summary", summary), whole, open=rows <= FOLDED)


class Footnotes:
    """Reasons, each said once under a table and marked where it applies."""

    def __init__(self) -> None:
        self._reasons: list[str] = []

    def value(self, number: float | None, reason: str | None, unit: str = "") -> Markup:
        """A number, or a dash with the mark of its reason."""
        if number is not None or not reason:
            return together(short(number, unit))
        if reason not in self._reasons:
            self._reasons.append(reason)
        return together(NONE, element("sup", self._reasons.index(reason) + 1))

    def listed(self) -> Markup:
        """The reasons, or nothing."""
        if not self._reasons:
            return Markup()
        lines = [together(element("sup", i), f" {reason}.", " ") for i, reason in enumerate(self._reasons, 1)]
        return element("p", *lines, class_="footnotes")
