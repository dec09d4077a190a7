"""How sessions are made for the commands and the window."""

import pytest

from nmr_emg import Chain, Channel, ConfigError, StreamInfo
from nmr_emg.cli.devices import Connection
from nmr_emg.cli.streaming import recording_to, session_on
from nmr_emg.dsp.profile import load_profile
from nmr_emg.testing import Scripted

INFO = StreamInfo(250, (Channel("a"),))


def test_a_recording_that_cannot_begin_lets_go_of_the_board(tmp_path):
    driver = Scripted(INFO, [])
    connection = Connection(driver, INFO, load_profile("cyton250"), Chain(), ())
    with pytest.raises(ConfigError, match="folder"):
        session_on(connection, recording_to(tmp_path / "no" / "such" / "x.h5", "record"))
    assert driver.closed
