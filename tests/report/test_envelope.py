"""A report on a board that sends envelopes says what was, and what was not, done to them."""

import numpy as np

from nmr_emg import Channel, StreamInfo, run
from nmr_emg.cli.app import main
from nmr_emg.event import Event
from nmr_emg.recordings.recorder import Recorder
from nmr_emg.stage import Chain
from nmr_emg.testing import Scripted, blocks_of


def test_no_filter_is_claimed_and_what_the_device_said_is_told(tmp_path, capsys):
    info = StreamInfo(50, (Channel("biceps", kind="envelope"),), device="MyoWare")
    level = np.where(np.arange(1500) % 500 > 300, 120.0, 4.0)[:, None]
    said = [Event("device", 10, data={"text": "µV are those at the converter's input"})]
    run(Scripted(info, blocks_of(level, 25, said)), Chain(), Recorder(tmp_path / "a.h5", info, {}))
    assert main(["report", str(tmp_path / "a.h5"), "-o", str(tmp_path / "a.html")]) == 0
    capsys.readouterr()
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Butterworth" not in page
    assert "What the device sends as envelope is not filtered." in page
    assert "The device said – µV are those at the converter" in page.replace("&#39;", "'").replace("’", "'")
