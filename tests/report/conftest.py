"""A recording with everything a report shows, and a reader of pages that trips over bad markup."""

from collections import Counter
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from nmr_emg.analysis import Question
from nmr_emg.block import Channel, StreamInfo
from nmr_emg.driver import Driver
from nmr_emg.event import Event
from nmr_emg.report import Source, write_report
from nmr_emg.testing import Scripted, blocks_of

RATE = 250.0
VOID = {"meta", "br", "hr", "col"}

Opener = Callable[[], Driver]


class Page(HTMLParser):
    """A page that was read: its tags with attributes and the text inside; every tag must be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = text
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], f"never closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        """What a reader reads, with ordinary spaces."""
        return " ".join(" ".join(self.words).replace("\u202f", " ").replace("\u00a0", " ").split())

    def all(self, tag: str, class_: str | None = None) -> list[dict[str, str | None]]:
        """Attributes of every element of a kind, outside the legend's and the axis's own."""
        return [a for t, a in self.tags if t == tag and (class_ is None or a.get("class") == class_)]

    def drawn(self, class_: str) -> list[dict[str, str | None]]:
        """Rectangles of a class in the figures; those of the legend are 10 high and not meant."""
        return [a for a in self.all("rect", class_) if float(a["height"] or 0) > 12]

    def count(self) -> Counter[str]:
        """How many elements of each kind."""
        return Counter(tag for tag, _ in self.tags)


def noise(
    seconds: float, bursts: Sequence[Sequence[tuple[float, float, float]]], seed: int = 1
) -> np.ndarray:
    """White noise of 2 µV, and in each channel's bursts (from, to, µV) as much as asked for."""
    raw = np.random.default_rng(seed).normal(size=(round(seconds * RATE), len(bursts)))
    level = np.full(raw.shape, 2.0)
    for column, listed in enumerate(bursts):
        for first, last, size in listed:
            level[round(first * RATE) : round(last * RATE), column] = size
    return raw * level


def opener(
    raw: np.ndarray,
    events: Sequence[Event] = (),
    channels: Sequence[Channel] | None = None,
    lost: Sequence[tuple[float, float]] = (),
    rate: float = RATE,
) -> Opener:
    """A recording in memory; `lost` are stretches (s) that never came."""
    named = tuple(channels or (Channel(f"ch{i + 1}") for i in range(raw.shape[1])))
    info = StreamInfo(rate, named, device="a board in a test")
    cuts = [round(second * rate) for stretch in lost for second in stretch]
    blocks = [
        block
        for block in blocks_of(raw, 25, events)
        if not any(a <= block.start < b for a, b in zip(cuts[::2], cuts[1::2], strict=True))
    ]
    return lambda: Scripted(info, blocks)


def trial(name: str, first: float, last: float) -> list[Event]:
    """Start and stop of a trial (s)."""
    edges = ((first, "start"), (last, "stop"))
    return [Event("trial", round(s * RATE), data={"name": name, "edge": edge}) for s, edge in edges]


@pytest.fixture(scope="session")
def make():
    """The functions above, for tests."""

    class Make:
        recording = staticmethod(opener)
        signal = staticmethod(noise)
        trial = staticmethod(trial)
        rate = RATE

        @staticmethod
        def page(out: Path, *sources: Source) -> Page:
            return Page(write_report(out / "report.html", sources).read_text(encoding="utf-8"))

    return Make


@pytest.fixture(scope="session")
def full(make) -> Source:
    """Forty seconds of three channels: rest, reference, five contractions, markers, a goal, two gaps, a dead lead."""
    each = [(6, 9, 60.0), *((12 + 5 * k, 14 + 5 * k, 40.0) for k in range(5))]
    other = [(6, 9, 50.0), *((12 + 5 * k, 14 + 5 * k, 20.0) for k in range(5))]
    raw = make.signal(40, [each, other, []])
    raw[:, 2] = 0.0
    events = [
        *make.trial("rest", 1, 5),
        *make.trial("reference", 6.5, 8.5),
        Event("goal", 2500, data={"value": 60}),
        Event("marker", 2600, data={"text": "</svg><script>alert('marker')</script>"}),
        *make.trial("exercise", 11, 38),
    ]
    channels = (
        Channel("vm<script>alert('label')</script>", muscle="vastus & medialis", side="right"),
        Channel('bf"', muscle="biceps femoris"),
        Channel("off"),
    )
    pairs = ((channels[0].label, 'bf"'), ('bf"', "off"))
    facts = {"format": "made <up>", "start_time": "2026-03-05T11:04:32+01:00", "versions": {"nmr<emg": "0.1"}}
    opened = make.recording(raw, events, channels, lost=[(20, 21), (30, 30.1)])
    return Source("knee & hip.h5", opened, Question(pairs=pairs), facts)


@pytest.fixture(scope="session")
def page(full, make, tmp_path_factory) -> Page:
    """Its page."""
    return make.page(tmp_path_factory.mktemp("report"), full)
