import numpy as np
import pytest

from nmr_emg import Channel, StreamInfo
from nmr_emg.analysis import Question, analyze
from nmr_emg.testing import Scripted, blocks_of


@pytest.fixture
def recording():
    """Make `open_again` of an array, and keep every driver that was opened in `recording.drivers`."""

    def make(rate, x, events=(), first=0, blocks=None, **channel):
        x = np.asarray(x, float)
        raw = x if x.ndim == 2 else x[:, None]
        info = StreamInfo(rate, tuple(Channel(label, **channel) for label in "abcdefgh"[: raw.shape[1]]))

        def shifted(block):
            moved = tuple(e.at(e.index + first) for e in block.events)
            return type(block)(block.start + first, block.tracks, events=moved)

        def open_again():
            script = blocks or [shifted(b) for b in blocks_of(raw, round(rate / 4), events)]
            make.drivers.append(Scripted(info, script))
            return make.drivers[-1]

        return open_again

    make.drivers = []
    return make


@pytest.fixture
def ask(recording):
    """Analyse an array: `ask(rate, x, rest=(0, 5), pairs=(("a", "b"),))`."""

    def answer(rate, x, events=(), first=0, blocks=None, **question):
        return analyze(recording(rate, x, events, first, blocks), Question(**question))

    return answer
