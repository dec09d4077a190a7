"""Looking through a board's file before anybody streams: every variant, every choice, every word said to it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nmr_emg.drivers.serial.board import Board, Step, load_board
from nmr_emg.drivers.serial.choices import Names, for_channel, holds
from nmr_emg.drivers.serial.fitting import fit, resolved_at, said_to
from nmr_emg.errors import ConfigError

OFF = "off"
"""What a step said once a channel knows besides: 1 if the channel is not wanted."""

Values = Mapping[str, set[str] | None]
"""What each name may be, as text; `None` for anything."""


def checked_file(path: Path) -> Board:
    """The board that a file describes, looked through as `checked` does.

    Raises:
        ConfigError: the text names the file and the key.
    """
    board = load_board(path)
    try:
        return checked(board)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def checked(board: Board) -> Board:
    """The board, once it was fitted with its defaults, as each variant, with each single choice and each condition.

    Raises:
        ConfigError: something in its file can't be; the text names the key.
    """
    steps = tuple(_steps(board))
    fit(board, {})
    _refuse_idle(board, steps)
    for given, said in _situations(board, steps):
        fitted = fit(board, given, said)
        resolved_at("warnings", board.warnings, fitted.names)
        names = {**for_channel(fitted.names, 1), OFF: 0}
        for where, step in steps:
            _say(where, step, names)
    return board


def _steps(board: Board) -> Iterator[tuple[str, Step]]:
    """All that may be said to it, and where in the file it stands."""
    talk = board.dialogue
    lists = {"probe": talk.probe, "setup": talk.setup, "start": talk.start, "stop": talk.stop}
    for key, steps in lists.items():
        for number, step in enumerate(steps, 1):
            yield f"dialogue: {key} {number}", step
    for key, step in board.askable.items():
        yield f"questions: {key}", step
    for one in board.impedance:
        for key, steps in {"on": one.on, "off": one.off}.items():
            for number, step in enumerate(steps, 1):
                yield f"impedance: {key} {number}", step


def _say(where: str, step: Step, names: Names) -> None:
    if not holds({key: value for key, value in step.only.items() if key != OFF}, names):
        return
    try:
        said_to(step, names)
    except ConfigError as error:
        raise ConfigError(f"{where}: {'hex' if step.hex else 'send'}: {error}") from None


def _situations(board: Board, steps: tuple[tuple[str, Step], ...]) -> Iterator[tuple[dict[str, str], Names]]:
    """What a user may have chosen, and what the board may have said."""
    yield {}, {}
    for variant in board.variants:
        yield {}, variant.names
    for key, setting in board.choosable.items():
        for choice in setting.choices:
            yield {key: choice}, {}
    for only in {repr(one): one for one in _conditions(board, steps)}.values():
        first = {key: str(_many(value)[0]) for key, value in only.items() if key != OFF}
        given = {key: value for key, value in first.items() if key in board.settings}
        yield given, {key: value for key, value in first.items() if key not in given}


def _conditions(board: Board, steps: tuple[tuple[str, Step], ...]) -> Iterator[Mapping[str, Any]]:
    yield from (table["only"] for table in board.channels if "only" in table)
    yield from (step.only for _, step in steps if step.only)


def _refuse_idle(board: Board, steps: tuple[tuple[str, Step], ...]) -> None:
    """Refuse conditions that can't hold: a slip in one would silently leave something out."""
    known = _values(board)
    for place, table in enumerate(board.channels, 1):
        _refuse(table.get("only", {}), known, f"channels {place}: only")
    for where, step in steps:
        _refuse(step.only, {**known, OFF: {"0", "1"}}, f"{where}: only")


def _refuse(only: Mapping[str, Any], known: Values, where: str) -> None:
    for key, value in only.items():
        if key not in known:
            raise ConfigError(f"{where}: there is no {key!r}; the names are {', '.join(known)}")
        have = known[key]
        for one in _many(value) or ["nothing"]:
            if have is not None and str(one) not in have:
                raise ConfigError(f"{where}: {key} is never {one!r}; it is one of {', '.join(sorted(have))}")


def _values(board: Board) -> Values:
    """What each name may be."""
    found = {key: set(setting.choices) or None for key, setting in board.choosable.items()}
    brought = [names for one in board.choosable.values() for names in one.choices.values()]
    for names in (*brought, *(variant.names for variant in board.variants)):
        for key, value in names.items():
            have = found.setdefault(key, set())
            if have is not None:
                have.add(str(value))
    return found


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
