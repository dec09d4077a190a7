"""What the window is handed: it imports no driver and no file format."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from nmr_emg.driver import Sink
from nmr_emg.session import Session


def _no_pairs(session: Session) -> Sequence[tuple[str, str]]:  # noqa: ARG001  (the signature of `pairs`)
    return ()


def _no_delay(session: Session) -> str:  # noqa: ARG001
    return ""


@dataclass(frozen=True, slots=True)
class Services:
    """What a window needs from outside.

    Args:
        devices: names of what can be connected to, best guess first.
        connect: builds a session on one of them, its driver open, not started. Called in a thread of its
            own, since a board may take seconds to answer.
        recorder: opens a recording of a session; the session closes it.
        folder: where recordings go.
        pairs: the two sides of each column of the track `balance`, as labels or words; its direction is
            positive towards the first.
        delay: what to say about the delay of the session's filters ("filters 30 ms"), or nothing.
    """

    devices: Callable[[], list[str]]
    connect: Callable[[str], Session]
    recorder: Callable[[Path, Session], Sink]
    folder: Path
    pairs: Callable[[Session], Sequence[tuple[str, str]]] = _no_pairs
    delay: Callable[[Session], str] = _no_delay
