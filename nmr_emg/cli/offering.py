"""Sessions offered to other programs, if that is asked for."""

from collections.abc import Callable

from nmr_emg.cli.say import note
from nmr_emg.errors import NmrEmgError
from nmr_emg.session import Session


def offering(lsl: bool) -> Callable[[Session], None]:
    """What to do with each session before it starts: offer it over LSL, or nothing.

    Raises:
        ConfigError: it is asked for, and pylsl is missing.
    """
    if not lsl:
        return lambda _: None
    from nmr_emg.drivers.lsl.library import library  # noqa: PLC0415  (only who uses it pays for it)
    from nmr_emg.drivers.lsl.outlet import NAME, LslOutlet  # noqa: PLC0415

    library()

    def offer(session: Session) -> None:
        try:
            session.attach(LslOutlet(session.info))
        except NmrEmgError:
            session.stop()
            raise
        note(f"nmr-emg: offered over LSL as {NAME!r}: anybody in this network can read along")

    return offer
