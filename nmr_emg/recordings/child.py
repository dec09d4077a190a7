"""Starts the child process that reads doubtful files."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nmr_emg.errors

MODULE = "nmr_emg.recordings.probe"


def ask(command: str, *words: str | Path, seconds: float) -> dict[str, Any]:
    """Run a command of `nmr_emg.recordings.probe` and give its answer.

    Returns:
        What the child printed; `{"ok": False, "why": …}` when it took too long or died.
    """
    line = [sys.executable, "-P", "-m", MODULE, command, f"{seconds:.0f}", *(str(word) for word in words)]
    try:
        done = subprocess.run(  # noqa: S603  (our own module)
            line,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_environment(),
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return {"ok": False, "why": f"reading it does not end within {seconds:.0f} s"}
    except OSError as error:
        return {"ok": False, "why": f"no process could be started to check it ({error.strerror})"}
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"ok": False, "why": f"reading it crashes the HDF5 library (exit {done.returncode})"}
    return answer


def _environment() -> dict[str, str]:
    """This process's environment, with the package findable and without a thread pool that eats address space."""
    package = str(Path(nmr_emg.errors.__file__).resolve().parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
