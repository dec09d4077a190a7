"""The child process: reads a doubtful file within limits of time and memory, and prints one JSON object."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py

from nmr_emg.errors import RecordingError
from nmr_emg.recordings.locks import in_use
from nmr_emg.recordings.replay import HDF5Recording
from nmr_emg.recordings.rescue import rescue
from nmr_emg.recordings.window import Window

MEMORY = 2 * 2**30
"""Most address space of the child (bytes)."""


class Unchecked(HDF5Recording):
    """A recording opened without a check: this is the check."""

    def __init__(self, path: Path, opened: Callable[[], h5py.File]) -> None:
        super().__init__(path)
        self._opened = lambda _: opened()


def main(words: list[str]) -> dict[str, Any]:
    """`probe SECONDS FILE` or `rescue SECONDS FILE NEW-FILE`."""
    command, seconds, *paths = words
    limit(int(seconds))
    try:
        return COMMANDS[command](*(Path(path) for path in paths))
    except RecordingError as error:
        return {"ok": False, "error": str(error)}
    except MemoryError:
        return {"ok": False, "why": f"reading it takes more than {MEMORY // 2**30} GiB of memory"}


def probe(path: Path) -> dict[str, Any]:
    """Read a file from end to end.

    Raises:
        RecordingError: it is damaged or not ours.
    """
    if in_use(path):
        return _read_all(Unchecked(path, lambda: h5py.File(path, "r", swmr=True)))
    with Window(path) as window:
        return _read_all(Unchecked(path, lambda: h5py.File(window, "r")))


def limit(seconds: int) -> None:
    """Limit this process's address space and processor time, where the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  (Windows has none)

    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, seconds)):
        hard = resource.getrlimit(what)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (allowed, hard))
        except (OSError, ValueError):
            continue  # macOS refuses some of them


def _read_all(recording: HDF5Recording) -> dict[str, Any]:
    with recording:
        while recording.read() is not None:
            pass
        return {"ok": True, "samples": recording.samples, "events": recording.events}


COMMANDS: dict[str, Callable[..., dict[str, Any]]] = {"probe": probe, "rescue": rescue}

if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))  # noqa: T201  (its answer)
