import io
import os
import re
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from rich.console import Console

from nmr_emg.block import Block, Channel, StreamInfo
from nmr_emg.cli.bars import ASCII, bar, follow, line, picture
from nmr_emg.gui.look import Facts, Look, Needle, Reading
from nmr_emg.gui.watch import Watch
from nmr_emg.paced import Paced
from nmr_emg.ring import Snapshot
from nmr_emg.session import Session
from nmr_emg.stage import Chain
from nmr_emg.testing import Scripted

INFO = StreamInfo(
    250,
    (Channel("a", "gluteus maximus", "left"), Channel("b", "vastus medialis oblique", "right")),
    device="simulator",
)


def look(first=None, second=None, needle=0.5):
    first = first or Reading("gluteus maximus", "left", "%", 150, 75.0, 75.0, 105.0, 60.0, active=True)
    second = second or Reading("vastus medialis oblique", "right", "%", 150, 30.0, 30.0, 40.0, 60.0)
    empty = Snapshot(np.zeros(0, int), {}, 0.0, 0)
    return Look(
        INFO,
        (first, second),
        (Needle("left", "right", needle),),
        empty,
        (500, 500),
        (),
        Facts(12.3, 5, 1, (1.0, 2.0)),
    )


def drawn(shown, width=100, **more):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, **more)
    console.print(picture(shown, console))
    return console.file.getvalue()


def test_a_bar_is_as_full_as_its_value_on_a_fixed_scale():
    for percent, cells in ((0, 0), (75, 15), (150, 30), (400, 30)):
        reading = Reading("a", unit="%", top=150, value=float(percent))
        assert bar(reading, 30, ASCII).plain.count("#") == cells


def test_goal_and_peak_stand_at_their_places():
    plain = bar(Reading("a", unit="%", top=150, value=30.0, goal=60.0, peak=120.0), 30, ASCII).plain
    assert (plain.index("|"), plain.index(":"), len(plain)) == (12, 24, 30)
    over = bar(Reading("a", unit="%", top=150, value=30.0, goal=150.0, peak=900.0), 30, ASCII).plain
    assert (over.index("|"), len(over)) == (29, 30)


def test_a_signal_in_doubt_is_hatched_and_reaches_nothing():
    text = drawn(look(Reading("a", "", "%", 150, 90.0, 90.0, 90.0, 60.0, quality=2)), no_color=True)
    first = text.splitlines()[0]
    assert "░" in first
    assert "█" not in first
    assert "✓" not in first
    assert "■ " in first
    assert "bad" in first


def test_words_and_shapes_say_it_without_colour():
    text = drawn(look(), no_color=True)
    assert "\x1b[3" not in text
    first, second, needle, status = text.splitlines()
    for word in ("gluteus maximus left", "75 %", "✓", "ok"):
        assert word in first
    assert "✓" not in second
    assert "more left" in needle
    assert "lost 5 in 1 gap" in status
    assert "simulator · 250 Hz · 00:12" in status


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, no_color=True)
    for row in picture(look(), console).renderables:
        assert row.cell_len <= width
        assert "\n" not in row.plain


def test_a_name_cut_short_keeps_its_side():
    rows = drawn(look(), width=60, no_color=True).splitlines()
    assert " R " in rows[1][:30]


def test_a_terminal_that_knows_only_ascii_gets_ascii():
    class Plain(io.StringIO):
        encoding = "ascii"

    console = Console(file=Plain(), width=90, force_terminal=True)
    console.print(picture(look(Reading("fléchisseur", "", "µV", 200, 5.0, 5.0)), console))
    text = console.file.getvalue()
    text.encode("ascii")
    assert "uV" in text


def test_a_quiet_pair_and_an_empty_look():
    assert "too little activity" in drawn(look(needle=None))
    nothing = Reading("a")
    assert "no signal" in drawn(look(nothing, nothing))
    assert (
        line(look()) == "00:12  gluteus maximus left 75 % ok; vastus medialis oblique right 30 % ok; lost 5"
    )


def running(seconds):
    info = StreamInfo(250, (Channel("a"), Channel("b")))
    raw = np.full((round(250 * seconds), 2), 40.0)

    class Envelope:
        def start(self, info):
            return lambda block: block.with_tracks(envelope=block["raw"], percent=block["raw"] * 2)

    driver = Paced(Scripted(info, [Block(0, {"raw": raw})]))
    driver.open()
    watch = Watch(Session(driver, Envelope()))
    watch.session.start()
    return watch


def test_following_a_session_in_a_terminal_draws_until_it_ends(capsys):
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    best = follow(running(0.5), console)
    assert "80 %" in console.file.getvalue()
    assert best.muscles[0].value == 80
    assert capsys.readouterr().out == ""


def test_without_a_terminal_one_line_a_turn_goes_to_stderr(capsys):
    best = follow(running(1.2), every=0.4)
    out, err = capsys.readouterr()
    assert out == ""
    assert 2 <= len(err.splitlines()) <= 3
    assert "a 80 % ok; b 80 % ok; lost 0" in err
    assert "\x1b" not in err
    assert best.muscles[0].value == 80


def test_without_a_terminal_it_can_be_silent(capsys):
    follow(running(0.3), every=None)
    assert capsys.readouterr() == ("", "")


class Loose(Paced):
    """Its cable is out from the second to the fourth tenth of a second."""

    @property
    def trouble(self):
        return "the cable is out; trying again" if 0.2 <= time.monotonic() - self.began < 0.4 else None

    def open(self):
        super().open()
        self.began = time.monotonic()


@pytest.mark.parametrize("terminal", [False, True])
def test_a_board_that_is_lost_is_told_once_and_so_is_its_return(terminal):
    raw = np.full((200, 2), 40.0)
    driver = Loose(Scripted(INFO, [Block(0, {"raw": raw})]))
    driver.open()
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    watch = Watch(Session(driver, Chain()))
    watch.session.start()
    follow(watch, console, every=None)
    watch.session.stop()
    said = console.file.getvalue()
    assert said.count("nmr-emg: the cable is out; trying again") == 1
    assert len(re.findall(r"nmr-emg: samples come again, 0\.\d s", said)) == 1
