"""Boards that BrainFlow drives."""

import re
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType, ModuleType
from typing import Any

from nmr_emg.block import Block, Channel, StreamInfo, empty_block
from nmr_emg.driver import Driver
from nmr_emg.drivers.brainflow_blocks import Cut, cutting
from nmr_emg.drivers.brainflow_boards import Sent, find_board, in_words, input_params, sent_by
from nmr_emg.errors import ConfigError, DriverError
from nmr_emg.extras import need

WAIT = 0.02
"""Longest that `read` waits (s)."""
ENOUGH = 0.01
"""So much signal (s) is handed out without waiting for more: blocks of single samples would only cost time."""
BUFFER_SECONDS = 60.0
"""How long BrainFlow's buffer holds what nobody reads."""
QUIET = 0.25
"""After so long without a sample (s) the next ones are waited for together, since they may have been held up."""

_POLL = 0.002
_NO_SETTINGS: Mapping[str, str | int] = MappingProxyType({})


class BrainFlow(Driver):
    """A board that BrainFlow drives; values are float64, in µV where BrainFlow knows the board's scale.

    The board's packet counter gives the sample index; how it counts is seen from its first rows. Where it
    loses more than one cycle of its counter, BrainFlow's time stamps tell how many.

    Args:
        board: BrainFlow's name or number of the board ("synthetic", "cyton-daisy", 2).
        params: BrainFlow's parameters (`serial_port`, `mac_address`, `ip_address`, ...).
        rows: rows to read instead of those that BrainFlow calls EMG (or, without any, EXG).
        buffer_seconds: how much BrainFlow keeps for a reader that is held up.
    """

    def __init__(
        self,
        board: str | int = "synthetic",
        *,
        params: Mapping[str, str | int] = _NO_SETTINGS,
        rows: Sequence[int] | None = None,
        buffer_seconds: float = BUFFER_SECONDS,
    ) -> None:
        self._board = board
        self._params = dict(params)
        self._rows = tuple(rows) if rows else None
        self._buffer_seconds = buffer_seconds
        self._held: list[Any] = []
        self._release = weakref.finalize(self, _let_go, self._held)
        self._waiting: deque[Block] = deque()
        self._info: StreamInfo | None = None
        self._cut: Cut | None = None
        self._buffer = 0
        self._heard = 0.0
        self._next = 0

    @property
    def info(self) -> StreamInfo:
        """What the board sends; known once it is open."""
        if self._info is None:
            raise DriverError(f"the BrainFlow board {self._board!r} is not open")
        return self._info

    def open(self) -> None:
        """Connect to the board and start streaming.

        Raises:
            ConfigError: brainflow is not installed, or the board or a parameter is unknown.
            DriverError: the board does not answer.
        """
        shim = need("brainflow.board_shim", "brainflow")
        shim.BoardShim.disable_board_logger()
        number = find_board(shim, self._board)
        params = input_params(shim, self._params)
        with in_words(f"the BrainFlow board {self._board!r}"):
            sent = sent_by(shim, number, params.master_board, self._rows)
        self.close()
        self._info, self._cut = _info(sent), cutting(sent)
        self._buffer = max(1, round(self._buffer_seconds * sent.rate))
        self._next = 0
        self._connect(shim, number, params)
        self._heard = time.monotonic()

    def _connect(self, shim: ModuleType, number: int, params: Any) -> None:
        try:
            with in_words(f"BrainFlow can't open {self._board!r}"):
                board = shim.BoardShim(number, params)
                board.prepare_session()
                self._held.append(board)
                board.start_stream(self._buffer)
        except DriverError:
            self.close()
            raise

    def read(self) -> Block | None:
        """Consecutive samples, or an empty block after 20 ms.

        Raises:
            DriverError: the board is not open, or BrainFlow failed.
        """
        if not self._held:
            raise DriverError(f"the BrainFlow board {self._board!r} is not open")
        if not self._waiting:
            with in_words(f"BrainFlow can't read {self._board!r}"):
                self._waiting.extend(self._fetch(self._held[0]))
        if not self._waiting:
            return empty_block(self._next, self.info)
        block = self._waiting.popleft()
        self._next = block.stop
        return block

    def _fetch(self, board: Any) -> list[Block]:
        """What comes in within 20 ms, or sooner if there is enough of it."""
        began = time.monotonic()
        quiet = began > self._heard + QUIET
        until = began + (WAIT / 2 if quiet else WAIT)
        while board.get_board_data_count() < ENOUGH * self.info.rate and time.monotonic() < until:
            time.sleep(_POLL)
        if quiet and board.get_board_data_count():
            time.sleep(WAIT / 2)
        overflow = board.get_board_data_count() >= self._buffer
        data = board.get_board_data()
        if not data.shape[1] or self._cut is None:
            return []
        self._heard = time.monotonic()
        return self._cut(data, self._heard, overflow)

    def close(self) -> None:
        """Stop streaming and let go of the board."""
        self._waiting.clear()
        _let_go(self._held)


def _let_go(held: list[Any]) -> None:
    """Stop and release a board. A board that is gone can't be stopped, and needn't be."""
    while held:
        from brainflow.exit_codes import BrainFlowError  # noqa: PLC0415  (optional; loaded by now)

        board = held.pop()
        for step in (board.stop_stream, board.release_session):
            with suppress(BrainFlowError):
                step()


def _info(sent: Sent) -> StreamInfo:
    channels = tuple(Channel(f"ch{i + 1}") for i in range(len(sent.signals)))
    return StreamInfo(sent.rate, channels, "float64", f"BrainFlow: {sent.name}")


def open_brainflow(spec: str, options: Mapping[str, str]) -> BrainFlow:
    """The driver for `brainflow:NAME-OR-ID`, with KEY=VALUE options: BrainFlow's parameters, and `rows`.

    It still has to be opened. `port`, which every command has an option for, is BrainFlow's `serial_port`.

    Raises:
        ConfigError: `rows` is no list such as "1-4,7".

    >>> open_brainflow("cyton", {"rows": "1-4,7", "serial_port": "/dev/ttyUSB0"}).info
    Traceback (most recent call last):
    nmr_emg.errors.DriverError: the BrainFlow board 'cyton' is not open
    """
    params = dict(options)
    rows = params.pop("rows", None)
    if "port" in params:
        params["serial_port"] = params.pop("port")
    return BrainFlow(spec or "synthetic", params=params, rows=None if rows is None else _rows(rows))


def _rows(text: str) -> list[int]:
    rows: list[int] = []
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,3})(?:-(\d{1,3}))?\s*", part)
        if not found:
            raise ConfigError(f"rows is {text!r}; write it like 1-4,7")
        rows += range(int(found[1]), int(found[2] or found[1]) + 1)
    return rows
