"""How long a chain's filters delay what they let through."""

from typing import Protocol, runtime_checkable

from nmr_emg.block import StreamInfo
from nmr_emg.registry import stage_name
from nmr_emg.stage import Chain, Stage

SHOWN = ("bandpass", "envelope")
"""Stages between the muscle and a bar."""


@runtime_checkable
class Delaying(Protocol):
    """A stage whose tracks come later than what they tell of."""

    def delay(self, info: StreamInfo) -> float:
        """By how much (s)."""
        ...


def delays(chain: Stage, info: StreamInfo) -> dict[str, float]:
    """Delay of every stage (s), 0 for those that have none.

    >>> from nmr_emg.block import Channel
    >>> from nmr_emg.dsp.settling import Settling
    >>> delays(Chain((Settling(),)), StreamInfo(250, (Channel("a"),)))
    {'settling': 0.0}
    """
    stages = chain.stages if isinstance(chain, Chain) else (chain,)
    return {stage_name(one): float(one.delay(info)) if isinstance(one, Delaying) else 0.0 for one in stages}


def shown_delay(chain: Stage, info: StreamInfo) -> float:
    """How much later than the muscle the envelope moves (s): band-pass and envelope together."""
    return sum(seconds for name, seconds in delays(chain, info).items() if name in SHOWN)


def delay_words(chain: Stage, info: StreamInfo) -> str:
    """What a status line says of it, such as "filters 57 ms"; what board, computer and screen take comes on top."""
    seconds = shown_delay(chain, info)
    return f"filters {1000 * seconds:.0f} ms" if seconds else ""


def delays_ms(chain: Stage, info: StreamInfo) -> dict[str, float]:
    """The same in ms, for people and files: every stage, and what a bar is late by as "shown"."""
    found = {name: round(1000 * seconds, 2) for name, seconds in delays(chain, info).items()}
    return {**found, "shown": round(1000 * shown_delay(chain, info), 2)}
