"""What to do next, in one sentence."""

from nmr_emg.gui.look import Look, Reading

IDLE = "Choose a device and press Start"
OVER = "The session has ended"


def connecting(choice: str) -> str:
    """While a device is being connected."""
    return f"Connecting to {choice} …"


def next_step(look: Look) -> str:
    """What a look calls for; nothing while all is well."""
    bad = next((m for m in look.muscles if m.quality == 2), None)
    if bad is not None:
        return f"{_who(bad)}: {bad.reasons[0] if bad.reasons else 'the signal is bad'}"
    if not look.begun:
        return "Waiting for the first samples …"
    if not any(m.referenced for m in look.muscles):
        return "Press Rest, then Reference"
    return ""


def _who(reading: Reading) -> str:
    return f"{reading.name} {reading.side}".strip()
