"""A board that isn't there: it plays any board that is known, on a port that any program can open."""

from collections.abc import Callable, Iterable
from functools import partial
from math import inf
from pathlib import Path
from random import Random
from threading import Thread
from types import TracebackType
from typing import Any, Self

from nmr_emg.errors import ConfigError
from nmr_emg.fake.boards import board
from nmr_emg.fake.delivery import Delivery
from nmr_emg.fake.faults import Fault, faults_of
from nmr_emg.fake.firmware import Firmware
from nmr_emg.fake.link import link
from nmr_emg.fake.player import Player
from nmr_emg.fake.sampler import Sampler
from nmr_emg.fake.signal import Signal, signal_of
from nmr_emg.fake.stream import tempo
from nmr_emg.fake.truth import Truth


class FakeBoard:
    """Plays a board on a pseudo-terminal, or on a TCP port, from a thread of its own.

    It answers as the board's firmware does, streams in real time, breaks what it is told to break, and remembers
    what it truly sampled. It shares no code with the drivers that it tests.

    Args:
        name: one of `nmr_emg.fake.BOARDS`, or a `Firmware` of your own.
        faults: what goes wrong and when; `nmr_emg.fake.faults.KINDS` lists them. Frames and seconds count from the
            first that is streamed to somebody.
        seed: of chances, damaged places and garbage.
        signal: "counting", "scattered", "sine", "emg:SCENE", or a function from index and number of channels.
        speed: 2 for twice as fast as real; `inf` for as fast as it is read.
        link: "pty" or, on every system, "socket".
        strict_baud: bytes are garbled unless the port was opened at the board's speed; told on Linux only.
        keep: how many samples `sent` remembers; all unless given.
        at: name of the pseudo-terminal, for people who type it; a new one in the temporary folder unless given.
        options: of the board, such as `daisy=True`, `boot=0`.

    Raises:
        ConfigError: no such board, option, fault, signal or link.

    >>> from nmr_emg.fake import FakeBoard
    >>> with FakeBoard("cyton", link="socket") as fake:
    ...     fake.port.startswith("socket://127.0.0.1:")
    True
    """

    def __init__(
        self,
        name: str | Firmware,
        faults: Iterable[Fault | str] = (),
        *,
        seed: int = 0,
        signal: Signal | str = "counting",
        speed: float = 1.0,
        link: str = "pty",
        strict_baud: bool = False,
        keep: int | None = None,
        at: Path | str | None = None,
        **options: Any,
    ) -> None:
        if not speed > 0:
            raise ConfigError(f"speed is {speed}; it must be above 0")
        self.firmware = board(name, options) if isinstance(name, str) else name
        self.sent = Truth(keep)
        self._link = link
        self._at = None if at is None else Path(at)
        self._faults = faults_of(faults)
        self._seed = seed
        self._signal = signal_of(signal, self.firmware, seed)
        self._speed = speed
        self._strict_baud = strict_baud
        self._player: Player | None = None
        self._thread: Thread | None = None

    def start(self) -> Self:
        """Plug it in and switch it on."""
        if self._thread is not None:
            raise ConfigError("this fake board plays already")
        firmware = self.firmware
        period = firmware.rows_per_frame / (firmware.rate * firmware.frames_per_row)
        self._player = Player(
            firmware,
            link(self._link, firmware.name, self._at),
            Delivery(self._faults, Random(self._seed), period),  # noqa: S311  # faults are no secret
            Sampler(firmware, self._signal, self.sent),
            self._speed,
            tempo(self._faults),
            self._strict_baud,
        )
        self._thread = Thread(target=self._player.run, name=f"fake {firmware.name}", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Unplug it; no thread is left. Twice is fine."""
        if self._thread is None:
            return
        if self._thread.is_alive():
            self.player.stop()
        self._thread.join(10)
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def player(self) -> Player:
        """Whoever plays it, once it was started."""
        if self._player is None:
            raise ConfigError("this fake board was not started; use it in a with statement")
        return self._player

    @property
    def port(self) -> str:
        """What to open; the same after `replug`."""
        return self.player.link.port

    @property
    def heard(self) -> bytes:
        """All that it was sent so far."""
        return bytes(self.player.heard)

    @property
    def overrun(self) -> int:
        """Bytes lost because nobody read them in time."""
        return self.player.overrun

    def unplug(self, seconds: float = inf) -> None:
        """Take the cable out, for so many seconds or until `replug`."""
        self._order(partial(self.player.unplug, seconds))

    def replug(self) -> None:
        """Put it in again."""
        self._order(self.player.replug)

    def power_cycle(self, seconds: float = 0.0) -> None:
        """Switch it off, and on again after so many seconds."""
        self._order(partial(self.player.power_cycle, seconds))

    def say(self, text: str | bytes) -> None:
        """Have it send something between its frames."""
        self._order(partial(self.player.say, text.encode() if isinstance(text, str) else text))

    def _order(self, what: Callable[[], None]) -> None:
        if self._thread is None or not self._thread.is_alive():
            raise ConfigError("this fake board does not play; use it in a with statement")
        self.player.order(what)
