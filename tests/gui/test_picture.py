import os
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtGui import QColor, QImage

from nmr_emg.block import Channel, StreamInfo
from nmr_emg.errors import ConfigError
from nmr_emg.gui.picture import picture
from nmr_emg.gui.theme import theme
from nmr_emg.gui.watch import Watch
from nmr_emg.session import Session
from nmr_emg.stage import Chain
from nmr_emg.testing import Scripted, blocks_of


def share(image, colour, left, top, right, bottom):
    """Share of a part of the picture that has a colour."""
    wanted = QColor(colour).rgb()
    pixels = [image.pixel(x, y) for x in range(left, right, 2) for y in range(top, bottom, 2)]
    return sum(pixel == wanted for pixel in pixels) / len(pixels)


@pytest.mark.parametrize("name", ["dark", "light", "high-contrast"])
def test_the_picture_shows_numbers_bars_and_traces(tmp_path, fake, qapp, name):
    look = fake.watch(4, pairs=(("a", "b"),)).look()
    path = picture(look, tmp_path / "screen.png", theme=name)
    image, colours = QImage(str(path)), theme(name).colours
    assert (image.width(), image.height()) == (1280, 800)
    assert 0.03 < share(image, colours.text, 100, 110, 400, 200) < 0.5
    assert (
        share(image, colours.reached, 100, 200, 1270, 430) + share(image, colours.bar, 100, 200, 1270, 430)
        > 0.03
    )
    assert 0.002 < share(image, colours.envelope, 200, 580, 1250, 750) < 0.5


def test_a_session_without_a_sample_gives_a_picture_too(tmp_path, fake, qapp):
    look = fake.watch(2, seconds=0).look()
    assert picture(look, tmp_path / "screen.png").stat().st_size > 1000


def test_a_stream_without_emg_gives_an_empty_board(tmp_path, qapp):
    info = StreamInfo(100, (Channel("x", unit="g", kind="aux"),))
    session = Session(Scripted(info, blocks_of(np.ones((500, 1)), 50)), Chain())
    watch = Watch(session)
    session.run()
    assert picture(watch.look(), tmp_path / "screen.png").is_file()


def test_a_picture_that_cannot_be_written_is_said(tmp_path, fake, qapp):
    with pytest.raises(ConfigError, match=r"screen\.png"):
        picture(fake.watch(2).look(), tmp_path / "nowhere" / "screen.png")


def test_an_unknown_theme_is_said(tmp_path, fake, qapp):
    with pytest.raises(ConfigError, match="dark"):
        picture(fake.watch(2).look(), tmp_path / "screen.png", theme="pink")


def test_without_a_display_it_works_in_a_fresh_process(tmp_path):
    code = """
import numpy as np, sys
from pathlib import Path
from nmr_emg.block import Channel, StreamInfo
from nmr_emg.gui.picture import picture
from nmr_emg.gui.watch import Watch
from nmr_emg.session import Session
from nmr_emg.stage import Chain
from nmr_emg.testing import Scripted, blocks_of
info = StreamInfo(250, (Channel("a"),))
session = Session(Scripted(info, blocks_of(np.ones((500, 1)), 50)), Chain())
watch = Watch(session)
session.run()
picture(watch.look(), Path(sys.argv[1]))
"""
    bare = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}}
    target = tmp_path / "screen.png"
    done = subprocess.run(
        [sys.executable, "-c", code, str(target)], env=bare, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert target.read_bytes().startswith(b"\x89PNG")
