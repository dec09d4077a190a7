"""Watches a session through rings, so that whoever draws never meets its worker."""

from collections.abc import Iterable, Sequence

from nmr_emg.block import empty_block
from nmr_emg.gui.known import Known
from nmr_emg.gui.look import Facts, Look, Tick, title
from nmr_emg.gui.readings import read_muscles, read_needles
from nmr_emg.gui.screen import Screen
from nmr_emg.ring import Ring
from nmr_emg.session import Session

NEAR = ("percent", "envelope", "active", "quality", "settling", "balance")
FAR = ("filtered", "envelope")

TRACE_SCALES = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)
"""Edges of a trace to choose from (µV)."""

CREST = 3.0
"""Peaks of the signal over its RMS: how much higher a trace's edge is than the bar's top."""


class Watch:
    """Two rings on a session that has not started, and what can be read from them at any moment.

    Args:
        session: built, not started.
        pairs: the two sides of each column of the track `balance`.
        screen: times and scales.
        delay: what to say about the delay of the filters.
    """

    def __init__(
        self,
        session: Session,
        pairs: Sequence[tuple[str, str]] = (),
        screen: Screen | None = None,
        delay: str = "",
    ) -> None:
        self.session = session
        self.screen = screen or Screen()
        self.scale = self.screen.scale
        self.known = Known()
        self._delay = delay
        written = tracks_of(session)
        names = {channel.label: title(channel) for channel in session.info.channels}
        called = tuple((names.get(a, a), names.get(b, b)) for a, b in pairs)
        self._pairs = called if "balance" in written else ()
        self._near = Ring(session.info, self.screen.peak_seconds, [n for n in NEAR if n in written])
        self._far = Ring(session.info, self.screen.trace_seconds, [n for n in FAR if n in written])
        session.attach(self._near)
        session.attach(self._far)

    def look(self) -> Look:
        """What the screen shows now."""
        near, far, events = self._near.read(), self._far.read(), self._near.events()
        self.known.hear(events)
        oldest = far.index[0] if len(far.index) else 0
        look = Look(
            info=self.session.info,
            muscles=read_muscles(
                self.session.info,
                near,
                self.known,
                top=self.screen.top_percent,
                scale=self.scale,
                goal=self.goal,
                seconds=self.screen.peak_seconds,
            ),
            needles=read_needles(near, self._pairs),
            traces=far,
            trace_tops=self._trace_tops(),
            ticks=tuple(
                Tick(
                    self.session.info.emg.index(e.channel),
                    int(e.data.get(e.kind, e.index)),
                    e.kind == "onset",
                )
                for e in events
                if e.kind in ("onset", "offset") and e.index >= oldest and e.channel in self.session.info.emg
            ),
            facts=self._facts(),
            arrived=near.arrived,
            trouble=self.session.trouble,
            said=tuple(self.session.ledger.notices),
        )
        return look.over() if look.trouble else look

    @property
    def goal(self) -> float:
        """The goal that holds (% of the reference): the newest told, or the one to open with."""
        return self.screen.goal_percent if self.known.goal is None else self.known.goal

    def _trace_tops(self) -> tuple[float, ...]:
        labels = [self.session.info.channels[i].label for i in self.session.info.emg]
        return tuple(_above(CREST * (self.known.reference(label) or self.scale)) for label in labels)

    def _facts(self) -> Facts:
        ledger = self.session.ledger
        processing = (ledger.latency.quantile(0.5), ledger.latency.quantile(0.95))
        return Facts(ledger.seconds, ledger.lost, len(ledger.gaps), processing, self._delay)


def tracks_of(session: Session) -> frozenset[str]:
    """Names of the tracks that a session's chain writes, found by sending a block without rows through a fresh one."""
    done = session.chain.start(session.info)(empty_block(0, session.info))
    return frozenset(done.tracks)


def _above(value: float, scales: Iterable[float] = TRACE_SCALES) -> float:
    """The smallest scale that holds `value`."""
    return next((scale for scale in scales if scale >= value), value)
