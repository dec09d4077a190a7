"""Signal quality per channel and second, in words."""

from dataclasses import dataclass

import numpy as np

from nmr_emg.block import Block, StreamInfo
from nmr_emg.dsp.quality.checks import CHECKS
from nmr_emg.dsp.quality.limits import Limits
from nmr_emg.dsp.quality.seconds import Seconds
from nmr_emg.dsp.quality.slow import steps
from nmr_emg.dsp.quality.verdicts import Verdicts
from nmr_emg.event import Event
from nmr_emg.stage import Process


@dataclass(frozen=True, slots=True)
class Quality(Limits):
    """Write the track `quality` (0 ok, 1 warn, 2 bad; uint8) and the event `quality` when a channel's state or reasons change.

    Judged each second, on that second or on the last few (`nmr_emg.dsp.quality.checks` has all checks). A verdict counts
    once it was reached twice in a row, for what can't wait at once; three better ones lead back. What is bad spoils the
    numbers and is left out of them; a warning says what could be better.

    Noise is looked for only while the muscle rests, movement and hum against what the muscle does then, at rest or
    active, as the tracks `rest` and `active` say. Where µV are not true, only ratios are judged.

    The event's data are `state`, `reasons` (sentences that say what to do, the worst first) and `checks`, the names of
    the checks that found them.
    """

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        length = steps(info.rate) * max(4, round(info.rate / steps(info.rate)))
        columns = len(info.emg)
        checks = {name: check for name, check in CHECKS.items() if name not in self.without}
        verdicts = Verdicts(self, info, length, checks)
        seconds = Seconds(length)
        state = np.zeros((1, columns), np.uint8)

        def process(block: Block) -> Block:
            nonlocal state
            quality = np.empty((block.rows, columns), np.uint8)
            events: list[Event] = []
            first = 0
            for last, held in seconds.add(block):
                quality[first:last] = state
                first = last
                if held:
                    events += verdicts.take(held, block.start + last - 1)
                    state = verdicts.state
            done = block.with_tracks(quality=quality)
            return done.with_events(events) if events else done

        return process
