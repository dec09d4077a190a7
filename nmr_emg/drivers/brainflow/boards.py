"""BrainFlow's boards by name, and what they send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from nmr_emg.errors import ConfigError

PLAYBACK = -3
STREAMING = -2
"""These two send what another board does, `master_board`."""

IN_G = frozenset({0, 1, 2, 4, 5, 6, 46})
"""OpenBCI's boards: their accelerometer rows are in g (brainflow-dev/brainflow, `openbci/*.cpp`)."""

_SUFFIX = "_channels"
_ELECTRODES = ("eeg", "emg", "ecg", "eog", "exg")
_AXES = ("accel", "gyro", "magnetometer", "rotation")


def find_board(shim: ModuleType, board: str | int) -> int:
    """A board's id from its name ("cyton", "CYTON_DAISY_BOARD") or number.

    Raises:
        ConfigError: BrainFlow has no such board.
    """
    names = {one.name: int(one) for one in shim.BoardIds if one.name != "NO_BOARD"}
    text = str(board).strip()
    wanted = text.upper().replace("-", "_").replace(" ", "_")
    numbers = {str(number): number for number in names.values()}
    found = numbers.get(text, names.get(wanted, names.get(f"{wanted}_BOARD")))
    if found is None:
        short = [short_name(name) for name in names]
        near = get_close_matches(text.lower(), short, 5) or short[:12]
        raise ConfigError(f"BrainFlow has no board {text!r}; it has, for instance, {', '.join(near)}")
    return found


def short_name(name: str) -> str:
    """A board's name as users write it: "CYTON_DAISY_BOARD" is "cyton-daisy"."""
    return name.removesuffix("_BOARD").lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Aux:
    """A row that is no EMG.

    Args:
        label: of its channel.
        row: as BrainFlow counts.
        unit: of its values; empty where it is not known.
    """

    label: str
    row: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a board sends; rows are counted as BrainFlow does.

    Args:
        board: BrainFlow's number of the board whose rows these are.
        name: of the board, in BrainFlow's words.
        rate: samples a second.
        width: how many rows there are.
        signals: rows of EMG, or of whatever electrodes measure.
        counter: row of the packet counter, or `None`.
        marker: row of the markers, or `None`.
        aux: further rows, as asked for.
    """

    board: int
    name: str
    rate: float
    width: int
    signals: tuple[int, ...]
    counter: int | None
    marker: int | None
    aux: tuple[Aux, ...] = ()

    @property
    def columns(self) -> list[int]:
        """Rows of BrainFlow's that become columns of a block, in order."""
        return [*self.signals, *(one.row for one in self.aux)]


def sent_by(
    shim: ModuleType, board: int, master: int, rows: tuple[int, ...] | None, aux: Sequence[str] = ()
) -> Sent:
    """What BrainFlow says about a board.

    Raises:
        ConfigError: it lists no channels for it and none were given, or it has not so many rows; it sends no such
            `aux`; or a playback or streaming board is not told which board it stands for.
    """
    known = _stands_for(shim, board, master)
    described = shim.BoardShim.get_board_descr(known)
    name, count = str(described["name"]), int(described["num_rows"])
    # Once its EXG rows were asked for, BrainFlow's description of a board holds nulls for the kinds it has not.
    signals = rows or tuple(described.get("emg_channels") or ()) or _any_exg(shim, known)
    if not signals:
        raise ConfigError(f"BrainFlow lists no EMG channels for {name}; name rows with --set rows=1-8")
    if min(signals) < 0 or max(signals) >= count or len(set(signals)) < len(signals):
        raise ConfigError(f"rows must differ and lie between 0 and {count - 1}, as {name} sends them")
    return Sent(
        board=known,
        name=name,
        rate=float(described["sampling_rate"]),
        width=count,
        signals=tuple(int(row) for row in signals),
        counter=described.get("package_num_channel"),
        marker=described.get("marker_channel"),
        aux=tuple(one for kind in aux for one in _aux(described, known, kind)),
    )


def _stands_for(shim: ModuleType, board: int, master: int) -> int:
    if board not in (PLAYBACK, STREAMING):
        return board
    if master == shim.BoardIds.NO_BOARD:
        raise ConfigError("this stands for another board; say which with --set master_board=NAME")
    if master in (PLAYBACK, STREAMING):
        raise ConfigError("master_board must be the board that sent the data, not another stand-in")
    return master


def _any_exg(shim: ModuleType, board: int) -> tuple[int, ...]:
    """Rows of any electrodes; none where BrainFlow knows of none."""
    try:
        return tuple(shim.BoardShim.get_exg_channels(board))
    except shim.BrainFlowError:
        return ()


def _aux(described: Mapping[str, Any], board: int, kind: str) -> list[Aux]:
    """Rows of one kind ("accel", "gyro", "battery", ...)."""
    found = {
        key.removesuffix(_SUFFIX): value
        for key, value in described.items()
        if key.endswith(_SUFFIX) and value
    }
    if "battery_channel" in described:
        found["battery"] = [described["battery_channel"]]
    there = sorted(set(found) - set(_ELECTRODES))
    if kind not in there:
        has = f"it has {', '.join(there)}" if there else "it has nothing but electrodes"
        raise ConfigError(f"{described['name']} sends no {kind!r} for --set aux=; {has}")
    rows = found[kind]
    parts = ["x", "y", "z"] if kind in _AXES and len(rows) == 3 else range(1, len(rows) + 1)
    unit = "g" if kind == "accel" and board in IN_G else ""
    if len(rows) == 1:
        return [Aux(kind, int(rows[0]), unit)]
    return [Aux(f"{kind}_{part}", int(row), unit) for part, row in zip(parts, rows, strict=True)]
