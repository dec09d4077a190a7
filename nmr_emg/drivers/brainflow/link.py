"""A board held through BrainFlow, and let go of whatever happens."""

import weakref
from contextlib import suppress
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nmr_emg.drivers.brainflow.words import in_words
from nmr_emg.errors import DriverError

_REFUSED = "Failure"
_LONGEST_REPLY = 200


class Link:
    """One board of BrainFlow's, from its preparation to its release; errors come in words.

    Until a board is released, BrainFlow's thread goes on reading it, with a whole core if its port is gone.

    Args:
        name: of the board, for errors.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._held: list[Any] = []
        weakref.finalize(self, _let_go, self._held)

    def prepare(self, shim: ModuleType, board: int, params: Any) -> None:
        """Connect to the board.

        Raises:
            DriverError: it doesn't answer.
        """
        # What BrainFlow's own class does when it is thrown away fails, with noise, at the interpreter's exit.
        silent = type("Board", (shim.BoardShim,), {"__del__": lambda _: None})
        with in_words(f"BrainFlow can't open {self._name}"):
            one = silent(board, params)
            self._held.append(one)
            one.prepare_session()

    def tell(self, command: str) -> str:
        """Tell the board something while it doesn't stream; what it replies. Serial boards take a second.

        Raises:
            DriverError: it refuses.
        """
        with in_words(f"{self._name} does not take the command {command!r}"):
            try:
                reply = str(self._board.config_board(command))
            except UnicodeDecodeError:
                return (
                    ""  # samples of a board that streams all the time, as a Knight does; the command was sent
                )
        if _REFUSED in reply:
            text = " ".join(reply.split())[:_LONGEST_REPLY]
            raise DriverError(f"{self._name} refuses the command {command!r}: it says {text!r}")
        return reply

    def rate(self) -> float:
        """Samples a second as the board is set now; 0 where this BrainFlow can't tell."""
        asked = getattr(self._board, "get_board_sampling_rate", None)
        with in_words(f"BrainFlow can't tell the rate of {self._name}"):
            return 0.0 if asked is None else float(asked())

    def start(self, samples: int) -> None:
        """Start to stream into a buffer for as many samples.

        Raises:
            DriverError: it doesn't.
        """
        with in_words(f"BrainFlow can't start {self._name}"):
            self._board.start_stream(samples)

    def count(self) -> int:
        """How many samples wait in the buffer."""
        with in_words(f"BrainFlow can't read {self._name}"):
            return int(self._board.get_board_data_count())

    def take(self) -> NDArray[np.float64]:
        """What waits in the buffer, shape (rows of the board, samples)."""
        with in_words(f"BrainFlow can't read {self._name}"):
            data: NDArray[np.float64] = self._board.get_board_data()
        return data

    @property
    def open(self) -> bool:
        """Whether a board is held."""
        return bool(self._held)

    @property
    def _board(self) -> Any:
        if not self._held:
            raise DriverError(f"the BrainFlow board {self._name} is not open")
        return self._held[-1]

    def close(self) -> None:
        """Stop streaming and let go of the board; twice is fine."""
        _let_go(self._held)


def _let_go(held: list[Any]) -> None:
    """Stop and release a board. A board that is gone can't be stopped, and needn't be."""
    while held:
        from brainflow.exit_codes import BrainFlowError  # noqa: PLC0415  (optional; loaded by now)

        board = held.pop()
        for step in (board.stop_stream, board.release_session):
            with suppress(BrainFlowError):
                step()
