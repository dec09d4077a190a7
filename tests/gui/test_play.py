import time

import numpy as np
import pytest

from nmr_emg.drivers.simulator import Simulator
from nmr_emg.dsp.profile import profile_for
from nmr_emg.errors import RecordingError
from nmr_emg.gui.play import Play
from nmr_emg.gui.screen import Screen
from nmr_emg.gui.services import Services
from nmr_emg.paced import Paced
from nmr_emg.recordings.openings import open_recording
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.session import Session
from nmr_emg.testing import Collected, assert_same, collect


class Both(Collected):
    """A recorder that also keeps what it was given."""

    def __init__(self, recorder):
        super().__init__()
        self._recorder = recorder

    def write(self, block):
        super().write(block)
        self._recorder.write(block)

    def close(self):
        super().close()
        self._recorder.close()


def until(condition):
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.005)


@pytest.fixture
def play(tmp_path):
    driver = Paced(Simulator("bridge"), speed=20)
    driver.open()
    chain = profile_for(driver.info).chain((("gmax_r", "bf_r"),))
    kept = []

    def recorder(path, session):
        kept.append(Both(Recorder(path, session.info, {})))
        return kept[-1]

    services = Services(list, lambda _: None, recorder, tmp_path / "new" / "folder")
    playing = Play(Session(driver, chain), services, Screen())
    playing.kept = kept
    yield playing
    playing.end()
    playing.session.wait(5)
    playing.close()


def samples(play, seconds):
    goal = play.session.ledger.samples + seconds * play.session.info.rate
    until(lambda: play.session.ledger.samples >= goal)
    return play.watch.look()


def test_a_recording_made_in_the_middle_replays_to_the_same_numbers(play):
    samples(play, 2)
    for name in ("rest", "reference"):
        play.trial(name, "start")
        samples(play, 4)
        play.trial(name, "stop")
        samples(play, 0.5)
    play.goal(70)
    before = samples(play, 1)
    assert all(m.referenced for m in before.muscles)
    values = {label: play.watch.known.reference(label) for label in play.session.info.labels}
    path = play.record()
    samples(play, 5)
    play.mark("half way")
    after = samples(play, 1)
    play.stop_recording()
    until(lambda: play.kept[0].closed)
    assert play.session.error is None
    assert all(m.referenced and m.goal in {70, None} for m in after.muscles)
    assert {label: play.watch.known.reference(label) for label in values} == values
    assert np.isfinite(play.kept[0].track("percent")).all()
    again = collect(open_recording(path), play.session.chain)
    assert_same(again.blocks, play.kept[0].blocks)
    assert [e.data["text"] for e in again.events if e.kind == "marker"] == ["half way"]


def test_two_recordings_in_one_second_are_two_files(play):
    paths = []
    for _ in range(2):
        paths.append(play.record())
        samples(play, 0.5)
        play.stop_recording()
    until(lambda: all(kept.closed for kept in play.kept))
    assert paths[0] != paths[1]
    assert all(path.is_file() for path in paths)


def test_a_recording_that_the_session_never_took_is_closed(play):
    play.end()
    play.session.wait(5)
    play.record()
    play.close()
    assert play.kept[0].closed
    assert play.tape is None


def test_a_recorder_that_fails_leaves_no_tape(play):
    def refuse(path, session):
        raise RecordingError("the disk is full; free some space")

    object.__setattr__(play._services, "recorder", refuse)
    with pytest.raises(RecordingError):
        play.record()
    assert play.tape is None
