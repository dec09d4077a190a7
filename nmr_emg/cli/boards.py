"""`devices`: boards that content files describe, and ports that the computer has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from nmr_emg import content
from nmr_emg.cli import options as opt
from nmr_emg.cli.devices import driver_of
from nmr_emg.cli.say import console, line, note, print_json
from nmr_emg.drivers.serial.board import SERIAL, load_board
from nmr_emg.drivers.serial.discovery import Probe, SerialPort, asked, match, ports
from nmr_emg.errors import ConfigError

KEYS = ("driver", "description", "rate", "channels")


@dataclass(frozen=True, slots=True)
class Known:
    """A file of `drivers/`.

    Args:
        name: the word for `--device`.
        path: of the file.
        data: what lists show of it, by `KEYS`.
        usb: USB ids of the ports it may be on.
        asks: whether it can be asked who it is.
    """

    name: str
    path: Path
    data: Mapping[str, Any]
    usb: tuple[str, ...] = ()
    asks: bool = False


def known(tell: Callable[[str], None] = lambda _: None) -> list[Known]:
    """Every file of `drivers/` that can be read; what is wrong with another is told, and it is passed over."""
    found = []
    for name, path in content.files("drivers").items():
        try:
            found.append(_known(name, path))
        except ConfigError as error:
            tell(f"nmr-emg: {error}; the file is passed over")
    return found


def _known(name: str, path: Path) -> Known:
    data = content.table(path)
    if driver_of(path) != SERIAL:
        return Known(str(data.get("name", name)), path, {key: data.get(key) for key in KEYS})
    from nmr_emg.drivers.serial.fitting import fit  # noqa: PLC0415  (only boards on a serial port need it)

    board = load_board(path)
    try:
        info = fit(board, {}).info
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error
    # A text that is listened to first decides its rate and its columns itself.
    found = (None, None) if board.listen else (info.rate, len(info.channels))
    shown = dict(zip(KEYS, (board.driver, board.description, *found), strict=True))
    return Known(name, path, shown, board.serial.usb, bool(board.dialogue.probe))


def boards() -> list[dict[str, Any]]:
    """Every file of `drivers/`, as lists show it."""
    return [{"name": one.name, **one.data} for one in known()]


def look_through() -> None:
    """Check every file of `drivers/`, with all its variants and choices.

    Raises:
        ConfigError: something in one can't be; the text names the file and the key.
    """
    from nmr_emg.drivers.serial.checking import checked_file  # noqa: PLC0415  (only who checks pays for it)

    for name, path in content.files("drivers").items():
        if _known(name, path).data["driver"] == SERIAL:
            checked_file(path)


def devices(
    probe: Annotated[
        bool, typer.Option("--probe", help="Ask what is on each port; this resets some boards.")
    ] = False,
    json: opt.Json = False,
) -> None:
    """List the boards we know and the ports that are there."""
    files = known(note)
    told = _ports(files, probe=probe)
    if json:
        print_json({"boards": [{"name": one.name, **one.data} for one in files], "ports": told})
        return
    table = Table("device", "what it is", "rate Hz", "channels")
    for one in files:
        rate, channels = one.data["rate"], one.data["channels"]
        numbers = ("–" if value is None else f"{value:g}" for value in (rate, channels))
        table.add_row(one.name, str(one.data["description"]), *numbers)
    console.print(table)
    for port in told:
        line(_worded(port))
    if not told:
        line("No serial ports found.")


def _ports(files: Sequence[Known], *, probe: bool) -> list[dict[str, Any]]:
    found = ports()
    fitting = match(found, {one.name: one.usb for one in files})
    answers = asked(fitting, _probes(files, found)) if probe else {}
    # A Cyton with a Daisy answers as a Cyton too: the board that makes most of it is the one to choose.
    wide = {one.name: one.data["channels"] or 0 for one in files}
    return [
        _port(port, fitting[port.device], answers.get(port.device, {}), lambda name: wide[name])
        for port in found
    ]


def _port(
    port: SerialPort, fitting: Sequence[str], answers: Mapping[str, str], wide: Callable[[str], int]
) -> dict[str, Any]:
    best = max(answers, key=wide, default=None)
    return {
        "port": port.device,
        "description": port.description,
        "board": best or (fitting[0] if len(fitting) == 1 else None),
        "candidates": list(answers or fitting),
        "usb": port.usb,
        "answer": answers[best].strip() if best else None,
    }


def _probes(files: Sequence[Known], found: Sequence[SerialPort]) -> dict[str, Probe]:
    from nmr_emg.drivers.serial.asking import who  # noqa: PLC0415  (only who asks pays for it)

    def asking(one: Known) -> Probe:
        board = load_board(one.path)

        def ask(port: str) -> str | None:
            note(f"asking {port} whether it is {one.name} …")
            return who(board, port)

        return ask

    return {one.name: asking(one) for one in files if one.asks} if found else {}


def _worded(port: Mapping[str, Any]) -> str:
    """A port in a line."""
    where = f"{port['port']}: {port['description']}" + (f" [{port['usb']}]" if port["usb"] else "")
    if port["answer"]:
        return f"{where}: {port['board']} answers"
    names: list[str] = port["candidates"]
    if len(names) > 1:
        return f"{where}: may be {' or '.join(names)}; nmr-emg devices --probe asks it"
    return f"{where}: {names[0]}, by its USB id" if names else where
