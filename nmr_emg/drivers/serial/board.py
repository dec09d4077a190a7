"""A board as its file describes it: one TOML of `drivers/`, read strictly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from nmr_emg import content, strict
from nmr_emg.errors import ConfigError

SERIAL = "serial"
"""The driver of boards whose file says how they talk."""

Table = Mapping[str, Any]
_NOTHING: Table = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Link:
    """How the port is opened.

    Args:
        usb: vendor and product id in hexadecimal, "0403:6015", of the ports it may be on.
        baud: rates to try, the usual one first.
        open_wait: seconds until it is ready, as an Arduino needs that starts anew when its port is opened.
        dtr: state of the line DTR; `None` leaves it alone.
    """

    usb: tuple[str, ...] = ()
    baud: tuple[int, ...] = (115200,)
    open_wait: float = 0.0
    dtr: bool | None = None

    def __post_init__(self) -> None:
        for one in self.usb:
            if not re.fullmatch("[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}", one):
                raise ConfigError(f'usb is {one!r}; write vendor and product like "0403:6015"')
        if not self.baud or min(self.baud) <= 0:
            raise ConfigError("baud must name at least one rate above 0")


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that a user may choose with --set.

    Args:
        help: what it is, in words.
        default: what holds without a word of the user.
        choices: the values it may have, each with further names that it brings; none for a free number or text.
        least: lowest free number; the file's key is `from`.
        most: highest; the file's key is `to`.
        each: it may be a list, one value a channel.
        text: it is free text.
    """

    help: str
    default: Any
    choices: Table = field(default_factory=lambda: _NOTHING)
    least: float | None = field(default=None, metadata={"key": "from"})
    most: float | None = field(default=None, metadata={"key": "to"})
    each: bool = False
    text: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.default, bool) or not isinstance(self.default, int | float | str):
            raise ConfigError(f"default is {self.default!r}; it must be a number or text in quotes")
        for choice, names in self.choices.items():
            if not isinstance(names, Mapping):
                raise ConfigError(
                    f"choices: {choice} is {names!r}; it must be a table of names, such as {{}}"
                )


@dataclass(frozen=True, slots=True)
class Step:
    """Something said to the board.

    Args:
        send: text, with {names} of settings, or {=4 + n} worked out of them.
        hex: instead of it bytes in hexadecimal, with {names}.
        wait: seconds to wait afterwards.
        expect: text that its answer ends with; without one no answer is waited for.
        within: seconds that the answer may take.
        match: regular expression that must be found in the answer.
        each: once for every channel; {channel} is its code, {off} is 1 for a channel that is not wanted.
        only: only with these choices of settings; `{ off = 0 }` only for channels that are wanted.
        optional: no answer is fine too.
    """

    send: str = ""
    hex: str = ""
    wait: float = 0.0
    expect: str = ""
    within: float = 1.0
    match: str = ""
    each: bool = False
    only: Table = field(default_factory=lambda: _NOTHING)
    optional: bool = False

    def __post_init__(self) -> None:
        checked_regex("match", self.match)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What is said to find out who it is, to set it up, to start and to stop it."""

    probe: tuple[Step, ...] = ()
    setup: tuple[Step, ...] = ()
    start: tuple[Step, ...] = ()
    stop: tuple[Step, ...] = ()
    channel_codes: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A kind of the board, known by what it answers.

    Args:
        match: regular expression found in its answers; an empty one always holds.
        names: what that decides.
    """

    match: str = ""
    names: Table = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        checked_regex("match", self.match)


@dataclass(frozen=True, slots=True)
class Impedance:
    """How the board measures the contact of one side of its electrodes.

    Args:
        side: which electrode of each channel, in words.
        on: what switches the test current on.
        off: what switches it off.
        nanoampere: amplitude of the current (nA).
        hz: its frequency (Hz).
        series_ohm: resistors in series with the electrode (Ω).
    """

    side: str
    on: tuple[Step, ...]
    off: tuple[Step, ...]
    nanoampere: float
    hz: float
    series_ohm: float = 0.0


@dataclass(frozen=True, slots=True)
class Board:
    """A board on a serial port, before anybody chose its settings.

    Args:
        driver: what drives it; "serial" for a board that its file describes in full.
        description: a line for lists.
        device: what recordings carry.
        rate: samples a second (Hz), a number or "=expression".
        framing: how samples are cut out of bytes: `kind`, and the settings of that framing.
        channels: the columns of its stream, as tables.
        listen: seconds for which a text is listened to at opening, to see what its columns are and how fast it comes.
        serial: how the port is opened.
        settings: what may be chosen with --set.
        dialogue: what is said to it.
        questions: what may be asked with `nmr-emg ask`.
        variants: its kinds, the first that fits holds.
        impedance: how it measures contact.
        hints: what an answer or a message that has this in it means, and what to do.
        warnings: told whenever it is opened, with {names}; a user should know them.
    """

    driver: str
    description: str
    device: str
    rate: Any
    framing: Table
    channels: tuple[Table, ...]
    listen: float = 0.0
    serial: Link = Link()
    settings: Table = field(default_factory=lambda: _NOTHING)
    dialogue: Dialogue = Dialogue()
    questions: Table = field(default_factory=lambda: _NOTHING)
    variants: tuple[Variant, ...] = ()
    impedance: tuple[Impedance, ...] = ()
    hints: Table = field(default_factory=lambda: _NOTHING)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for pattern, hint in self.hints.items():
            checked_regex("hints", pattern)
            if not isinstance(hint, str):
                raise ConfigError(f"hints: {pattern!r} is {hint!r}; it must be text in quotes")

    @property
    def name(self) -> str:
        """The device in words, without what only its answers and settings tell."""
        return re.sub(r" *\{[^}]*\}", "", self.device)

    @property
    def choosable(self) -> dict[str, Setting]:
        """Its settings by name."""
        return {
            name: strict.read(Setting, table, f"settings.{name}") for name, table in self.settings.items()
        }

    @property
    def askable(self) -> dict[str, Step]:
        """Its questions by name."""
        return {name: strict.read(Step, table, f"questions.{name}") for name, table in self.questions.items()}


def checked_regex(key: str, pattern: str) -> None:
    """Refuse what is no regular expression.

    Raises:
        ConfigError: the text names the key.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"{key} is {pattern!r}, which is no regular expression: {error}") from None


def load_board(path: Path) -> Board:
    """The board that a file describes.

    Raises:
        ConfigError: the file is wrong; the text names file and key.
    """
    board = strict.read(Board, content.table(path), str(path))
    try:
        _ = board.choosable, board.askable
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    return board


def board_called(name: str) -> Board:
    """A board of `drivers/`, or of a user's own folder.

    Raises:
        ConfigError: there is none of that name, or its file is wrong.
    """
    return load_board(content.file("drivers", name))
