"""`ask` and `contacts`: commands that talk to a board without recording."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from nmr_emg import content
from nmr_emg.cli import options as opt
from nmr_emg.cli.say import console, line, note, print_json
from nmr_emg.cli.words import settings
from nmr_emg.drivers.serial.board import SERIAL, load_board
from nmr_emg.errors import ConfigError

SHORTED = 100.0
"""Below so many Ω no skin lies between the electrodes."""

Name = Annotated[str, typer.Argument(help="A board of drivers/, such as cyton.", metavar="DEVICE")]


def ask(
    device: Name,
    question: Annotated[
        str | None, typer.Argument(help="What to ask; without one those it knows are listed.")
    ] = None,
    port: opt.Port = None,
    words: opt.Settings = None,
    json: opt.Json = False,
) -> None:
    """Ask a board on a serial port: its version, its registers, its sampling rate."""
    board = load_board(_file(device))
    if question is None:
        found = {name: step.send or step.hex for name, step in board.askable.items()}
        if json:
            print_json({"questions": list(found)})
        else:
            line(f"{device} can be asked: {', '.join(found) or 'nothing'}")
        return
    from nmr_emg.drivers.serial.asking import ask as ask_board  # noqa: PLC0415  (only who uses it pays for it)
    from nmr_emg.drivers.serial.driver import words_of  # noqa: PLC0415

    answer = ask_board(board, words_of(_words(port, words)), question)
    if json:
        print_json({"question": question, "answer": answer})
    else:
        line(answer.strip())


def contacts(device: Name, port: opt.Port = None, words: opt.Settings = None, json: opt.Json = False) -> None:
    """Measure the contact of every electrode with the board's own test current."""
    from nmr_emg.drivers.serial.impedance import contacts as measured  # noqa: PLC0415  (only who uses it pays for it)

    if not json:
        note("measuring, some six seconds for each side of the channels …")
    found = measured(_file(device), _words(port, words))
    if json:
        print_json({"contacts": [asdict(one) for one in found]})
        return
    table = Table("channel", "electrode", "contact kΩ", "")
    for one in found:
        shown = "–" if one.ohm is None else f"{one.ohm / 1e3:.1f}"
        table.add_row(one.label, one.side, shown, _verdict(one.ohm))
    console.print(table)


def _verdict(ohm: float | None) -> str:
    """What a resistance means, as far as it can be told without knowing the electrode."""
    if ohm is None:
        return "nothing connected"
    return "shorted, or no test current" if ohm < SHORTED else ""


def _words(port: str | None, words: list[str] | None) -> dict[str, str]:
    return {**settings(words or []), **({} if port is None else {"port": port})}


def _file(device: str) -> Path:
    path = content.file("drivers", device)
    if content.table(path).get("driver") != SERIAL:
        raise ConfigError(f"{device} is no board on a serial port; there is nothing to ask")
    return path
