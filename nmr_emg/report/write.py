"""Writes a report."""

import os
from collections.abc import Sequence
from pathlib import Path

from nmr_emg.errors import ConfigError, RecordingError
from nmr_emg.report.findings import gather
from nmr_emg.report.page import page
from nmr_emg.report.source import Source


def write_report(out: Path, sources: Sequence[Source]) -> Path:
    """Write one self-contained HTML page about one or several recordings; it needs no network and no script.

    Each recording is analysed anew. The page is written beside its place and moved in, so that what was there
    before stays until the new one is whole.

    Args:
        out: the file to write.
        sources: the recordings, in the order of the page.

    Raises:
        ConfigError: there is no recording, or a question does not fit one.
        RecordingError: a recording can't be read, or the page can't be written.
    """
    if not sources:
        raise ConfigError("a report needs at least one recording")
    text = page([gather(source) for source in sources])
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        # A label may hold half a character pair that UTF-8 cannot carry; it must not cost the whole report.
        beside.write_bytes(text.encode("utf-8", "replace"))
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RecordingError(
            f"{out}: the report can't be written ({error.strerror}); choose a folder that exists and can be written"
        ) from error
    return out
