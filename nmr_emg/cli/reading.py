"""`info`, `analyze`, `replay` and `recover`: commands about a file."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from nmr_emg.analysis import Question, analyze
from nmr_emg.cli import options as opt
from nmr_emg.cli.devices import Wish, fitted
from nmr_emg.cli.opening import opened, settings_of
from nmr_emg.cli.reference import measured_in, with_reference
from nmr_emg.cli.run import print_summary, with_line
from nmr_emg.cli.say import console, line, note, print_json
from nmr_emg.cli.words import pair, stage_settings, stretch
from nmr_emg.cli.writing import recorder_at
from nmr_emg.driver import Driver
from nmr_emg.dsp.published import METHODS
from nmr_emg.errors import ConfigError
from nmr_emg.ledger import Ledger
from nmr_emg.paced import Paced
from nmr_emg.recordings.recording import Recording
from nmr_emg.recordings.recover import recover as recover_file
from nmr_emg.registry import as_json, from_json
from nmr_emg.session import Session
from nmr_emg.stage import Chain

File = Annotated[Path, typer.Argument(help="A recording of any known format.", show_default=False)]

GAP = 2
"""Between two columns."""


def info(file: File, rate: opt.Rate = None, unit: opt.Unit = None, json: opt.Json = False) -> None:
    """Say what a recording holds."""
    found = describe(opened(file, rate, unit))
    if json:
        print_json(found)
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    for key in ("format", "device", "kind", "rate", "seconds", "samples", "events", "start_time"):
        table.add_row(f"[bold]{key}[/bold]", str(found[key]) if found[key] is not None else "–")
    lost = sum(gap["samples"] for gap in found["gaps"])
    table.add_row("[bold]lost[/bold]", f"{lost} samples in {len(found['gaps'])} gaps" if lost else "nothing")
    for channel in found["channels"]:
        words = " ".join(channel[key] for key in ("label", "side", "muscle", "role") if channel[key])
        table.add_row("[bold]channel[/bold]", f"{words} ({channel['unit']})")
    console.print(table)


def describe(recording: Recording) -> dict[str, Any]:
    """What `info` prints; runs the recording to its end."""
    session = Session(recording, Chain())
    ledger = session.run()
    stream = recording.info
    say_damage(recording)
    kinds = [stream.channels[i].kind for i in stream.emg] or ["aux"]
    return {
        "format": recording.format,
        "kind": kinds[0],
        "rate": stream.rate,
        "samples": ledger.samples,
        "seconds": round(ledger.seconds, 6),
        "channels": [
            {key: getattr(channel, key) for key in ("label", "muscle", "side", "role", "unit", "kind")}
            for channel in stream.channels
        ],
        "gaps": ledger.gaps,
        "events": recording.events if recording.events is not None else ledger.events - len(ledger.gaps),
        "start_time": recording.start_time,
        "device": stream.device,
        "schema_version": getattr(recording, "schema_version", None),
        "skipped": recording.skipped,
        "notes": list(recording.notes),
    }


def say_damage(recording: Recording) -> None:
    """Tell on stderr what a recording left out and what was assumed of it."""
    for text in recording.notes:
        note(f"note: {text}")
    if recording.skipped:
        first = recording.damage[0] if recording.damage else {"line": "?", "why": "damaged"}
        note(f"skipped {recording.skipped} damaged rows; the first at line {first['line']}: {first['why']}")


def analyze_file(
    file: File,
    profile: opt.Profile = None,
    rest: Annotated[str | None, typer.Option(help="A stretch of rest, in seconds.", metavar="A:B")] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", help="Report only this channel; may be given again.", metavar="LABEL"),
    ] = None,
    pairs: opt.Pairs = None,
    detector: Annotated[
        str | None,
        typer.Option(
            help=f"List the bursts that a published method finds: {', '.join(METHODS)}.", metavar="NAME"
        ),
    ] = None,
    reference: Annotated[
        str | None,
        typer.Option(
            help="A stretch of reference contraction, or a recording that holds one.", metavar="A:B|FILE"
        ),
    ] = None,
    words: opt.StageSettings = None,
    rate: opt.Rate = None,
    unit: opt.Unit = None,
    json: opt.Json = False,
) -> None:
    """Run a recording through the whole chain and sum it up."""
    question = Question(
        profile=profile,
        rest=stretch(rest, "--rest") if rest else None,
        channels=tuple(channel or ()),
        pairs=tuple(pair(text) for text in pairs or ()),
        detector=detector,
        settings=stage_settings(words or []),
    )
    question = with_reference(question, reference, lambda: measured_in(opened(file, rate, unit), question))
    found = analyze(lambda: opened(file, rate, unit), question)
    found["file"] = str(file)
    if json:
        print_json(found)
    else:
        _print_analysis(found)


def _row(one: dict[str, Any]) -> dict[str, str]:
    keys = {
        "rest µV": "rest_uV",
        "SNR dB": "snr_db",
        "RMS µV": "rms_uV",
        "peak µV": "peak_uV",
        "MDF Hz": "mdf_hz",
    }
    return {
        "channel": one["label"],
        "quality": one["quality"]["state"],
        **{name: "–" if one[key] is None else f"{one[key]:.4g}" for name, key in keys.items()},
        "bursts": str(len(one["bursts"])),
        "minor": str(len(one["minor"])),
    }


def _print_table(rows: list[dict[str, str]]) -> None:
    """A table where it fits, else a line for each number: nothing is ever cut off."""
    table = Table(box=None, padding=(0, GAP, 0, 0))
    for name in rows[0]:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*row.values())
    if sum(max(len(row[name]) for row in [*rows, {name: name}]) + GAP for name in rows[0]) <= console.width:
        console.print(table)
        return
    for row in rows:
        for name, value in row.items():
            line(f"{name}: {value}")
        line("")


def _print_analysis(found: dict[str, Any]) -> None:
    line(f"profile {found['profile']}, {found['rate']:g} Hz. {found['lost']}")
    if found["detector"] != "activation":
        line(f"bursts as the published detector {found['detector']} finds them")
    _print_table([_row(one) for one in found["channels"]])
    for one in found["channels"]:
        for reason in one["quality"]["reasons"]:
            line(f"{one['label']}: {reason}")
        if one["bursts_refused"]:
            line(f"{one['label']}: no bursts are listed: {one['bursts_refused']}")
        if one["reference_note"]:
            line(f"{one['label']}: {one['reference_note']}")
    for one in found["pairs"]:
        score = one["reason"] if one["score"] is None else _score(one)
        line(f"balance {one['a']} : {one['b']}: {score} (normalisation: {one['normalisation']})")


def _score(pair: dict[str, Any]) -> str:
    if pair["ci"] is None:
        return f"{pair['score']:.0f} of 100"
    low, high = pair["ci"]
    more = pair["a"] if pair["direction"] > 0 else pair["b"]
    return f"{pair['score']:.0f} of 100 [{low:.0f} to {high:.0f}]" + ("" if high >= 100 else f", more {more}")


def replay(
    file: File,
    speed: Annotated[
        str, typer.Option(help="1 is real time; max is as fast as it goes.", metavar="X|max")
    ] = "1",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Record what is replayed.")] = None,
    profile: opt.Profile = None,
    rate: opt.Rate = None,
    unit: opt.Unit = None,
    force: opt.Force = False,
    json: opt.Json = False,
) -> None:
    """Run a recording through the same loop as a live board."""
    factor = _speed(speed)
    recording = opened(file, rate, unit)
    try:
        connection = fitted(recording, Wish(device=f"replay:{file}", profile=profile))
        stored = settings_of(recording).get("chain")
        chain = from_json(stored) if stored and profile is None else connection.chain
        ledger = Ledger(recording.info, speed=factor or 1.0)
        settings = {**connection.settings(f"replay {file}"), "chain": as_json(chain)}
        # At full speed the samples keep the times at which they once came; paced, they come anew.
        clock = getattr(recording, "clock", None) if factor is None else None
        sinks = (
            [recorder_at(out, recording.info, settings, overwrite=force, clock=clock, ledger=ledger)]
            if out
            else []
        )
    except BaseException:
        recording.close()
        raise
    driver: Driver = recording if factor is None else Paced(recording, factor)
    session = Session(driver, chain, sinks, ledger=ledger)
    with_line(session, f"replaying {file.name}")
    say_damage(recording)
    print_summary({"file": str(out) if out else str(file), **session.ledger.as_json()}, json=json)


def _speed(text: str) -> float | None:
    try:
        factor = None if text == "max" else float(text)
    except ValueError:
        factor = 0.0
    if factor is not None and not factor > 0:
        raise ConfigError(f"--speed {text}: expected a number above 0, or max")
    return factor


def recover(
    file: File,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write here and leave FILE alone.")] = None,
    json: opt.Json = False,
) -> None:
    """Make a recording readable again that a crash left behind, and say what was lost."""
    found = recover_file(file, out)
    lost = found.lost_seconds
    if json:
        print_json(
            {"readable": found.readable, "samples": found.samples, "lost_seconds": lost, "why": found.why}
        )
    else:
        (line if found.readable else note)(
            f"{found.samples} samples can be read: {found.why}"
            if found.readable
            else f"{file} can't be read: {found.why}"
        )
    if not found.readable:
        raise typer.Exit(1)
