"""How the commands speak: results on stdout, everything else on stderr, numbers as JSON."""

import io
import json
import sys
from typing import Any

from rich.console import Console

from nmr_emg.jsonable import plain

WIDE = 200
"""Columns where nobody sees a terminal's edge: nothing is cut short in a pipe or a file."""

console = Console(emoji=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)
aside = Console(stderr=True, emoji=False, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on stdout and nothing else."""
    text = json.dumps(plain(value), ensure_ascii=not _speaks_unicode(), allow_nan=False)
    sys.stdout.write(text + "\n")


def tolerate_encodings() -> None:
    """Let a stream that can't write "µ" or "–" write "?" instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")


def note(text: str) -> None:
    """A line on stderr: progress, a warning, where a file went."""
    aside.print(text, markup=False, soft_wrap=True)


def line(text: str) -> None:
    """A line on stdout for people, not wrapped; user's words in it are taken as they are."""
    console.print(text, markup=False, soft_wrap=True)
