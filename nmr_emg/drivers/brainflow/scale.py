"""What BrainFlow's values have to be multiplied by to be microvolts, where it doesn't know."""

import json
import re
from collections.abc import Sequence
from types import MappingProxyType

from nmr_emg.drivers.brainflow.boards import Sent
from nmr_emg.errors import ConfigError

KNIGHTS = frozenset({57, 66})
"""NeuroPawn's boards: BrainFlow computes microvolts for a gain of 12, whatever the gain was set to
(brainflow-dev/brainflow, `neuropawn/knight.cpp`; seen with version 5.23)."""

ASSUMED = 12
HIGHEST = 24

COUNTS = MappingProxyType({68: "2.42 V / (2^23 - 1) / gain"})
"""Boards whose electrode rows BrainFlow hands out as the converter's counts, and how much one count is."""


def scales(sent: Sent, other_info: str, commands: Sequence[str], scale: float | None) -> tuple[float, ...]:
    """Microvolts per value of each signal.

    Args:
        sent: what the board sends.
        other_info: BrainFlow's parameter; a Knight's gain may stand in it, as `{"gain": 6}`.
        commands: what the board was told; a Knight's gains may have been changed by `chon_CHANNEL_GAIN`.
        scale: what the user says, for all of them.

    Raises:
        ConfigError: the gain is none that the board has.
    """
    if scale is not None:
        return (scale,) * len(sent.signals)
    if sent.board not in KNIGHTS:
        return (1.0,) * len(sent.signals)
    gains = _gains(other_info, commands)
    common = gains.get(0, ASSUMED)
    return tuple(ASSUMED / gains.get(row, common) for row in sent.signals)


def remark(sent: Sent, scale: float | None) -> str:
    """What must be said about the unit; empty if all is well."""
    if scale is not None or sent.board not in COUNTS:
        return ""
    return (
        f"{sent.name} sends the converter's counts, which are taken for µV; "
        f"say what one is with --set scale=µV ({COUNTS[sent.board]})"
    )


def _gains(other_info: str, commands: Sequence[str]) -> dict[int, int]:
    """A Knight's gains by channel; 0 stands for all others."""
    gains: dict[int, int] = {}
    try:
        told = json.loads(other_info) if other_info.strip() else {}
    except json.JSONDecodeError:
        told = {}
    if isinstance(told, dict) and "gain" in told:
        gains[0] = _gain(told["gain"])
    for command in commands:
        found = re.fullmatch(r"chon_(\d+)_(\w+)", command.strip())
        if found:
            gains[int(found[1])] = _gain(found[2])
    return gains


def _gain(value: object) -> int:
    text = str(value)
    if not (text.isdecimal() and 1 <= int(text) <= HIGHEST):
        raise ConfigError(f"a Knight has no gain {text!r}; it is a whole number from 1 to {HIGHEST}")
    return int(text)
