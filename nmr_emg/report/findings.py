"""Everything that one section of a report tells, gathered in one run over its recording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nmr_emg.analysis import analyze
from nmr_emg.block import Block, StreamInfo
from nmr_emg.driver import Driver
from nmr_emg.dsp.continuity import Floats
from nmr_emg.dsp.profile import Profile, load_profile
from nmr_emg.errors import RecordingError
from nmr_emg.ledger import Ledger
from nmr_emg.report.happenings import Happenings
from nmr_emg.report.moment import Scale
from nmr_emg.report.overview import Columns, Overviews
from nmr_emg.report.source import Source


class Gathered:
    """A sink that keeps what is drawn and what was counted, in memory that does not grow with the recording."""

    def __init__(self, info: StreamInfo) -> None:
        self.info = info
        self.overviews = Overviews(info)
        self.happenings = Happenings(info)
        self.ledger = Ledger(info)
        self.first: int | None = None

    def write(self, block: Block) -> None:
        """Take one block."""
        if block.rows and self.first is None:
            self.first = block.start
        self.overviews.write(block)
        self.happenings.write(block)
        self.ledger.count(block)

    def close(self) -> None:
        """Nothing to do."""


@dataclass(frozen=True, slots=True)
class Findings:
    """One recording, summed up.

    Args:
        source: where it came from.
        result: what `analyze` says of it.
        profile: the acquisition profile that was used.
        gathered: what is drawn and counted.
        skipped: rows that its reader left out as damaged; `None` where it does not tell.
    """

    source: Source
    result: Mapping[str, Any]
    profile: Profile
    gathered: Gathered
    skipped: int | None

    @property
    def info(self) -> StreamInfo:
        """What the stream is."""
        return self.gathered.info

    @property
    def seconds(self) -> float:
        """Its length, losses included."""
        return self.gathered.ledger.seconds

    @property
    def scale(self) -> Scale:
        """How places in it are written."""
        return Scale(self.seconds)

    @property
    def gaps(self) -> list[tuple[float, float]]:
        """Where samples are missing, from and to (s)."""
        gaps = self.gathered.ledger.gaps
        return [(self.second(gap["start"]), self.second(gap["start"] + gap["samples"])) for gap in gaps]

    def middles(self, seen: Columns) -> Floats:
        """Where the middle of each column of an overview lies (s)."""
        index = seen.first + (np.arange(len(seen.high)) + 0.5) * seen.width
        return np.asarray((index - (self.gathered.first or 0)) / self.info.rate, np.float64)

    def second(self, index: int) -> float:
        """Where a sample index lies, in seconds from the first sample."""
        return (index - (self.gathered.first or 0)) / self.info.rate


def gather(source: Source) -> Findings:
    """Analyse one recording and keep what is drawn.

    Raises:
        RecordingError: it holds no sample.
        NmrEmgError: it can't be read, or the question does not fit it.
    """
    opened: list[Driver] = []
    made: list[Gathered] = []

    def open_again() -> Driver:
        opened[:] = [source.open_again()]
        return opened[0]

    def sink(info: StreamInfo) -> Gathered:
        made.append(Gathered(info))
        return made[0]

    result = analyze(open_again, source.question, sink)
    if made[0].first is None:
        raise RecordingError(f"{source.name}: it holds no sample, so there is nothing to report")
    # Readers of files count what they left out; boards and simulators have nothing of the kind.
    skipped = getattr(opened[0], "skipped", None)
    return Findings(source, result, load_profile(result["profile"]), made[0], skipped)
