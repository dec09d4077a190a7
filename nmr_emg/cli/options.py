"""Options that several commands share, worded once."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]
Device = Annotated[
    str, typer.Option("--device", help="simulator, brainflow:NAME-OR-ID, replay:FILE, …", metavar="DEVICE")
]
Port = Annotated[str | None, typer.Option("--port", help="Serial port of the board.", metavar="PORT")]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile", help="Acquisition profile; by default the one for the sampling rate.", metavar="NAME"
    ),
]
Channels = Annotated[
    list[str] | None,
    typer.Option(
        "--channel", help="Name a channel, counted from 0; may be given again.", metavar="INDEX=LABEL"
    ),
]
MontageFile = Annotated[
    Path | None,
    typer.Option("--montage", help="Muscles, sides, roles and pairs from a file.", metavar="FILE.toml"),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", help="Setting of the device, or of a stage (envelope.window=0.25).", metavar="KEY=VALUE"
    ),
]
StageSettings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Setting of a stage (envelope.window=0.25).", metavar="STAGE.KEY=VALUE"),
]
Pairs = Annotated[
    list[str] | None,
    typer.Option("--pair", help="Compare two channels; may be given again.", metavar="A:B"),
]
Seconds = Annotated[
    float | None,
    typer.Option("--seconds", help="How much signal to take.", min=0.1),
]
Patience = Annotated[
    float,
    typer.Option(
        "--patience", help="How many seconds a board that was lost is waited for; 0: not at all.", min=0
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it is there already.")]
Lsl = Annotated[
    bool,
    typer.Option(
        "--lsl",
        help="Offer the session to other programs over LSL. LSL asks nobody who they are: anyone in the network can read it.",
    ),
]
Rate = Annotated[
    float | None,
    typer.Option("--rate", help="Samples a second, for files that do not say.", metavar="HZ"),
]
Unit = Annotated[
    str | None,
    typer.Option("--unit", help="V, mV, uV or counts, for files that do not say."),
]
