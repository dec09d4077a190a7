"""Talking to a board: say something, wait for the answer, refuse what is not the answer of this board."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from nmr_emg.drivers.serial.board import Board, Step, Table
from nmr_emg.drivers.serial.choices import Names, for_channel, holds
from nmr_emg.drivers.serial.fitting import Fitted, said_to
from nmr_emg.errors import DeviceLost, DriverError

MOST_ANSWER = 65536
"""Bytes of an answer that are kept; what a board streams meanwhile must not fill the memory."""
_NOTHING: Table = MappingProxyType({})
UNHEARD = 0.1
"""How long an answer is still waited for (s) once the same question went unanswered."""
SHOWN = 120
"""Characters of an answer that an error shows."""


class Line(Protocol):
    """A port, as far as talking needs it."""

    def read(self, wait: float) -> bytes:
        """What comes within `wait` seconds."""
        ...

    def write(self, data: bytes) -> None:
        """Send bytes."""
        ...


def say(line: Line, step: Step, names: Names) -> str:
    """Say one thing and give the answer, empty if none was asked for.

    Raises:
        DriverError: no answer came, or another one than expected.
    """
    if step.expect:
        drain(line)
    said = said_to(step, names)
    line.write(said)
    answer = listen(line, step) if step.expect or step.match else ""
    if step.optional and not _complete(step, answer):
        answer = ""  # what the board streams meanwhile is none
    else:
        _check(step, said, answer)
    if step.wait:
        _rest(line, step.wait, keep=False)
    return answer


def listen(line: Line, step: Step) -> str:
    """What came until the step's answer was complete, or its time was over."""
    answer = b""
    until = time.monotonic() + step.within
    while (left := until - time.monotonic()) > 0:
        answer = (answer + line.read(min(left, 0.05)))[-MOST_ANSWER:]
        if _complete(step, answer.decode("latin-1")):
            break
    return answer.decode("latin-1")


def _complete(step: Step, answer: str) -> bool:
    return step.expect in answer if step.expect else re.search(step.match, answer) is not None


def _check(step: Step, said: bytes, answer: str) -> None:
    """Refuse what is not the answer to a step."""
    if step.expect in answer and re.search(step.match, answer):
        return
    words = repr(said.hex(" ") if step.hex else said.decode("latin-1"))
    plain = "".join(one if one.isprintable() else " " for one in answer[-SHOWN:]).strip()
    if not plain:
        raise DriverError(
            f"no answer to {words} within {step.within:g} s; check that the board is on, near and not in use"
        )
    text = sum(one.isascii() and (one.isprintable() or one.isspace()) for one in answer) > 0.8 * len(answer)
    what = repr(plain) if text else f"{len(answer)} bytes that are no text"
    raise DriverError(
        f"the answer to {words} is {what}, which is not what this board answers; "
        "is another one on this port? nmr-emg devices --probe asks"
    )


def drain(line: Line) -> bytes:
    """Read away what has come in already."""
    return line.read(0.0)


def _rest(line: Line, seconds: float, *, keep: bool) -> bytes:
    """Wait, reading so that nothing piles up."""
    heard = b""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        came = line.read(min(left, 0.05))
        heard = (heard + came)[-MOST_ANSWER:] if keep else b""
    return heard


def settle(line: Line, seconds: float) -> str:
    """What a board says while it starts up."""
    return _rest(line, seconds, keep=True).decode("latin-1")


def talk(line: Line, steps: Iterable[Step], names: Names, hints: Table = _NOTHING) -> list[str]:
    """Say several things; gives the answers.

    Args:
        line: the port.
        steps: what to say.
        names: what {names} in it stand for.
        hints: what to do about answers, by regular expression.

    Raises:
        DriverError: one of them was not answered as it should be.
    """
    try:
        return [say(line, step, names) for step in steps if holds(step.only, names)]
    except DeviceLost:
        raise
    except DriverError as error:
        raise DriverError(f"{error}{advice(hints, str(error))}") from None


def set_up(line: Line, steps: Iterable[Step], fitted: Fitted, board: Board) -> list[bytes]:
    """Say what sets the board up, some of it once for every channel; gives what was not confirmed though it might be.

    A step that went unanswered for one channel is not waited for again.

    Raises:
        DriverError: the board refused.
    """
    silent: list[bytes] = []
    for step in steps:
        asked = step
        for names in _turns(step, fitted, board.dialogue.channel_codes):
            if not holds(
                step.only, names
            ):  # asked a channel at a time: one that is not wanted may be left alone
                continue
            answered = any(talk(line, [asked], names, board.hints))
            if step.expect and not answered:
                silent.append(said_to(step, names))
                asked = replace(step, within=UNHEARD)
    return silent


def advice(hints: Table, text: str) -> str:
    """What a board's file says about a text of the board, to be put behind it; empty if nothing."""
    return "".join(f" ({hint})" for pattern, hint in hints.items() if re.search(pattern, text))


def _turns(step: Step, fitted: Fitted, codes: str) -> Iterator[Names]:
    if not step.each:
        yield for_channel(fitted.names, 1)
        return
    for number in range(1, fitted.total + 1):
        code = codes[number - 1] if number <= len(codes) else str(number)
        off = int(number not in fitted.wanted)
        yield {**for_channel(fitted.names, number), "channel": code, "off": off}
