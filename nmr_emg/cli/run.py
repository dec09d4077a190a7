"""A session in front of a user: bars or a progress line while it runs, Ctrl-C to end it."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from rich.table import Table

from nmr_emg.cli.bars import follow
from nmr_emg.cli.say import aside, console, note, print_json
from nmr_emg.cli.trouble import Trouble
from nmr_emg.dsp.delays import delay_words
from nmr_emg.gui.look import Look
from nmr_emg.gui.watch import Watch
from nmr_emg.montage import Pair
from nmr_emg.session import Session


def with_bars(session: Session, pairs: Sequence[Pair], every: float | None = None) -> Look:
    """Run a session to its end with its bars in the terminal, and give its liveliest look.

    Args:
        session: built, not started.
        pairs: the two sides of each column of the track `balance`.
        every: seconds between two lines where stderr is no terminal; `None` for none.

    Raises:
        NmrEmgError: what ended it.
    """
    watch = Watch(session, pairs, delay=delay_words(session.chain, session.info))
    with ended_by_signals(session):
        session.start()
        look = follow(watch, every=every)
    session.stop()
    return look


def with_line(session: Session, what: str) -> None:
    """Run a session to its end with a line on stderr that counts seconds and losses, where that is a terminal.

    Raises:
        NmrEmgError: what ended it.
    """
    with ended_by_signals(session), aside.status(f"{what} …") as status:
        session.start()
        ledger, trouble = session.ledger, Trouble(lambda text: note(f"nmr-emg: {text}"))
        while not session.wait(0.1):
            trouble.hear(session.trouble)
            trouble.tell(ledger.notices)
            status.update(f"{what} {ledger.seconds:.1f} s, {ledger.lost} samples lost (Ctrl-C ends it)")
        trouble.tell(ledger.notices)
    session.stop()


@contextmanager
def ended_by_signals(session: Session) -> Iterator[None]:
    """End the session, and nothing else, at Ctrl-C or a polite kill."""

    def end(_: int, __: FrameType | None) -> None:
        session.end()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def print_summary(summary: dict[str, Any], *, json: bool) -> None:
    """What a session amounted to."""
    for warning in summary["warnings"]:
        note(f"nmr-emg: {warning}")
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
        "lost": f"{summary['lost']} samples in {len(gaps)} gap{'s' * (len(gaps) != 1)}"
        if gaps
        else "nothing",
        "reconnected": f"{summary['reconnects']} time{'s' * (summary['reconnects'] != 1)}"
        if summary["reconnects"]
        else None,
        "events": str(summary["events"]),
        **{key: str(summary[key]) for key in ("report", "screen") if summary.get(key)},
    }
    for key, value in rows.items():
        if value is not None:
            table.add_row(f"[bold]{key}[/bold]", str(value))
    console.print(table)
