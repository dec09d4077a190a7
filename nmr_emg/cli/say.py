"""How the commands speak: results on stdout, everything else on stderr, numbers as JSON."""

import json
import sys
from math import isfinite
from typing import Any

from rich.console import Console

console = Console(emoji=False, highlight=False)
aside = Console(stderr=True, emoji=False, highlight=False)


def plain(value: Any) -> Any:
    """A value made fit for JSON: NumPy numbers become Python's, what is not finite becomes `None`.

    >>> plain({"a": float("nan"), "b": (1, 2)})
    {'a': None, 'b': [1, 2]}
    """
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, bool | str) or value is None:
        return value
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not isfinite(value) else value


def print_json(value: Any) -> None:
    """One JSON document on stdout and nothing else."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, allow_nan=False) + "\n")


def note(text: str) -> None:
    """A line on stderr: progress, a warning, where a file went."""
    aside.print(text, markup=False, soft_wrap=True)


def line(text: str) -> None:
    """A line on stdout for people, not wrapped; user's words in it are taken as they are."""
    console.print(text, markup=False, soft_wrap=True)
