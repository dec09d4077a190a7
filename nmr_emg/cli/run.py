"""A session in front of a user: bars or a progress line while it runs, Ctrl-C to end it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rich.table import Table

from nmr_emg.cli.say import aside, console, print_json
from nmr_emg.session import Session


def watch(session: Session, show: Callable[[], None], every: float = 0.1) -> None:
    """Start a session and show it until it ends or the user interrupts it.

    Raises:
        NmrEmgError: what ended it.
    """
    with _ended_by_signals(session):
        session.start()
        while not session.wait(every):
            show()
    session.stop()


@contextmanager
def _ended_by_signals(session: Session) -> Iterator[None]:
    """End the session, and nothing else, at Ctrl-C or a polite kill."""

    def end(_: int, __: FrameType | None) -> None:
        session.end()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def progress_line(session: Session, what: str) -> Iterator[Callable[[], None]]:
    """A line on stderr that counts seconds and losses, where stderr is a terminal."""
    with aside.status(f"{what} …") as status:

        def show() -> None:
            ledger = session.ledger
            status.update(f"{what} {ledger.seconds:.1f} s, {ledger.lost} samples lost (Ctrl-C ends it)")

        yield show


def print_summary(summary: dict[str, Any], *, json: bool) -> None:
    """What a session amounted to."""
    if json:
        print_json(summary)
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    gaps = summary["gaps"]
    rate = summary["rate_effective"]
    rows = {
        "file": summary["file"],
        "device": summary["device"],
        "length": f"{summary['seconds']:.2f} s, {summary['samples']} samples at {summary['rate']:g} Hz",
        "measured rate": None if rate is None else f"{rate:.2f} Hz",
        "lost": f"{summary['lost']} samples in {len(gaps)} gaps" if gaps else "nothing",
        "events": str(summary["events"]),
        **{key: str(summary[key]) for key in ("report", "screen") if summary.get(key)},
    }
    for key, value in rows.items():
        if value is not None:
            table.add_row(f"[bold]{key}[/bold]", str(value))
    console.print(table)
