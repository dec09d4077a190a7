"""One thing that `doctor` looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    Args:
        name: what it is.
        ok: `None` for what is optional, or may or may not be a problem.
        detail: what was found.
        fix: what to do about it.
    """

    name: str
    ok: bool | None
    detail: str
    fix: str | None = None
