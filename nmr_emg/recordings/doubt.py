"""Is a file doubtful? Then a child process reads it first: a damaged HDF5 file can hang or crash the library."""

from pathlib import Path

import h5py

from nmr_emg.errors import RecordingError
from nmr_emg.recordings.child import ask
from nmr_emg.recordings.superblock import NEWEST, read_superblock

SECONDS = 20.0
"""Time that the child has, besides what the file's size takes."""
BYTES_A_SECOND = 10e6
"""Slowest that a sound file is read."""


def doubtful(path: str | Path) -> str | None:
    """Why a file should not be trusted, or `None` when it looks as if it had been closed cleanly.

    Raises:
        RecordingError: it is missing, empty, cut off before its first sample, or no HDF5 file.
    """
    about = read_superblock(Path(path))
    if about.version > NEWEST:
        return f"HDF5 superblock version {about.version} is unknown"
    if not about.sound:
        return "the checksum of its first bytes is wrong"
    if about.flags:
        return "it was not closed: it is being recorded, or the recording was cut short"
    if about.stop > about.size:
        return f"its end is missing: {about.size} of {about.stop} bytes are there"
    if not about.checked:
        return "another program wrote it, without checksums"
    return None


def open_sound(path: Path) -> h5py.File:
    """Open a file for reading; a doubtful one only after a child process has read it from end to end.

    Raises:
        RecordingError: it can't be read; the text says why and what to do.
    """
    why = doubtful(path)
    if why is not None:
        _try_in_child(path, why)
    about = read_superblock(path)
    try:
        return h5py.File(path, "r", swmr=why is not None and about.checked)
    except (OSError, ValueError) as error:
        raise RecordingError(
            f"{path} can't be opened ({error}); what can be saved is saved by: nmr-emg recover {path}"
        ) from error


def _try_in_child(path: Path, why: str) -> None:
    answer = ask("probe", path, seconds=SECONDS + path.stat().st_size / BYTES_A_SECOND)
    if answer.get("ok"):
        return
    if "error" in answer:
        raise RecordingError(answer["error"])
    raise RecordingError(
        f"{path} is damaged: {why}, and {answer['why']}; what can be saved is saved by: nmr-emg recover {path}"
    )
