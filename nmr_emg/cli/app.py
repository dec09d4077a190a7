"""The commands of `nmr-emg`, and how their mistakes are told."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from nmr_emg import __version__, content
from nmr_emg.cli import asking, boards, demo, doctor, fake, reading, reporting, streaming
from nmr_emg.cli.say import note, tolerate_encodings
from nmr_emg.errors import ConfigError, NmrEmgError, RecordingError

READING = frozenset({"info", "analyze", "replay", "recover", "report"})
"""Commands whose argument is a file: an unreadable one is the user's mistake."""

app = typer.Typer(
    name="nmr-emg",
    help="Surface-EMG biofeedback for neuromuscular re-education. Not a medical device.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("devices")(boards.devices)
app.command("ask")(asking.ask)
app.command("contacts")(asking.contacts)
app.command("fake")(fake.fake)
app.command("live")(streaming.live)
app.command("record")(streaming.record)
app.command("replay")(reading.replay)
app.command("info")(reading.info)
app.command("analyze")(reading.analyze_file)
app.command("recover")(reading.recover)
app.command("report")(reporting.report)
app.command("doctor")(doctor.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"nmr-emg {__version__}\n")
        raise typer.Exit


@app.callback()
def common(
    folder: Annotated[
        Path | None,
        typer.Option(
            "--content", help="Look here first for boards, scenes, profiles and themes.", metavar="DIR"
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001  (its callback does it, before a command is asked for)
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Options of every command."""
    if folder is not None:
        content.choose(folder)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it worked, 2 when the user's words or file are wrong, 1 when the run failed."""
    words = sys.argv[1:] if words is None else list(words)
    tolerate_encodings()
    try:
        code = app(list(words), standalone_mode=False)
    except TyperException as error:
        # Without any words the help is printed, and there is nothing to add.
        if error.format_message():
            note(f"nmr-emg: {error.format_message()} (nmr-emg {_command(words)}--help lists the options)")
        return 2
    except NmrEmgError as error:
        note(f"nmr-emg: {error}")
        return _code(error, words)
    except OSError as error:
        note(f"nmr-emg: {error}")
        return 1
    except (KeyboardInterrupt, typer.Abort):
        note("nmr-emg: interrupted")
        return 1
    return code if isinstance(code, int) else 0


def _command(words: Sequence[str]) -> str:
    known = {command.name for command in app.registered_commands}
    return next((f"{word} " for word in words if word in known), "")


def _code(error: NmrEmgError, words: Sequence[str]) -> int:
    reading_one = isinstance(error, RecordingError) and bool(READING.intersection(words[:4]))
    return 2 if isinstance(error, ConfigError) or reading_one else 1
