import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

PROGRAM = """
import sys
import numpy as np
from pathlib import Path
from nmr_emg.block import Channel, StreamInfo
from nmr_emg.errors import ConfigError, DeviceLost
from nmr_emg.gui.app import run
from nmr_emg.gui.services import Services
from nmr_emg.paced import Paced
from nmr_emg.session import Session
from nmr_emg.stage import Chain
from nmr_emg.testing import Collected, Scripted, blocks_of

folder, fails = Path(sys.argv[1]), sys.argv[2] == "fails"

def connect(choice):
    info = StreamInfo(250, (Channel("a"),), device=choice)
    script = blocks_of(np.ones((100 if fails else 250 * 60, 1)), 10)
    driver = Paced(Scripted(info, [*script, *([DeviceLost("it is gone")] if fails else [])]))
    driver.open()
    return Session(driver, Chain(), [Told()])

class Told(Collected):
    def write(self, block):
        super().write(block)
        if len(self.blocks) == 30:
            print("well under way", flush=True)

    def close(self):
        print("closed after", sum(b.rows for b in self.blocks), flush=True)

services = Services(lambda: ["simulator"], connect, lambda path, session: Collected(), folder)
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else None
sys.exit(run(services, "simulator", seconds=seconds, picture=folder / "screen.png"))
"""


def start(*arguments):
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def rows(output):
    return int(output.split("closed after")[1].split()[0])


def test_a_timed_run_closes_by_itself_and_leaves_a_picture(tmp_path):
    running = start(tmp_path, "works", 1.0)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert "Traceback" not in err
    assert 245 <= rows(out) <= 400
    assert (tmp_path / "screen.png").read_bytes().startswith(b"\x89PNG")


def test_a_session_that_fails_ends_a_timed_run_with_1(tmp_path):
    running = start(tmp_path, "fails", 5.0)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 1, err
    assert "Traceback" not in err
    assert rows(out) == 100


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_kill_close_the_window_and_the_files(tmp_path, number):
    running = start(tmp_path, "works")
    assert running.stdout.readline() == "well under way\n"
    running.send_signal(number)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 0, err
    assert "Traceback" not in err
    assert rows(out) > 50


def test_without_a_display_it_says_so(tmp_path):
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux can be without a display")
    bare = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}}
    code = PROGRAM.replace(
        "sys.exit(run(",
        "import nmr_emg.errors\ntry:\n    run(services)\nexcept ConfigError as e:\n    sys.exit(f'said: {e}')\nsys.exit((",
    )
    code = code.replace(
        'sys.exit((services, "simulator", seconds=seconds, picture=folder / "screen.png"))', ""
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), "works"],
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.startswith("said: there is no display"), done.stderr
    assert "DISPLAY" in done.stderr


def test_importing_the_package_needs_no_qt():
    code = """
import sys
for name in ("PySide6", "shiboken6", "pyqtgraph"):
    sys.modules[name] = None
import nmr_emg.gui, nmr_emg.gui.app, nmr_emg.gui.picture, nmr_emg.gui.services, nmr_emg.gui.watch, nmr_emg.cli.bars
from nmr_emg.errors import ConfigError
try:
    nmr_emg.gui.app.run(None)
except ConfigError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "nmr-emg[gui]"' in done.stdout, done.stderr


def test_the_screens_import_no_driver_and_no_file_format():
    folder = Path(__file__).parents[2] / "nmr_emg" / "gui"
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("nmr_emg.drivers", "nmr_emg.recordings", "h5py"):
            assert word not in text, f"{path.name} knows of {word}"
