"""Boards on a serial port, as their files describe them."""

import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from nmr_emg.block import Block, StreamInfo, empty_block
from nmr_emg.driver import Driver
from nmr_emg.drivers.serial.board import Board, Impedance, load_board
from nmr_emg.drivers.serial.choices import WARNINGS, Names
from nmr_emg.drivers.serial.dialogue import SHOWN, advice, set_up, settle, talk
from nmr_emg.drivers.serial.discovery import find_port
from nmr_emg.drivers.serial.fitting import Fitted, fit, resolved
from nmr_emg.drivers.serial.hearing import hear, variant_of
from nmr_emg.drivers.serial.port import Port
from nmr_emg.errors import ConfigError, DriverError
from nmr_emg.event import Event
from nmr_emg.framing.frames import Note, Parse
from nmr_emg.timing.timeline import Lost, Timeline

WAIT = 0.02
"""Longest that `read` waits (s)."""
HELD_FOR = 1.0
"""How long after the last sample it is no silence that samples are held back (s)."""
FIRST_WITHIN = 3.0
"""How long the first sample may take (s)."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a user says of a board on a port.

    Args:
        port: its port; `None` for the only one that may be the board's.
        baud: speed of the port; `None` for those of the board's file.
        given: settings of the board itself.
    """

    port: str | None
    baud: int | None
    given: Mapping[str, str]


@dataclass(slots=True)
class _Stream:
    """An open board."""

    port: Port
    fitted: Fitted
    parse: Parse
    timeline: Timeline


class SerialBoard(Driver):
    """A board on a serial port, as its file in `drivers/` describes it; values are stored as it sends them.

    Args:
        board: what the file says.
        words: port, speed, and KEY=VALUE words that are checked against the board's settings.
        measuring: the test current that is switched on meanwhile, to measure the contact of electrodes.
    """

    def __init__(self, board: Board, words: Words, measuring: Impedance | None = None) -> None:
        self._board = board
        self._words = words
        self._measuring = measuring
        self._stream: _Stream | None = None
        self._waiting: deque[Block] = deque()
        self._early: list[Event] = []
        self._next = 0
        self._heard = 0.0
        self._unasked = fit(board, words.given)

    @property
    def info(self) -> StreamInfo:
        """What the board sends; known once it is open."""
        return self._opened().fitted.info

    def open(self) -> None:
        """Find the board, ask who it is, set it up, start it and wait for its first sample.

        Raises:
            ConfigError: a setting does not fit this board, or no port is known.
            DriverError: the port does not open, the board does not answer, or nothing of this board comes.
        """
        self.close()
        board = self._board
        name = self._words.port or find_port(board.name, board.serial.usb)
        refused: DriverError | None = None
        for baud in board.serial.baud if self._words.baud is None else (self._words.baud,):
            port = Port(name, baud, dtr=board.serial.dtr)
            port.open()
            try:
                self._begin(port, baud)
            except DriverError as error:
                refused = refused or error
                self._let_go(port, self._unasked)
            except BaseException:
                self._let_go(port, self._unasked)
                raise
            else:
                return
        if refused is not None:
            raise DriverError(f"{board.name} on {name}: {refused}") from refused

    def _begin(self, port: Port, baud: int) -> None:
        board, talks = self._board, self._board.dialogue
        said = settle(port, board.serial.open_wait)
        said += "".join(talk(port, talks.probe, self._unasked.names, board.hints))
        variant = variant_of(board, said)
        fitted = fit(board, self._words.given, variant)
        more = self._measuring.on if self._measuring else ()
        unsure = set_up(port, (*talks.setup, *more), fitted, board)
        talk(port, talks.start, fitted.names)
        if board.listen:
            fitted = fit(board, self._words.given, {**variant, **hear(port, board.listen, baud)})
        timeline = Timeline(fitted.info.rate, fitted.framing.counting)
        self._stream = _Stream(port, fitted, fitted.framing.start(), timeline)
        self._next = 0
        told = [*self._warnings(fitted.names), *_unconfirmed(unsure)]
        self._early = [Event("device", data={"text": text}) for text in told]
        self._await_first()

    def _warnings(self, names: Names) -> list[str]:
        told = resolved((*self._board.warnings, *names.get(WARNINGS, ())), names)
        # Who has set it already needs no advice to set it.
        return [one for one in told if not any(f"--set {key}=" in one for key in self._words.given)]

    def _await_first(self) -> None:
        came = 0
        until = time.monotonic() + FIRST_WITHIN
        while not self._waiting:
            came += self._take()
            if time.monotonic() > until:
                said = [
                    str(note.data.get("text", "")) for note in self._opened().parse(b"", final=True).notes
                ]
                raise DriverError(_silent(came, "; ".join(filter(None, said))))

    @property
    def waits(self) -> bool:
        """Whether samples came a moment ago that are held back, until it is clear how many are missing before them."""
        stream = self._stream
        return stream is not None and stream.timeline.held > 0 and time.monotonic() - self._heard < HELD_FOR

    def read(self) -> Block | None:
        """Consecutive samples, or an empty block after 20 ms.

        Raises:
            DeviceLost: it was unplugged.
            DriverError: it is not open.
        """
        if not self._waiting:
            self._take()
        if not self._waiting:
            return empty_block(self._next, self.info)
        block = self._waiting.popleft()
        self._next = block.stop
        return block

    def _take(self) -> int:
        """Read what comes within 20 ms; gives the number of bytes."""
        stream = self._opened()
        data = stream.port.read(WAIT)
        if not data:
            return 0
        arrived = time.monotonic()
        frames = stream.parse(data)
        if len(frames.values):
            self._heard = arrived
        events = [event for note in frames.notes if (event := self._told(note)) is not None]
        lost = [Lost(note.row, note.data["rows"]) for note in frames.notes if note.data.get("rows")]
        if self._early and len(frames.values):
            events, self._early = [*self._early, *events], []
        self._waiting.extend(stream.timeline.place(frames.values, frames.ids, arrived, events, lost))
        return len(data)

    def _told(self, note: Note) -> Event | None:
        """What a note means to a session; damage shows as lost samples."""
        if note.kind == "marker":
            return Event("marker", note.row, data=note.data)
        if note.kind == "text":
            text = str(note.data.get("text", ""))
            return Event("device", note.row, data={"text": text + advice(self._board.hints, text)})
        return None

    def close(self) -> None:
        """Stop the board and let go of its port."""
        stream, self._stream = self._stream, None
        self._waiting.clear()
        if stream is not None:
            self._let_go(stream.port, stream.fitted)

    def _let_go(self, port: Port, fitted: Fitted) -> None:
        self._stream = None
        with suppress(DriverError):  # a board that is gone can't be stopped, and needn't be
            talk(port, self._board.dialogue.stop, fitted.names)
            if self._measuring:
                set_up(port, self._measuring.off, fitted, self._board)
        port.close()

    def _opened(self) -> _Stream:
        if self._stream is None:
            raise DriverError(f"{self._board.name} is not open")
        return self._stream


def _unconfirmed(steps: Sequence[bytes]) -> list[str]:
    if not steps:
        return []
    said = ", ".join(step.decode("latin-1").strip() for step in steps[:3])
    return [
        f"the board did not confirm {len(steps)} of its settings ({said}): its gain may be another than stated"
    ]


def _silent(came: int, said: str) -> str:
    if not came:
        return "nothing comes; check that it is on, and that it is this port"
    said = f" ({said[:SHOWN]!r})" if said else ""
    return f"{came} bytes came, but no sample of this board{said}; check which board it is, and its speed (--set baud=…)"


def words_of(settings: Mapping[str, str]) -> Words:
    """Port, speed and settings from KEY=VALUE words.

    Raises:
        ConfigError: the speed is no number.

    >>> words_of({"port": "COM3", "gain": "12"})
    Words(port='COM3', baud=None, given={'gain': '12'})
    """
    own = dict(settings)
    port, baud = own.pop("port", None), own.pop("baud", None)
    if baud is not None and not (baud.isdecimal() and int(baud) > 0):
        raise ConfigError(f"baud is {baud!r}; it must be a whole number above 0")
    return Words(port, None if baud is None else int(baud), own)


def open_board(path: Path, settings: Mapping[str, str]) -> SerialBoard:
    """The driver of the board that a file describes, with KEY=VALUE words; it still has to be opened.

    Every board takes `port` and `baud`, and `channels=1-4` unless its file gives that word another meaning.

    Raises:
        ConfigError: the file is wrong, or a setting is.
    """
    board = load_board(path)
    try:
        return SerialBoard(board, words_of(settings))
    except ConfigError as error:
        raise ConfigError(f"{path.stem}: {error}") from None
