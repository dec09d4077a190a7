"""Asking a board that does not stream: who it is, and what its file knows questions for."""

from collections.abc import Iterator
from contextlib import contextmanager

from nmr_emg.drivers.serial.board import Board
from nmr_emg.drivers.serial.choices import Names
from nmr_emg.drivers.serial.dialogue import settle, talk
from nmr_emg.drivers.serial.discovery import find_port
from nmr_emg.drivers.serial.driver import Words
from nmr_emg.drivers.serial.fitting import fit
from nmr_emg.drivers.serial.port import Port
from nmr_emg.errors import ConfigError, DriverError


def ask(board: Board, words: Words, question: str) -> str:
    """What a board answers to one of its questions; it does not stream meanwhile.

    Raises:
        ConfigError: its file has no such question; the text lists those it has.
        DriverError: it does not answer.
    """
    questions = board.askable
    if question not in questions:
        raise ConfigError(f"there is no question {question!r}; there are {', '.join(questions) or 'none'}")
    with _talking(board, words) as (port, names):
        return talk(port, [questions[question]], names, board.hints)[0]


def who(board: Board, port: str) -> str | None:
    """What a board on a port says of itself, or `None` if it is not this board, or can't be asked."""
    if not board.dialogue.probe:
        return None
    try:
        with _talking(board, Words(port, None, {})) as (line, names):
            return "".join(talk(line, board.dialogue.probe, names)).strip() or None
    except DriverError:
        return None


@contextmanager
def _talking(board: Board, words: Words) -> Iterator[tuple[Port, Names]]:
    """An open port with the board on it, stopped if it was streaming."""
    name = words.port or find_port(board.name, board.serial.usb)
    port = Port(name, words.baud or board.serial.baud[0], dtr=board.serial.dtr)
    port.open()
    try:
        settle(port, board.serial.open_wait)
        names = fit(board, words.given).names
        talk(port, board.dialogue.stop, names)
        yield port, names
    finally:
        port.close()
