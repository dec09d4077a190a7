"""Boards that BrainFlow drives."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from nmr_emg.allowed import listed
from nmr_emg.block import Block, Channel, StreamInfo
from nmr_emg.driver import Driver
from nmr_emg.drivers.brainflow.boards import PLAYBACK, Sent, find_board, sent_by
from nmr_emg.drivers.brainflow.link import Link
from nmr_emg.drivers.brainflow.params import OURS, input_params, scale_of, words_of
from nmr_emg.drivers.brainflow.playback import samples_in
from nmr_emg.drivers.brainflow.scale import KNIGHTS, remark, scales
from nmr_emg.drivers.brainflow.stream import POLL, Reading, Stream
from nmr_emg.drivers.brainflow.words import in_words
from nmr_emg.errors import ConfigError, DriverError
from nmr_emg.extras import need

BUFFER_SECONDS = 60.0
"""How long BrainFlow's buffer holds what nobody reads."""
BUFFER_BYTES = 64_000_000
"""How large that buffer may get; of many fast channels it holds less than 60 s."""
FIRST = 5.0
"""How long a board may take to its first sample (s) when it is opened."""

_NO_SETTINGS: Mapping[str, str | int] = MappingProxyType({})


class BrainFlow(Driver):
    """A board that BrainFlow drives; values are float64, in µV where BrainFlow knows the board's scale.

    The board's packet counter gives the sample index; how it counts is seen from its first rows. Where it loses
    more than one cycle of its counter, the time of arrival tells how many; BrainFlow's own stamps are not used,
    since they follow every correction of the computer's clock. A board that goes quiet is `DeviceLost`.

    Args:
        board: BrainFlow's name or number of the board ("synthetic", "cyton-daisy", 2).
        params: BrainFlow's parameters (`serial_port`, `mac_address`, `ip_address`, ...).
        rows: rows to read instead of those that BrainFlow calls EMG (or, without any, EXG).
        aux: kinds of further rows ("accel", "gyro", ...), which become channels of kind `aux`.
        commands: what the board is told before it streams ("x1060100X").
        scale: microvolts per value, for boards whose scale BrainFlow doesn't know.
        buffer_seconds: how much BrainFlow keeps for a reader that is held up.
    """

    def __init__(
        self,
        board: str | int = "synthetic",
        *,
        params: Mapping[str, str | int] = _NO_SETTINGS,
        rows: Sequence[int] | None = None,
        aux: Sequence[str] = (),
        commands: Sequence[str] = (),
        scale: float | None = None,
        buffer_seconds: float = BUFFER_SECONDS,
    ) -> None:
        self._board = board
        self._params = dict(params)
        self._rows = tuple(rows) if rows else None
        self._aux = tuple(aux)
        self._commands = tuple(commands)
        self._scale = scale
        self._buffer_seconds = buffer_seconds
        self._link = Link(str(board))
        self._stream: Stream | None = None
        self._info: StreamInfo | None = None

    @property
    def info(self) -> StreamInfo:
        """What the board sends; known once it is open."""
        if self._info is None:
            raise DriverError(f"the BrainFlow board {self._board!r} is not open")
        return self._info

    def open(self) -> None:
        """Connect to the board, tell it what it is to be told, and wait for its first sample.

        Raises:
            ConfigError: brainflow is not installed, or the board, a parameter or a setting can't be.
            DriverError: the board does not answer, refuses a command or sends nothing.
        """
        shim = need("brainflow.board_shim", "brainflow")
        shim.BoardShim.disable_board_logger()
        number = find_board(shim, self._board)
        params = input_params(shim, self._params)
        with in_words(f"the BrainFlow board {self._board!r}"):
            sent = sent_by(shim, number, params.master_board, self._rows, self._aux)
        factors = scales(sent, params.other_info, self._commands, self._scale)
        playback = number == PLAYBACK
        played = samples_in(params.file, sent, self._commands) if playback else None
        self.close()
        try:
            self._link.prepare(shim, number, params)
            sent = self._told(sent)
            size = _buffer(sent, self._buffer_seconds)
            self._link.start(size)
            self._await_first()
        except BaseException:
            self.close()
            raise
        text = remark(sent, self._scale)
        self._info = _info(sent, factors, text)
        self._stream = Stream(self._link, Reading(sent, size, params.serial_port, playback, played, text))

    def _told(self, sent: Sent) -> Sent:
        """Tell the board its commands; what it sends from then on."""
        for command in self._commands:
            ends = sent.board in KNIGHTS and not command.endswith("\n")
            self._link.tell(command + "\n" if ends else command)
        rate = self._link.rate()
        return replace(sent, rate=rate) if rate > 0 else sent

    def _await_first(self) -> None:
        until = time.monotonic() + FIRST
        while not self._link.count():
            if time.monotonic() > until:
                raise DriverError(
                    f"the BrainFlow board {self._board!r} answers but sends no sample within {FIRST:g} s; "
                    "check that it is on and near, and that it is this board"
                )
            time.sleep(POLL)

    def read(self) -> Block | None:
        """Consecutive samples, an empty block after 20 ms, or `None` where a played file ends.

        Raises:
            DeviceLost: the board has gone quiet.
            DriverError: the board is not open, or BrainFlow failed.
        """
        if self._stream is None:
            raise DriverError(f"the BrainFlow board {self._board!r} is not open")
        return self._stream.read(self.info)

    def close(self) -> None:
        """Stop streaming and let go of the board."""
        self._stream = None
        self._link.close()


def _buffer(sent: Sent, seconds: float) -> int:
    """How many samples BrainFlow's buffer holds: of many fast channels not the whole time."""
    most = BUFFER_BYTES // (8 * sent.width)
    return max(1, round(min(seconds * sent.rate, most)))


def _info(sent: Sent, factors: Sequence[float], remark: str) -> StreamInfo:
    signals = [Channel(f"ch{i + 1}", scale=factor) for i, factor in enumerate(factors)]
    others = [Channel(one.label, unit=one.unit, kind="aux") for one in sent.aux]
    device = f"BrainFlow: {sent.name}" + (", not in µV" if remark else "")
    return StreamInfo(sent.rate, (*signals, *others), "float64", device)


def open_brainflow(spec: str, options: Mapping[str, str]) -> BrainFlow:
    """The driver for `brainflow:NAME-OR-ID`, with KEY=VALUE options: BrainFlow's parameters, and our own.

    It still has to be opened. Our own are `rows` and `aux` (lists), `command` (several separated by ";"), `scale`
    (µV per value) and `port`, which every command has an option for; it is BrainFlow's `serial_port`.

    Raises:
        ConfigError: one of our own can't be read.

    >>> open_brainflow("cyton", {"rows": "1-4,7", "serial_port": "/dev/ttyUSB0"}).info
    Traceback (most recent call last):
    nmr_emg.errors.DriverError: the BrainFlow board 'cyton' is not open
    """
    params = dict(options)
    own = {key: params.pop(key) for key in OURS if key in params}
    port = params.pop("port", None)
    if port is not None and params.setdefault("serial_port", port) != port:
        raise ConfigError(
            f"port is {port!r} and serial_port is {params['serial_port']!r}; they mean the same"
        )
    return BrainFlow(
        spec or "synthetic",
        params=params,
        rows=listed("rows", own["rows"]) if "rows" in own else None,
        aux=words_of(own.get("aux", ""), ","),
        commands=words_of(own.get("command", ""), ";"),
        scale=scale_of(own["scale"]) if "scale" in own else None,
    )
