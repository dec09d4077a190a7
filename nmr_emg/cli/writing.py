"""A file to record into, as every writing command makes it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nmr_emg.block import StreamInfo
from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.ledger import Ledger
from nmr_emg.recordings.clock import Clock
from nmr_emg.recordings.recorder import Recorder


def recorder_at(
    path: Path,
    info: StreamInfo,
    settings: Mapping[str, Any],
    *,
    overwrite: bool = False,
    ledger: Ledger | None = None,
    clock: Clock | None = None,
) -> Recorder:
    """A recorder at a path that the user named.

    Raises:
        ConfigError: nothing can be recorded there; the text says why and what to do.
    """
    try:
        return Recorder(path, info, settings, overwrite=overwrite, ledger=ledger, clock=clock)
    except RecordingError as error:
        hint = "" if overwrite or not path.is_file() else " (--force replaces it)"
        raise ConfigError(f"{error}{hint}") from error
