import pytest

from nmr_emg.drivers.brainflow.watch import CHUNKS, GRACE, LONGEST, SHORTEST, Watch


def quiet_for(watch, now, step=0.02):
    """After how long (s) of silence the watch calls the board lost."""
    silent = 0.0
    while not watch.look(now + silent, grew=False):
        silent += step
        assert silent < 10
    return silent


def fed(watch, pause, until):
    """Chunks with a pause between them, looked at every 20 ms; the time of the last."""
    now, last = 0.0, 0.0
    while now < until or last < now:
        now += 0.02
        grew = now - last >= pause
        last = now if grew else last
        watch.look(now, grew=grew)
    return now


@pytest.mark.parametrize(
    ("pause", "patience"), [(0.0, SHORTEST), (0.02, SHORTEST), (0.1, CHUNKS * 0.1), (0.6, LONGEST)]
)
def test_a_board_may_be_quiet_for_ten_of_its_usual_pauses(pause, patience):
    watch = Watch(0.0)
    now = fed(watch, pause, 20.0)
    assert quiet_for(watch, now) == pytest.approx(patience, abs=0.25)


def test_a_board_may_pause_in_its_first_seconds():
    watch = Watch(0.0)
    watch.look(0.02, grew=True)
    assert quiet_for(watch, 0.02) == pytest.approx(LONGEST, abs=0.05)
    assert LONGEST < GRACE


def test_a_computer_that_slept_proves_nothing_about_the_board():
    watch = Watch(0.0)
    now = fed(watch, 0.0, 5.0)
    assert not watch.look(now + 3600, grew=False)
    assert not watch.look(now + 3600.02, grew=True)
    assert watch.silent == 0


def test_a_port_that_is_gone_is_told_soon_and_in_words(tmp_path):
    port = tmp_path / "port"
    port.touch()
    watch = Watch(0.0, str(port))
    now = fed(watch, 0.0, 5.0)
    port.unlink()
    assert quiet_for(watch, now) < 0.2
    assert watch.words("Cyton") == f"Cyton: its port {port} is gone; the cable or the dongle was unplugged"


def test_a_port_that_is_no_file_is_never_gone():
    watch = Watch(0.0, "COM3")
    now = fed(watch, 0.0, 5.0)
    assert quiet_for(watch, now) == pytest.approx(SHORTEST, abs=0.05)
    assert "has sent nothing for 0.5 s" in watch.words("Cyton")
