"""How much BrainFlow's playback board will hand out, since it neither checks its file nor tells when it ends."""

from collections.abc import Sequence
from pathlib import Path

from nmr_emg.drivers.brainflow.boards import Sent
from nmr_emg.errors import ConfigError

_LONGEST_LINE = 8191
_SEEK = "set_index_percentage:"


def samples_in(file: str, sent: Sent, commands: Sequence[str] = ()) -> int | None:
    """How many samples a file has for a board; `None` if it is to be played again and again.

    BrainFlow passes over every line with another number of columns than the board has rows
    (brainflow-dev/brainflow, `playback_file_board.cpp`).

    Raises:
        ConfigError: the file can't be read, or holds no such line.
    """
    path = Path(file)
    try:
        fitting, first = _fitting(path, sent.width)
    except OSError as error:
        raise ConfigError(
            f"{file or '(no file)'} can't be played: {error.strerror}; see --set file="
        ) from error
    if not any(fitting):
        raise ConfigError(
            f"{file}: no line has {sent.width} columns, as {sent.name} sends them (the first has {first}); "
            "check --set master_board=, or use replay:FILE"
        )
    if any(command == "loopback_true" for command in commands):
        return None
    skipped = int(_percent(commands) * (len(fitting) + 1) / 100)
    return sum(fitting[skipped:])


def _fitting(path: Path, width: int) -> tuple[bytearray, int]:
    """For each line whether it has as many columns, and how many the first has."""
    fitting, first = bytearray(), 0
    with path.open("rb") as lines:
        for line in lines:
            columns = _columns(line)
            first = first or columns
            fitting.append(columns == width and len(line) <= _LONGEST_LINE)
    return fitting, first


def _columns(line: bytes) -> int:
    separator = b"\t" if b"\t" in line else b","
    text = line.rstrip(b"\r\n")
    return text.count(separator) + (not text.endswith(separator)) if text else 0


def _percent(commands: Sequence[str]) -> float:
    for command in reversed(commands):
        if command.startswith(_SEEK):
            try:
                return float(command.removeprefix(_SEEK))
            except ValueError:
                raise ConfigError(f"{command!r}: after the colon stands a number from 0 to 99") from None
    return 0.0
