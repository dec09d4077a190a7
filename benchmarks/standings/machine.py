"""On what was measured, and with which versions."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PACKAGES = (
    "biosppy",
    "brainflow",
    "ezmsg-sigproc",
    "libemg",
    "mne",
    "neurokit2",
    "numba",
    "numpy",
    "pyemgpipeline",
    "scipy",
    "sosfilt",
    "timeflux",
    "timeflux-dsp",
)
_LIST = (
    "import importlib.metadata as m, json, platform;"
    "print(json.dumps({d.name.lower(): d.version for d in m.distributions()} | {'python': platform.python_version()}))"
)


def today() -> str:
    """The date (UTC)."""
    return datetime.now(UTC).date().isoformat()


def processor() -> str:
    """The processor's name, as far as the system tells it, and how many of its cores may be used."""
    info = Path("/proc/cpuinfo")
    name = platform.processor() or platform.machine()
    if info.exists():
        lines = info.read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    return f"{name}, {os.cpu_count()} cores, {platform.system()}"


def versions(python: Path) -> dict[str, str]:
    """Version by package, lower case, of one environment, and its `python`."""
    done = subprocess.run([python, "-c", _LIST], capture_output=True, text=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return {name: str(version) for name, version in found.items()}


def told(environments: Iterable[Mapping[str, str]]) -> str:
    """Versions of what took part, by environment."""
    parts = []
    for found in environments:
        names = [f"{name} {found[name]}" for name in ("nmr-emg", *PACKAGES) if name in found]
        parts.append(f"{', '.join(names)} (Python {found['python']})")
    return "; ".join(parts)
