"""BrainFlow's boards by name, what they send, and what its exit codes mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType, ModuleType
from typing import Any

from nmr_emg.errors import ConfigError, DriverError

MEANINGS = MappingProxyType(
    {
        1: "the port is in use by another program; close that",
        2: "the port can't be opened; check its name, the cable and your permissions",
        3: "the port can't be set up; check that it belongs to this board",
        4: "the board takes no commands; check that it is on and near",
        5: "the board sent something else than this board sends; check which board it is",
        6: "the board did not say who it is; check that it is on and near",
        7: "the board is not ready, or was not found; check that it is on and near",
        8: "the board streams already",
        9: "the buffer has an impossible size",
        10: "the thread that reads the board can't be started",
        11: "the board does not stream",
        12: "there is nothing to read yet",
        13: "an argument is missing or wrong; see --set (serial_port, mac_address, ip_address, file, ...)",
        14: "this board is not supported on this system",
        15: "the board was not opened",
        16: "this program has the board open already",
        17: "the board failed for a reason that BrainFlow does not tell",
        18: "the board did not answer in time; check that it is on and near",
        19: "BrainFlow's list of boards is missing; install brainflow anew",
        20: "this board sends no such data",
    }
)
"""What a user can do about an exit code of BrainFlow."""

_WITH_MASTER = (-3, -2)
"""Playback and streaming board: they send what another board does, `master_board`."""


@contextmanager
def in_words(doing: str) -> Iterator[None]:
    """Turn BrainFlow's error codes into words.

    Raises:
        DriverError: BrainFlow failed.
    """
    from brainflow.exit_codes import BrainFlowError  # noqa: PLC0415  (optional; loaded by now)

    try:
        yield
    except BrainFlowError as error:
        meaning = MEANINGS.get(error.exit_code, "an error that BrainFlow does not name")
        # Its frames hold the board, whose own clean-up would fail at the interpreter's exit.
        raise DriverError(f"{doing}: {meaning} (BrainFlow says {error})") from error.with_traceback(None)


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
        short = [name.removesuffix("_BOARD").lower().replace("_", "-") for name in names]
        near = get_close_matches(text.lower(), short, 5) or short[:12]
        raise ConfigError(f"BrainFlow has no board {text!r}; it has, for instance, {', '.join(near)}")
    return found


def input_params(shim: ModuleType, settings: Mapping[str, str | int]) -> Any:
    """BrainFlow's parameters from KEY=VALUE words.

    Raises:
        ConfigError: BrainFlow has no such parameter, or its value must be a number.
    """
    params = shim.BrainFlowInputParams()
    for key, value in settings.items():
        if key not in vars(params):
            raise ConfigError(
                f"BrainFlow has no parameter {key!r}; it has {', '.join(vars(params))}, and rows"
            )
        setattr(params, key, _converted(shim, key, value, vars(params)[key]))
    return params


def _converted(shim: ModuleType, key: str, value: str | int, default: str | int) -> str | int:
    if key == "master_board":
        return find_board(shim, value)
    if isinstance(default, str):
        return str(value)
    try:
        return int(value)
    except ValueError:
        raise ConfigError(f"BrainFlow's parameter {key} is {value!r}; it must be a whole number") from None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a board sends; rows are counted as BrainFlow does.

    Args:
        name: of the board, in BrainFlow's words.
        rate: samples a second.
        signals: rows of EMG, or of whatever electrodes measure.
        counter: row of the packet counter, or `None`.
        stamp: row of the time, or `None`.
        marker: row of the markers, or `None`.
    """

    name: str
    rate: float
    signals: tuple[int, ...]
    counter: int | None
    stamp: int | None
    marker: int | None


def sent_by(shim: ModuleType, board: int, master: int, rows: tuple[int, ...] | None) -> Sent:
    """What BrainFlow says about a board.

    Raises:
        ConfigError: it lists no channels for it and none were given, or it has not so many rows; or a playback
            or streaming board is not told which board it stands for.
    """
    if board in _WITH_MASTER and master == shim.BoardIds.NO_BOARD:
        raise ConfigError("this stands for another board; say which with --set master_board=NAME")
    known = master if board in _WITH_MASTER else board
    described = shim.BoardShim.get_board_descr(known)
    name, count = str(described["name"]), int(described["num_rows"])
    signals = rows or tuple(described.get("emg_channels", ())) or _any_exg(shim, known)
    if not signals:
        raise ConfigError(f"BrainFlow lists no EMG channels for {name}; name rows with --set rows=1-8")
    if min(signals) < 0 or max(signals) >= count or len(set(signals)) < len(signals):
        raise ConfigError(f"rows must differ and lie between 0 and {count - 1}, as {name} sends them")
    return Sent(
        name=name,
        rate=float(described["sampling_rate"]),
        signals=tuple(int(row) for row in signals),
        counter=described.get("package_num_channel"),
        stamp=described.get("timestamp_channel"),
        marker=described.get("marker_channel"),
    )


def _any_exg(shim: ModuleType, board: int) -> tuple[int, ...]:
    """Rows of any electrodes; none where BrainFlow knows of none."""
    try:
        return tuple(shim.BoardShim.get_exg_channels(board))
    except shim.BrainFlowError:
        return ()
