"""Golden bytes of a board, read as its file says; and what is said to it, on a clock that only a pause moves."""

from collections import deque
from dataclasses import dataclass

import pytest

from nmr_emg.block import microvolts
from nmr_emg.drivers.serial import dialogue
from nmr_emg.drivers.serial.board import board_called
from nmr_emg.drivers.serial.checking import checked
from nmr_emg.drivers.serial.fitting import fit
from nmr_emg.drivers.serial.hearing import variant_of


@dataclass
class Read:
    """What bytes hold, as a board's file says."""

    info: object
    values: list
    ids: list | None
    microvolts: list
    notes: list


@pytest.fixture
def read():
    def read(name, text, said="", **given):
        board = checked(board_called(name))
        fitted = fit(board, given, variant_of(board, said) if said else {})
        data = text if isinstance(text, bytes) else bytes.fromhex(text)
        frames = fitted.framing.start()(data, final=True)
        return Read(
            fitted.info,
            frames.values.tolist(),
            None if frames.ids is None else frames.ids.tolist(),
            microvolts(fitted.info)(frames.values).tolist(),
            [(note.kind, note.row, dict(note.data)) for note in frames.notes],
        )

    return read


class Line:
    """A port that answers by a script; its clock goes on only while somebody waits."""

    def __init__(self, answers):
        self.now = 0.0
        self.said = []
        self._answers = dict(answers)
        self._coming = deque()

    def write(self, data):
        self.said.append((round(self.now, 3), data))
        later, answer = self._answers.get(data, (0.0, b""))
        if answer:
            self._coming.append((self.now + later, answer))

    def read(self, wait):
        if self._coming and self._coming[0][0] <= self.now + wait:
            at, answer = self._coming.popleft()
            self.now = max(self.now, at)
            return answer
        self.now += wait
        return b""

    def monotonic(self):
        return self.now


@pytest.fixture
def talk(monkeypatch):
    """Go through a board's whole dialogue; gives (seconds, bytes) of everything said to it."""

    def talk(name, answers, **given):
        line = Line(answers)
        monkeypatch.setattr(dialogue, "time", line)
        board = board_called(name)
        talks = board.dialogue
        said = "".join(dialogue.talk(line, talks.probe, fit(board, given).names))
        fitted = fit(board, given, variant_of(board, said))
        dialogue.set_up(line, talks.setup, fitted, board)
        dialogue.talk(line, talks.start, fitted.names)
        dialogue.talk(line, talks.stop, fitted.names)
        return line.said

    return talk
