"""`report`: one self-contained page about recordings."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from nmr_emg.analysis import Question
from nmr_emg.cli import options as opt
from nmr_emg.cli.opening import opened, settings_of
from nmr_emg.cli.say import line, print_json
from nmr_emg.cli.words import pair
from nmr_emg.driver import Driver
from nmr_emg.errors import ConfigError
from nmr_emg.montage import pairs_of
from nmr_emg.report import Source, write_report

PAGES = (".html", ".htm")


def report(
    files: Annotated[list[Path], typer.Argument(help="Recordings of any known format.", show_default=False)],
    out: Annotated[Path, typer.Option("-o", "--out", help="The page to write.", show_default=False)],
    profile: opt.Profile = None,
    pairs: opt.Pairs = None,
    json: opt.Json = False,
) -> None:
    """Write one self-contained page: envelopes, bursts, balance, losses, methods."""
    written = report_on(files, out, profile, tuple(pair(text) for text in pairs or ()))
    if json:
        print_json({"written": str(written)})
    else:
        line(f"written: {written}")


def report_on(
    files: Sequence[Path], out: Path, profile: str | None = None, pairs: tuple[tuple[str, str], ...] = ()
) -> Path:
    """Write a report on recordings; pairs that are not named come from the file.

    Raises:
        ConfigError: the page would take the place of a recording or of a folder.
    """
    _check_place(files, out)
    return write_report(out, [_source(file, profile, pairs) for file in files])


def _check_place(files: Sequence[Path], out: Path) -> None:
    if out.is_dir():
        raise ConfigError(f"{out} is a folder; name a file such as {out / 'report.html'}")
    if out.suffix.lower() not in PAGES:
        raise ConfigError(f"{out}: a report is a page; name it {out.with_suffix('.html')}")
    if any(file.exists() and out.exists() and file.samefile(out) for file in files):
        raise ConfigError(f"{out} is the recording itself; name another file for the report")


def _source(file: Path, profile: str | None, pairs: tuple[tuple[str, str], ...]) -> Source:
    recording = opened(file)
    try:
        stored = settings_of(recording).get("pairs", [])
        pairs = pairs or tuple((str(a), str(b)) for a, b in stored) or pairs_of(recording.info)
        facts = {
            "format": recording.format,
            "start_time": recording.start_time,
            "device": recording.info.device,
            "versions": getattr(recording, "versions", None),
            "notes": list(recording.notes),
        }
    finally:
        recording.close()
    again: Callable[[], Driver] = lambda: opened(file)  # noqa: E731
    return Source(file.name, again, Question(profile=profile, pairs=pairs), facts)
