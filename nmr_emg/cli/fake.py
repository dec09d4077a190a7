"""`fake`: a board that isn't there, on a port that every command and any other program can open."""

import sys
from math import inf
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated

import typer

from nmr_emg.cli.say import line, note
from nmr_emg.cli.words import settings
from nmr_emg.errors import ConfigError

REMEMBERED = 1000
"""Samples kept in memory; a fake board may play for days."""


def fake(
    name: Annotated[
        str | None, typer.Argument(help="The board; without it those that can be played are listed.")
    ] = None,
    faults: Annotated[
        list[str] | None,
        typer.Option("--fault", help="What goes wrong, such as stall=2@10s; may be given again."),
    ] = None,
    signal: Annotated[
        str, typer.Option(help="counting, scattered, sine, or emg:SCENE of the simulator.")
    ] = "emg:bridge",
    at: Annotated[Path | None, typer.Option(help="Name of the port, such as /tmp/board.")] = None,
    link: Annotated[str, typer.Option(help="pty, or socket for a TCP port.")] = "pty",
    seconds: Annotated[float, typer.Option(help="How long; by default until Ctrl-C.", min=0.1)] = inf,
    speed: Annotated[str, typer.Option(help="Times faster than real, or max.")] = "1",
    seed: Annotated[int, typer.Option(help="Of chances and damaged places.")] = 0,
    words: Annotated[
        list[str] | None, typer.Option("--set", help="Option of the board.", metavar="KEY=VALUE")
    ] = None,
) -> None:
    """Play a board on a port, with faults, to try everything without hardware."""
    if name is None:
        _list()
        return
    from nmr_emg.fake import FakeBoard  # noqa: PLC0415  (only who uses it pays for it)
    from nmr_emg.fake.boards import board as firmware  # noqa: PLC0415

    board = FakeBoard(
        firmware(name, settings(words or [])),
        faults or [],
        seed=seed,
        signal=signal,
        speed=_speed(speed),
        link=link,
        at=at,
        keep=REMEMBERED,
    )
    with board:
        line(board.port)
        sys.stdout.flush()
        note(
            f"plays {name}, {board.firmware.channels} channels at {board.firmware.rate:g} Hz; Ctrl-C ends it"
        )
        _wait(seconds)
    last = board.sent[-1].index + 1 if len(board.sent) else 0
    note(
        f"{last} samples, {len(board.heard)} bytes heard, {board.overrun} bytes lost because nobody read them"
    )


def _wait(seconds: float) -> None:
    end = monotonic() + seconds
    try:
        while (left := end - monotonic()) > 0:
            sleep(min(left, 0.2))
    except KeyboardInterrupt:
        note("")


def _speed(text: str) -> float:
    try:
        speed = inf if text == "max" else float(text)
    except ValueError:
        speed = 0.0
    if not speed > 0:
        raise ConfigError(f"--speed {text}: expected a number above 0, or max")
    return speed


def _list() -> None:
    from nmr_emg.fake import BOARDS, KINDS  # noqa: PLC0415

    line(f"boards: {', '.join(BOARDS)}")
    for kind, (usual, told) in KINDS.items():
        line(f"--fault {kind}={usual:g}: {told}")
