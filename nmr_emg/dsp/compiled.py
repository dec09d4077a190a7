"""Plain loops, compiled where Numba is installed."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pickle import UnpicklingError
from typing import Any


@cache
def compiled(loops: Callable[..., Any], signature: str) -> Callable[..., Any] | None:
    """A function of plain loops as machine code; `None` without Numba, or where NUMBA_DISABLE_JIT is set.

    Numba is imported here and nowhere else, when a chain starts. Neither it nor what it compiles may reorder or fuse
    operations: the results are those of the loops as written, bit for bit. What it compiled is kept beside the
    module, or in the user's cache, for the next time.

    Args:
        loops: the function; it writes into the arrays that it is given, and calls nothing.
        signature: its types, as Numba writes them.
    """
    try:
        numba = import_module("numba")
    except (ImportError, OSError, RuntimeError, SystemError):
        # It is not installed, not made for this NumPy, or a library behind it is missing.
        return None
    if numba.config.DISABLE_JIT:
        return None
    options = {"nogil": True, "error_model": "numpy"}
    try:
        made: Callable[..., Any] = numba.njit(signature, cache=True, **options)(loops)
    except (OSError, RuntimeError, EOFError, UnpicklingError):
        # There is no place to keep it, or what was kept is damaged.
        made = numba.njit(signature, **options)(loops)
    return made
