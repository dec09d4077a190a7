"""From a board's file and a user's choices to what is done: names filled in, numbers worked out, all of it checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from nmr_emg import strict
from nmr_emg.allowed import listed
from nmr_emg.block import Channel, Kind, StreamInfo
from nmr_emg.drivers.serial.arithmetic import MARK, work_out
from nmr_emg.drivers.serial.board import Board, Step, Table
from nmr_emg.drivers.serial.choices import Names, for_channel, holds, names_of
from nmr_emg.errors import ConfigError
from nmr_emg.framing.fields import TYPES
from nmr_emg.framing.frames import Framing, Wire
from nmr_emg.framing.registry import framing

PICK = "channels"
"""Every board's setting that says which of its EMG channels are wanted, unless its file has one of that name."""

_NAME = re.compile(r'\{([a-z_]\w*|=[^{}"]+)\}')
_NOTHING: Table = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Group:
    """Like columns of a stream: a table of `[[channels]]`.

    Args:
        label: of each, with {n} for its number, from 1.
        labels: instead of it, the label of each.
        wire: where its values lie in a frame.
        count: how many there are.
        first: number of the first.
        every: how much further each lies than the one before it: bytes, or columns of a text; by itself, as many as
            one takes.
        kind: as in `Channel`; the same for `unit`, `scale`, `offset`, `full_scale`.
        only: only with these choices of settings.
    """

    wire: Table
    label: str = ""
    labels: tuple[str, ...] = ()
    count: int = 1
    first: int = 1
    every: int = 0
    kind: Kind = "raw"
    unit: str = "uV"
    scale: float = 1.0
    offset: float = 0.0
    full_scale: float | None = None
    only: Table = field(default_factory=lambda: _NOTHING)

    @property
    def many(self) -> int:
        """How many columns it stands for."""
        return len(self.labels) or self.count


@dataclass(frozen=True, slots=True)
class Fitted:
    """A board with its settings chosen.

    Args:
        info: what it sends.
        framing: how its bytes are read.
        names: what the file's names stand for.
        wanted: numbers of the EMG channels that are streamed.
        total: how many EMG channels it has.
    """

    info: StreamInfo
    framing: Framing
    names: Names
    wanted: tuple[int, ...]
    total: int


def fit(board: Board, given: Mapping[str, str], said: Names = _NOTHING) -> Fitted:
    """The board with a user's choices.

    Args:
        board: as its file describes it.
        given: KEY=VALUE words; `channels=1-4` picks channels.
        said: names that the board's answers decided.

    Raises:
        ConfigError: a choice is impossible, or the file is; the text names the key.
    """
    own = dict(given)
    pick = None if PICK in board.settings else own.pop(PICK, None)
    names = names_of(board, own, said)
    columns = list(_columns(board, names))
    total = sum(channel.kind != "aux" for channel, _ in columns)
    wanted = tuple(range(1, total + 1)) if pick is None else _picked(pick, total)
    columns = _kept(columns, wanted)
    table = {**resolved(board.framing, names), "columns": [wire for _, wire in columns]}
    made = framing(str(table.pop("kind", "")), table, "framing")
    rate = float(_number("rate", resolved_at("rate", board.rate, names)))
    channels = tuple(channel for channel, _ in columns)
    info = StreamInfo(rate, channels, made.dtype, str(resolved_at("device", board.device, names)))
    return Fitted(info, made, names, wanted, total)


def said_to(step: Step, names: Names) -> bytes:
    """The bytes of one step.

    Raises:
        ConfigError: a name in it is unknown, or `hex` is no hexadecimal.
    """
    known = {**names, "channel": names.get("channel", ""), "off": names.get("off", 0)}
    text = _NAME.sub(lambda found: _filled(found[1], known), step.send or step.hex)
    if not step.hex:
        return text.encode("latin-1", "replace")
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ConfigError(f"hex is {text!r}; write bytes like 07 or 0D 0A") from None


def _filled(name: str, names: Names) -> str:
    if name.startswith(MARK):
        return str(work_out(name, names))
    if name not in names:
        raise ConfigError(f"there is no name {name!r} for {{{name}}}; the names are {', '.join(names)}")
    return str(names[name])


def resolved(value: Any, names: Names) -> Any:
    """A value of the file with "=…" worked out and {names} filled in, all the way down."""
    if isinstance(value, Mapping):
        return {key: resolved_at(key, one, names) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(one, names) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith(MARK):
        return work_out(value, names)
    return _NAME.sub(lambda found: _filled(found[1], names), value)


def resolved_at(key: str, value: Any, names: Names) -> Any:
    """The value of a key, as `resolved`; an error names the key."""
    try:
        return resolved(value, names)
    except ConfigError as error:
        raise ConfigError(f"{key}: {error}") from None


def _columns(board: Board, names: Names) -> Iterator[tuple[Channel, Table]]:
    number = 0
    for place, table in enumerate(board.channels, 1):
        where = f"channels {place}"
        first = _group(table, for_channel(names, 1), where)
        strict.read(Wire, first.wire, f"{where}: wire")
        if not holds(first.only, names):
            continue
        for turn in range(first.many):
            own = for_channel(names, number + 1 if first.kind != "aux" else 1)
            group = _group(table, {**own, "n": first.first + turn}, where)
            number += group.kind != "aux"
            channel = Channel(
                label=group.labels[turn] if group.labels else group.label,
                unit=group.unit,
                kind=group.kind,
                scale=group.scale,
                offset=group.offset,
                full_scale=group.full_scale,
            )
            every = group.every or (_width(group.wire, where) if turn else 0)
            yield channel, _moved(group.wire, turn * every)


def _group(table: Table, names: Names, where: str) -> Group:
    try:
        plain = resolved(table, names)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from None
    for key in ("count", "every", "first"):
        if isinstance(plain.get(key), float) and plain[key] == int(plain[key]):
            plain[key] = int(plain[key])
    return strict.read(Group, plain, where)


def _width(wire: Table, where: str) -> int:
    """How far the next column lies on by itself."""
    if "label" in wire:
        return int(str(wire["label"]).isdecimal())
    if wire.get("type") in TYPES:
        return TYPES[wire["type"]].width
    raise ConfigError(f"{where}: the key 'every' is missing: how far each column lies on from the one before")


def _moved(wire: Table, by: int) -> Table:
    """A place in a frame further on: its byte, the bytes of its bits, or the number of its text column."""
    if not by:
        return wire
    if "bits" in wire:
        return {**wire, "bits": [[byte + by, *rest] for byte, *rest in wire["bits"]]}
    if str(wire.get("label", "")).isdecimal():
        return {**wire, "label": str(int(wire["label"]) + by)}
    return {**wire, "at": wire.get("at", 0) + by}


def _picked(text: str, total: int) -> tuple[int, ...]:
    wanted = set(listed(PICK, text))
    for one in wanted:
        if not 1 <= one <= total:
            raise ConfigError(f"channels is {text!r}; the board has channels 1 to {total}")
    return tuple(sorted(wanted))


def _kept(columns: list[tuple[Channel, Table]], wanted: tuple[int, ...]) -> list[tuple[Channel, Table]]:
    kept, number = [], 0
    for channel, wire in columns:
        number += channel.kind != "aux"
        if channel.kind == "aux" or number in wanted:
            kept.append((channel, wire))
    return kept


def _number(key: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"{key} is {value!r}; it must be a number")
    return value
