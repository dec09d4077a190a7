"""Makes a recording that a crash left behind readable by any HDF5 program."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nmr_emg.errors import RecordingError
from nmr_emg.recordings.child import ask
from nmr_emg.recordings.doubt import doubtful
from nmr_emg.recordings.locks import in_use
from nmr_emg.recordings.superblock import read_head

SECONDS = 60.0
BYTES_A_SECOND = 2e6
"""Slowest that a file is copied."""
SPARE = 2**20
"""Free space (bytes) needed besides the file's own size."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What became of a file.

    Args:
        readable: whether any HDF5 program can read it now.
        samples: rows in it.
        lost_seconds: most that can have been lost at its end or in it (s), `None` when nobody can say.
        why: what was wrong, and what was done.
        path: the file to read.
    """

    readable: bool
    samples: int
    lost_seconds: float | None
    why: str
    path: Path

    def as_json(self) -> dict[str, Any]:
        """As `nmr-emg recover --json` prints it."""
        return {
            "readable": self.readable,
            "samples": self.samples,
            "lost_seconds": self.lost_seconds,
            "why": self.why,
        }


def recover(path: str | Path, out: str | Path | None = None) -> Recovered:
    """Save what can be read of a damaged or unfinished recording, in place or to `out`.

    A clean file is left alone. What can be read is written to a new file first, which then takes the place of
    the old one; where something had to be given up, the old one stays beside it as `NAME.damaged`.

    Raises:
        RecordingError: there is no such file, it is in use, or there is no room for the new one.
    """
    source, target = Path(path), Path(out or path)
    read_head(source)
    if in_use(source):
        raise RecordingError(f"{source} is in use: it is being recorded or replayed; stop that first")
    try:
        why = doubtful(source)
    except RecordingError as error:
        return Recovered(False, 0, None, str(error), source)
    if why is None:
        answer = ask("probe", source, seconds=_seconds(source))
        if answer.get("ok"):
            return _left_alone(source, target, int(answer["samples"]))
        why = "it was closed cleanly but was damaged since"
    return _rescued(source, target, why)


def _left_alone(source: Path, target: Path, samples: int) -> Recovered:
    why = "it was closed cleanly: nothing is lost, and it is left as it is"
    if target != source:
        _check_room(source, target)
        new = _beside(target)
        try:
            shutil.copy2(source, new)
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)
        why = "it was closed cleanly: nothing is lost, and it was copied as it is"
    return Recovered(True, samples, 0.0, why, target)


def _rescued(source: Path, target: Path, why: str) -> Recovered:
    _check_room(source, target)
    new = _beside(target)
    try:
        answer = ask("rescue", source, new, seconds=_seconds(source))
        if not answer.get("ok"):
            said = answer.get("error") or f"{why}, and {answer['why']}"
            return Recovered(False, 0, None, f"{said}; the file is left as it is", source)
        kept = _put_in_place(new, source, target, whole=bool(answer["whole"]))
    finally:
        new.unlink(missing_ok=True)
    return Recovered(True, answer["saved"], _lost(answer), f"{why}; {_said(answer)}{kept}", target)


def _put_in_place(new: Path, source: Path, target: Path, *, whole: bool) -> str:
    """Move the new file to its place, and keep the old one if anything in it could not be copied."""
    with new.open("r+b") as file:
        os.fsync(file.fileno())
    kept = ""
    if target == source and not whole:
        old = _free_name(source)
        source.rename(old)
        kept = f"; the damaged file is kept as {old.name}"
    new.replace(target)
    return kept


def _said(answer: dict[str, Any]) -> str:
    if answer["whole"]:
        return "all that had reached the disk is saved"
    return f"{answer['saved']} of {answer['promised']} samples are saved"


def _lost(answer: dict[str, Any]) -> float:
    """Most that can be lost (s): what the file speaks of and lacks, and up to a chunk that never reached it."""
    rows = int(answer["promised"]) - int(answer["saved"])
    if not answer["was_closed"]:
        rows = max(rows, int(answer["chunk"]))
    return round(rows / float(answer["rate"]), 6)


def _check_room(source: Path, target: Path) -> None:
    if not target.parent.is_dir():
        raise RecordingError(f"{target}: there is no folder {target.parent}; create it first")
    if shutil.disk_usage(target.parent).free < source.stat().st_size + SPARE:
        raise RecordingError(
            f"there is no room in {target.parent} for a copy; name a file on another disk with -o"
        )


def _beside(target: Path) -> Path:
    new = target.with_name(f".{target.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    return new


def _free_name(source: Path) -> Path:
    names = [f"{source.name}.damaged", *(f"{source.name}.damaged{number}" for number in range(2, 1000))]
    return next(path for name in names if not (path := source.with_name(name)).exists())


def _seconds(source: Path) -> float:
    return SECONDS + source.stat().st_size / BYTES_A_SECOND
