"""Faults by name: what can go wrong between a board and the program that reads it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import Any

from nmr_emg.errors import ConfigError

KINDS = MappingProxyType(
    {
        "drop": (1.0, "so many frames are never sent; the counter goes on"),
        "drop_bytes": (1.0, "so many bytes are missing somewhere in a frame"),
        "duplicate": (1.0, "a frame comes so many times more"),
        "flip": (1.0, "so many bits of a frame are flipped"),
        "insert": (1.0, "so many bytes too many somewhere in a frame"),
        "truncate": (0.0, "so many bytes at a frame's end are missing; 0: any number"),
        "burst": (64.0, "so many bytes of garbage before a frame"),
        "text": (0.0, "a text before a frame: text=StartUp!"),
        "stall": (1.0, "for so many seconds nothing comes, then all of it at once"),
        "mute": (1.0, "for so many seconds nothing is sent; the board samples on and its counter runs"),
        "dribble": (1.0, "for so many seconds every byte comes alone"),
        "late": (0.016, "from here on bytes are handed over every so many seconds, as USB adapters do"),
        "garble": (1.0, "for so many seconds bytes are as read at twice the baud rate"),
        "unplug": (inf, "the port is gone, for so many seconds or for good"),
        "power_cycle": (1.0, "the board is off for so many seconds, then begins anew"),
        "drift": (80.0, "the board's clock is so many ppm fast, from the start"),
    }
)
"""Kinds of faults: the amount when none is given, and what happens."""

_FORM = re.compile(r"(?P<kind>\w+)(?:=(?P<amount>[^@]*))?(?:@(?P<when>.+))?")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Args:
        kind: one of `KINDS`.
        amount: how much of it, in the kind's own measure.
        frame: happens at this frame, counted from 0.
        second: happens at the first frame from this second of streaming on.
        chance: happens at every frame with this probability.
        every: happens at every so manieth frame.
        text: what the kind "text" says.

    Without `frame`, `second`, `chance` or `every` it happens at the first frame.

    >>> Fault.parse("drop=3@250")
    Fault(kind='drop', amount=3.0, frame=250, second=None, chance=0.0, every=0, text='')
    >>> Fault.parse("flip@1%").chance, Fault.parse("stall=0.5@2s").second, Fault.parse("drop@/100").every
    (0.01, 2.0, 100)
    """

    kind: str
    amount: float = -1.0
    frame: int | None = None
    second: float | None = None
    chance: float = 0.0
    every: int = 0
    text: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"there is no fault {self.kind!r}; there are {', '.join(KINDS)}")
        if not 0 <= self.chance <= 1:
            raise ConfigError(f"fault {self.kind}: a chance of {self.chance:.0%} can't be")
        if self.amount < 0 and self.kind != "drift":
            object.__setattr__(self, "amount", KINDS[self.kind][0])
        if self.frame is None and self.second is None and not self.chance and not self.every:
            object.__setattr__(self, "frame", 0)

    @classmethod
    def parse(cls, words: str) -> "Fault":
        """From words: KIND, KIND=AMOUNT, and after an @ when: 250 (frame), 2s, 1% (chance), /100 (every 100th).

        Raises:
            ConfigError: they mean nothing.
        """
        found = _FORM.fullmatch(words.strip())
        if found is None:
            raise ConfigError(
                f"--fault {words!r}: say KIND, KIND=AMOUNT or KIND=AMOUNT@WHEN, like stall=2@10s"
            )
        kind, amount, when = found["kind"], found["amount"], found["when"]
        text = (amount or "") if kind == "text" else ""
        try:
            much = float(amount) if amount and kind != "text" else _usual(kind)
            return cls(kind, much, text=text, **_moment(when))
        except ValueError as error:
            if isinstance(error, ConfigError):
                raise
            raise ConfigError(
                f"--fault {words!r}: an amount is a number, and WHEN is 250 (frame), 2s, 1% or /100"
            ) from error

    def starts(self, frame: int, second: float, before: float, draw: float) -> bool:
        """Whether it begins at a frame.

        Args:
            frame: its number.
            second: its time in seconds of streaming.
            before: that of the frame before it.
            draw: a random number in [0, 1).
        """
        if self.frame is not None:
            return frame == self.frame
        if self.second is not None:
            return before < self.second <= second
        return draw < self.chance if self.chance else frame % self.every == self.every - 1


def faults_of(words: Iterable[Fault | str]) -> tuple[Fault, ...]:
    """Faults, given as such or in words."""
    return tuple(one if isinstance(one, Fault) else Fault.parse(one) for one in words)


def _usual(kind: str) -> float:
    return KINDS[kind][0] if kind in KINDS else 0.0


def _moment(when: str | None) -> dict[str, Any]:
    if when is None:
        return {}
    if when.endswith("%"):
        return {"chance": float(when[:-1]) / 100}
    if when.endswith("s"):
        return {"second": float(when[:-1])}
    if when.startswith("/"):
        every = int(when[1:])
        if every < 1:
            raise ValueError(when)
        return {"every": every}
    return {"frame": int(when)}
