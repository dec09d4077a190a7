"""From a file's name to a recording, as every reading command opens it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nmr_emg.errors import ConfigError
from nmr_emg.recordings.openings import open_recording
from nmr_emg.recordings.recording import Recording


def opened(path: Path, rate: float | None = None, unit: str | None = None) -> Recording:
    """A recording of any known format, open.

    Raises:
        ConfigError: an option does not fit the file.
        RecordingError: it is not there, or can't be read.
    """
    recording = open_recording(path, **options(rate, unit))
    recording.open()
    return recording


def options(rate: float | None, unit: str | None) -> dict[str, Any]:
    """What a user says of a file that does not say it itself."""
    if rate is not None and not rate > 0:
        raise ConfigError(f"--rate {rate:g}: it must be above 0")
    return {key: value for key, value in (("rate", rate), ("unit", unit)) if value is not None}


def settings_of(recording: Recording) -> Mapping[str, Any]:
    """Settings stored in a recording of ours; nothing for other formats."""
    found = getattr(recording, "settings", {})
    return found if isinstance(found, Mapping) else {}
