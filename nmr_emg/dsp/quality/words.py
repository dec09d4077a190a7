"""What is said about a signal: for every check, what is wrong and what helps. The only place with such sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """Two halves of a sentence.

    Args:
        what: what is wrong, in a therapist's words.
        fix: what to try, the likeliest help first.
    """

    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.what}: {self.fix}"


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "flat": Words(
            "no signal",
            "the lead is off, or the channel is switched off; press the electrode and its clip",
        ),
        "clipped": Words(
            "the signal is clipped, it hits the limit of the amplifier",
            "press the electrode on or renew it; if it stays, lower the gain",
        ),
        "rail": Words(
            "the signal is close to the limit of the amplifier",
            "renew the electrode, check the ground electrode; if it stays, lower the gain",
        ),
        "lost": Words(
            "samples are lost on their way from the board",
            "move the board closer to the computer, charge it, close other programs",
        ),
        "envelope": Words(
            "this looks like an envelope, not like raw EMG",
            "declare the channel's kind as envelope, or use the board's raw output",
        ),
        "mains": Words(
            "mains hum",
            "move away from power supplies, twist the leads together, check the ground electrode",
        ),
        "motion": Words(
            "the leads or electrodes move",
            "tape the leads to the skin, leave them some slack, press the electrodes on",
        ),
        "shift": Words(
            "the baseline jumps, an electrode was touched or pulled",
            "press the electrode on, renew it if its edge lifts, tape the lead to the skin",
        ),
        "heartbeat": Words(
            "heartbeats show in the signal",
            "move the electrodes closer together and further from the heart, or raise the lower edge of the band to 30 Hz",
        ),
        "noise": Words(
            "noisy at rest",
            "let the muscle go loose; if it stays, clean the skin, moisten it, and press the electrodes on",
        ),
    }
)
"""By the name of the check."""


def sentence(check: str) -> str:
    """What is wrong and what to do, for one check.

    >>> sentence("mains").partition(":")[0]
    'mains hum'
    """
    return str(WORDS[check])
