"""What was wrong with a channel, over a whole recording."""

import numpy as np

from nmr_emg import Block, Channel, Event, StreamInfo
from nmr_emg.analysis.channels import Channels


def test_reasons_that_lasted_are_told_the_most_lasting_first():
    info = StreamInfo(100, (Channel("a"), Channel("b")))
    found = Channels(info)
    told = {0: ["hum"], 300: ["clipped", "hum"], 500: ["beats"], 510: []}
    for second in range(10):
        start = 100 * second
        events = tuple(
            Event("quality", i, 0, {"state": "warn" if reasons else "ok", "reasons": reasons})
            for i, reasons in told.items()
            if start <= i < start + 100
        )
        quality = np.zeros((100, 2), np.uint8)
        quality[:, 0] = second < 5
        nothing = np.zeros((100, 2))
        tracks = {"raw": nothing, "filtered": nothing, "envelope": nothing, "quality": quality}
        tracks |= {"active": nothing > 0, "settling": np.zeros((100, 1), bool)}
        found.write(Block(start, tracks, events=events))
    assert found.quality(0) == {"state": "warn", "reasons": ["hum", "clipped"]}
    assert found.quality(1) == {"state": "ok", "reasons": []}


def test_what_is_blanked_or_bad_is_part_of_no_amplitude():
    info = StreamInfo(100, (Channel("a"), Channel("b")))
    level = np.full((100, 2), 2.0)
    level[40:70] = 1e5
    tracks = {"raw": level, "filtered": level, "envelope": level, "active": level > 0}
    tracks |= {"settling": np.zeros((100, 1), bool), "quality": np.zeros((100, 2), np.uint8)}
    tracks["quality"][60:70] = 2
    blanked = np.zeros((100, 2), bool)
    blanked[40:60, 0] = True
    found = Channels(info)
    found.write(Block(0, {**tracks, "blanked": blanked}))
    assert found.amplitude(0) == {"rms_uV": 2.0, "peak_uV": 2.0}
    assert found.amplitude(1)["peak_uV"] == 1e5
