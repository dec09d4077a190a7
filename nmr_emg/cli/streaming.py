"""`record`, `live` and `devices`: commands about a board."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from nmr_emg.cli import options as opt
from nmr_emg.cli.boards import boards
from nmr_emg.cli.devices import PATIENCE, Connection, Wish, connect, open_driver
from nmr_emg.cli.offering import offering
from nmr_emg.cli.run import print_summary, with_bars
from nmr_emg.cli.say import note
from nmr_emg.cli.words import montage, pair, settings
from nmr_emg.cli.writing import recorder_at
from nmr_emg.driver import Sink
from nmr_emg.dsp.delays import delay_words
from nmr_emg.errors import ConfigError, DriverError
from nmr_emg.gui.app import run
from nmr_emg.gui.services import Services
from nmr_emg.ledger import Ledger
from nmr_emg.montage import Montage, merged
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.session import Session


def wish_of(
    device: str,
    port: str | None,
    profile: str | None,
    channel: list[str] | None,
    file: Path | None,
    words: list[str] | None,
    pairs: list[str] | None,
    patience: float = PATIENCE,
) -> Wish:
    """What the options of `record` and `live` ask for."""
    named = merged(montage(channel or [], file), Montage({}, tuple(pair(text) for text in pairs or ())))
    own = settings(words or [])
    if port is not None:
        own["port"] = port
    return Wish(device, profile, named, own, patience)


def record(
    device: opt.Device,
    out: Annotated[Path, typer.Option("-o", "--out", help="The HDF5 file to write.", show_default=False)],
    port: opt.Port = None,
    profile: opt.Profile = None,
    channel: opt.Channels = None,
    montage_file: opt.MontageFile = None,
    seconds: opt.Seconds = None,
    words: opt.Settings = None,
    pairs: opt.Pairs = None,
    patience: opt.Patience = PATIENCE,
    lsl: opt.Lsl = False,
    force: opt.Force = False,
    json: opt.Json = False,
) -> None:
    """Stream and record, without a window."""
    offer = offering(lsl)
    connection = connect(wish_of(device, port, profile, channel, montage_file, words, pairs, patience))
    session = session_on(connection, recording_to(out, f"record {device}", overwrite=force), seconds)
    offer(session)
    try:
        with_bars(session, connection.pairs)
    except DriverError:
        if session.ledger.samples:
            note(f"nmr-emg: {out} holds the {session.ledger.seconds:.1f} s that came before")
        raise
    print_summary({"file": str(out), **session.ledger.as_json()}, json=json)


Record = Callable[[Connection, Ledger | None], Sink]


def recording_to(path: Path, command: str, *, overwrite: bool = False) -> Record:
    """What makes the recorder for a connection: it stores the profile, the chain and the pairs."""

    def record(connection: Connection, ledger: Ledger | None) -> Recorder:
        info = replace(connection.info, profile=connection.profile.name)
        return recorder_at(path, info, connection.settings(command), overwrite=overwrite, ledger=ledger)

    return record


def session_on(connection: Connection, record: Record | None = None, seconds: float | None = None) -> Session:
    """A session on a connection; if it can't begin, the board is let go of.

    Args:
        connection: an open driver and its chain.
        record: makes a recorder that the session has from its start.
        seconds: after how much signal it ends.
    """
    ledger = Ledger(connection.info)
    try:
        sinks = [record(connection, ledger)] if record else []
    except BaseException:
        connection.driver.close()
        raise
    return Session(connection.driver, connection.chain, sinks, seconds=seconds, ledger=ledger)


def live(
    device: opt.Device = "simulator",
    port: opt.Port = None,
    profile: opt.Profile = None,
    channel: opt.Channels = None,
    montage_file: opt.MontageFile = None,
    words: opt.Settings = None,
    pairs: opt.Pairs = None,
    patience: opt.Patience = PATIENCE,
    lsl: opt.Lsl = False,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for recordings.")] = Path("recordings"),
) -> None:
    """Open the window."""
    wish = wish_of(device, port, profile, channel, montage_file, words, pairs, patience)
    open_driver(device, wish.own)  # a word that names nothing is better told here than in an empty window
    raise typer.Exit(run(services(wish, out, offering(lsl)), device))


def services(
    wish: Wish,
    folder: Path,
    made: Callable[[Session], None] | None = None,
    *,
    record: Record | None = None,
    seconds: float | None = None,
) -> Services:
    """What the window is handed: devices, sessions and recorders, all made here.

    Args:
        wish: what to stream; another device chosen in the window keeps its profile.
        folder: where recordings go.
        made: is told every session that is made.
        record: makes a recorder that every session has from its start.
        seconds: after how much signal a session ends.
    """
    known: dict[int, Connection] = {}

    def connected(device: str) -> Session:
        connection = connect(
            wish if device == wish.device else Wish(device, wish.profile, patience=wish.patience)
        )
        session = session_on(connection, record, seconds)
        known[id(session)] = connection
        if made is not None:
            made(session)
        return session

    def recorded(path: Path, session: Session) -> Sink:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"recordings can't be written to {folder}: {error.strerror}; choose another with -o"
            ) from error
        return recording_to(path, "live")(known[id(session)], None)

    def pairs(session: Session) -> list[tuple[str, str]]:
        return list(known[id(session)].pairs)

    def names() -> list[str]:
        return list(dict.fromkeys([wish.device, *(board["name"] for board in boards())]))

    def delay(session: Session) -> str:
        return delay_words(session.chain, session.info)

    return Services(names, connected, recorded, folder, pairs, delay)
