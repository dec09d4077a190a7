"""pylsl, loaded when it is needed, quiet, and its clock against ours."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType

from nmr_emg.errors import DeviceLost, DriverError
from nmr_emg.extras import need

QUIET = "[log]\nlevel = -3\n"
"""Configuration that keeps liblsl from writing to stderr; what matters of it is told in words of ours."""

FEWEST_READINGS = 50


def library() -> ModuleType:
    """The module pylsl.

    Raises:
        ConfigError: it is not installed, or the shared library behind it does not load.
    """
    lsl = need("pylsl", "lsl")
    _quieten()
    return lsl


@cache
def _quieten() -> None:
    """Stop liblsl's log, unless a configuration file of the user's says what it should do.

    The places are those of liblsl (sccn/liblsl, src/api_config.cpp).
    """
    places = (Path("lsl_api.cfg"), Path("~/lsl_api/lsl_api.cfg"), Path("/etc/lsl_api/lsl_api.cfg"))
    chosen = "LSLAPICFG" in os.environ or any(place.expanduser().exists() for place in places)
    lsl = need("pylsl", "lsl")
    if not chosen and hasattr(lsl, "set_config_content"):
        try:
            lsl.set_config_content(QUIET)
        except NotImplementedError:
            return  # liblsl before 1.17.7 can't be told


def ahead(lsl: ModuleType) -> float:
    """By how many seconds LSL's clock is ahead of `time.monotonic()`, to the microsecond.

    Where the latter ticks coarsely the smallest difference over two ticks is the true one.
    """
    until = time.monotonic() + 2 * time.get_clock_info("monotonic").resolution
    least, readings = float("inf"), 0
    while readings < FEWEST_READINGS or time.monotonic() < until:
        before = time.monotonic()
        least = min(least, float(lsl.local_clock()) - before)
        readings += 1
    return least


@contextmanager
def in_words(doing: str) -> Iterator[None]:
    """Turn pylsl's errors into words.

    Raises:
        DeviceLost: the sender closed the stream, or can't be reached any more.
        DriverError: LSL failed.
    """
    try:
        yield
    except RuntimeError as error:
        lost = type(error).__name__ == "LostError"
        why = "its sender was closed, or can't be reached any more" if lost else error
        # Its frames hold the inlet, which would go on receiving as long as the error is kept.
        raise (DeviceLost if lost else DriverError)(f"{doing}: {why}") from error.with_traceback(None)
