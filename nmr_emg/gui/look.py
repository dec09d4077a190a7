"""What the screen shows at one moment: everything painted comes from here."""

from dataclasses import dataclass, replace
from math import nan

from nmr_emg.block import Channel, StreamInfo
from nmr_emg.ring import Snapshot

QUALITIES = ("ok", "check", "bad")
"""Words for the values of the track `quality`."""

EVEN = 0.2
"""Up to here to either side a pair counts as even on the screen: a ratio of about 1.5."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One muscle.

    Args:
        name: the muscle, or the channel's label.
        side: "left", "right" or empty.
        unit: "%" of the reference, or "µV" while there is none.
        top: top of the bar, in `unit`.
        value: now, in `unit`; `None` before the first sample.
        number: `value` as it was at the last turn of a fifth of a second, so that it can be read.
        peak: highest value of the last seconds.
        goal: in % of the reference; `None` for none.
        active: whether the muscle is at work.
        settling: whether the filters still settle.
        quality: 0 ok, 1 check, 2 bad.
        reasons: why, in words.
        note: why there is no reference, if there is something to say.
    """

    name: str
    side: str = ""
    unit: str = "µV"
    top: float = 200.0
    value: float | None = None
    number: float | None = None
    peak: float | None = None
    goal: float | None = None
    active: bool = False
    settling: bool = False
    quality: int = 0
    reasons: tuple[str, ...] = ()
    note: str = ""

    @property
    def referenced(self) -> bool:
        """Whether it is shown in % of a reference."""
        return self.unit == "%"

    @property
    def trusted(self) -> bool:
        """Whether the bar may be believed now."""
        return self.quality < 2 and not self.settling and self.value is not None

    @property
    def reached(self) -> bool:
        """Whether the goal is reached by a signal that can be believed."""
        return (
            self.referenced
            and self.trusted
            and self.goal is not None
            and self.value is not None
            and self.value >= self.goal
        )

    @property
    def share(self) -> float:
        """How full the bar is, 0 to 1."""
        return min(1.0, max(0.0, (self.value or 0.0) / self.top))

    @property
    def word(self) -> str:
        """How good the signal is."""
        if self.value is None and self.quality < 2:
            return "no signal"
        return "settling" if self.settling and self.quality < 2 else QUALITIES[self.quality]

    @property
    def caption(self) -> str:
        """What the number means."""
        return "% of reference" if self.referenced else self.note or "µV · no reference yet"

    @property
    def digits(self) -> str:
        """The number as it is written: at most three digits, "–" for none.

        >>> Reading("", number=49.6).digits, Reading("", number=1240.0).digits, Reading("").digits
        ('50', '>999', '–')
        """
        if self.number is None:
            return "–"
        return f"{self.number:.0f}" if self.number < 999.5 else ">999"


@dataclass(frozen=True, slots=True)
class Needle:
    """One pair: `direction` from −1 (all `second`) to 1 (all `first`), `None` when there is too little activity."""

    first: str
    second: str
    direction: float | None = None

    @property
    def word(self) -> str:
        """What the needle says, in words."""
        if self.direction is None:
            return "too little activity"
        if abs(self.direction) <= EVEN:
            return "even"
        return f"more {self.first if self.direction > 0 else self.second}"


@dataclass(frozen=True, slots=True)
class Tick:
    """A muscle that began or ended: its column, the sample at which it did, and which of the two."""

    column: int
    index: int
    onset: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the status line says of the stream; latencies are (p50, p95) in ms."""

    seconds: float = 0.0
    lost: int = 0
    gaps: int = 0
    processing: tuple[float | None, float | None] = (None, None)
    delay: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A whole screen.

    Args:
        info: the stream.
        muscles: one a column of EMG.
        needles: one a pair.
        traces: the newest seconds of `filtered` and `envelope`.
        trace_tops: µV at the edge of each muscle's trace.
        ticks: onsets and offsets within them.
        facts: of the stream.
        arrived: when its newest sample came in, by `time.monotonic()`.
        trouble: why none comes now, if the session waits for its device.
        said: what the device said so far, each once.
    """

    info: StreamInfo
    muscles: tuple[Reading, ...]
    needles: tuple[Needle, ...]
    traces: Snapshot
    trace_tops: tuple[float, ...]
    ticks: tuple[Tick, ...] = ()
    facts: Facts = Facts()
    arrived: float = nan
    trouble: str | None = None
    said: tuple[str, ...] = ()

    def over(self) -> "Look":
        """The same look after its session: the traces stay, the bars claim nothing any more."""
        muscles = (
            replace(muscle, value=None, number=None, peak=None, active=False, settling=False)
            for muscle in self.muscles
        )
        needles = (replace(needle, direction=None) for needle in self.needles)
        return replace(self, muscles=tuple(muscles), needles=tuple(needles))

    @property
    def begun(self) -> bool:
        """Whether a sample has come in."""
        return len(self.traces.index) > 0

    @property
    def worth(self) -> float:
        """How much there is to see: muscles at their goal, then how full the bars are."""
        believed = [m for m in self.muscles if m.trusted]
        return 2.0 * sum(m.reached for m in believed) + sum(m.share + m.referenced for m in believed)


def title(channel: Channel) -> str:
    """What a person calls a channel: muscle and side, or its label.

    >>> title(Channel("ch1", "gluteus maximus", "left")), title(Channel("ch2"))
    ('gluteus maximus left', 'ch2')
    """
    return " ".join(part for part in (channel.muscle or channel.label, channel.side) if part)
