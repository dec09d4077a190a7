"""`demo`: the main job on the simulator, from muscles to a report, in twenty seconds."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from nmr_emg.cli import options as opt
from nmr_emg.cli.devices import Wish, connect
from nmr_emg.cli.reporting import report_on
from nmr_emg.cli.run import print_summary, with_bars
from nmr_emg.cli.say import line, note
from nmr_emg.cli.streaming import recording_to, services, session_on
from nmr_emg.cli.words import settings
from nmr_emg.errors import ConfigError
from nmr_emg.gui.app import run
from nmr_emg.gui.look import Look
from nmr_emg.gui.picture import picture
from nmr_emg.gui.qt import has_display
from nmr_emg.ledger import Ledger
from nmr_emg.session import Session

SCENE = "bridge"


def demo(
    seconds: Annotated[float, typer.Option(help="How long.", min=1.0)] = 20.0,
    out: Annotated[Path, typer.Option(help="Folder for session.h5, report.html and screen.png.")] = Path(
        "demo"
    ),
    headless: Annotated[
        bool, typer.Option("--headless", help="Bars in the terminal instead of a window.")
    ] = False,
    words: opt.Settings = None,
    json: opt.Json = False,
) -> None:
    """Watch a simulated glute bridge: live bars, a recording, a report."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--out {out}: {error.strerror}; name a folder that can be written to") from error
    wish = Wish("simulator", settings={"scene": SCENE, **settings(words or [])})
    shown = not headless and has_display() and has_window()
    session, screen = (_in_window if shown else _in_terminal)(wish, out, seconds)
    report = report_on([out / "session.h5"], out / "report.html")
    files = {
        "file": str(out / "session.h5"),
        "session": str(out / "session.h5"),
        "report": str(report),
        "screen": screen,
    }
    print_summary({**files, **session.as_json()}, json=json)
    if not json:
        line(f"Now open {report} in a browser.")


def has_window() -> bool:
    """Whether the extra `gui` is installed."""
    return all(find_spec(name) is not None for name in ("PySide6", "pyqtgraph"))


def _in_terminal(wish: Wish, out: Path, seconds: float) -> tuple[Ledger, str | None]:
    connection = connect(wish)
    session = session_on(connection, recording_to(out / "session.h5", "demo", overwrite=True), seconds)
    look = with_bars(session, connection.pairs, every=1.0)
    return session.ledger, _picture(look, out / "screen.png") if has_window() else None


def _picture(look: Look, path: Path) -> str | None:
    try:
        return str(picture(look, path))
    except ConfigError as error:
        note(f"no picture of the window: {error}")
        return None


def _in_window(wish: Wish, out: Path, seconds: float) -> tuple[Ledger, str | None]:
    sessions: list[Session] = []
    handed = services(
        wish,
        out,
        sessions.append,
        record=recording_to(out / "session.h5", "demo", overwrite=True),
        seconds=seconds,
    )
    run(handed, wish.device, seconds=seconds, picture=out / "screen.png")
    if not sessions:
        raise ConfigError("the window was closed before the demo began")
    return sessions[0].ledger, str(out / "screen.png")
