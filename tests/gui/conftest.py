import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nmr_emg.block import Block, Channel, StreamInfo
from nmr_emg.event import Event
from nmr_emg.gui.services import Services
from nmr_emg.gui.theme import Theme, theme
from nmr_emg.gui.watch import Watch
from nmr_emg.paced import Paced
from nmr_emg.session import Session
from nmr_emg.testing import Collected, Scripted

RATE = 250
NAMES = (
    ("gluteus maximus", "left"),
    ("gluteus maximus", "right"),
    ("vastus medialis oblique", "left"),
    ("vastus lateralis", "left"),
    ("biceps femoris", "left"),
    ("erector spinae", "right"),
    ("tensor fasciae latae", "right"),
    ("tibialis anterior", "right"),
)


@dataclass(frozen=True)
class Tracks:
    """A chain in miniature: the raw value *is* the envelope (µV), `filtered` has a changing sign, the rest follows.

    Between trial start and stop nothing is averaged: the newest value at the stop becomes the reference. `bad` and
    `settling` are columns and rows that are marked so.
    """

    pairs: int = 0
    bad: tuple[int, ...] = ()
    settling_before: int = 0

    def start(self, info: StreamInfo) -> Callable[[Block], Block]:
        reference = np.full(len(info.emg), np.nan)
        last = np.zeros(len(info.emg))
        first = True

        def process(block: Block) -> Block:
            nonlocal reference, last, first
            labels = [info.channels[i].label for i in info.emg]
            derived = []
            for event in block.events:
                trial = event.data.get("name"), event.data.get("edge")
                if event.kind == "reference":
                    reference = np.array([event.data["values"][label] for label in labels])
                elif event.kind == "trial" and trial == ("reference", "stop"):
                    reference = last.copy()
                elif event.kind == "trial" and trial == ("rest", "stop"):
                    derived.append(Event("rested", block.start, data={"values": dict.fromkeys(labels, 2.0)}))
                    continue
                else:
                    continue
                values = dict(zip(labels, map(float, reference), strict=True))
                derived.append(
                    Event("referenced", block.start, data={"values": values, "rest": {}, "refused": {}})
                )
            envelope = block["raw"][:, list(info.emg)].astype(float)
            rows, columns = envelope.shape
            if rows and first:
                first = False
                derived += [
                    Event(
                        "quality", block.start, info.emg[c], {"state": "bad", "reasons": ["the lead is off"]}
                    )
                    for c in self.bad
                ]
            if rows:
                last = envelope[-1]
            index = np.arange(block.start, block.stop)[:, None]
            sign = np.sin(index * (2.1 + np.arange(columns))) * 1.6
            quality = np.zeros((rows, columns), np.uint8)
            quality[:, list(self.bad)] = 2
            return block.with_tracks(
                emg=envelope,
                filtered=envelope * sign,
                envelope=envelope,
                percent=100 * envelope / reference,
                active=envelope > 20,
                quality=quality,
                settling=index < self.settling_before,
                balance=np.tile(np.linspace(0.6, -0.6, self.pairs), (rows, 1)),
            ).with_events(derived)

        return process


def stream(channels: int, rate: float = RATE) -> StreamInfo:
    picked = tuple(Channel(f"ch{i + 1}", *NAMES[i]) for i in range(channels))
    return StreamInfo(rate, picked, device="simulator")


def effort(channels: int, seconds: float, rate: float = RATE) -> np.ndarray:
    """Muscles that come and go, each a little later than the one before."""
    t = np.arange(round(seconds * rate))[:, None] / rate
    phase = np.arange(channels) * 0.7
    wave = np.clip(np.sin(2 * np.pi * t / 4 - phase) * 1.3, 0, 1) ** 0.7
    return 6 + 170 * wave * (0.6 + 0.4 * np.cos(np.arange(channels)))


def blocks(
    raw: np.ndarray, rows: int = 5, gap_at: int | None = None, gap: int = 0, events: Sequence[Event] = ()
):
    for start in range(0, len(raw), rows):
        shift = gap if gap_at is not None and start >= gap_at else 0
        tracks = {"raw": raw[start : start + rows]}
        now = Block(start + shift, tracks)
        inside = [e for e in events if now.start <= e.index < now.stop]
        yield now.with_events(inside) if inside else now


def paced(info: StreamInfo, raw: np.ndarray, chain: Tracks, speed: float = 1.0, **more) -> Session:
    driver = Paced(Scripted(info, blocks(raw, **more)), speed)
    driver.open()
    return Session(driver, chain)


@dataclass
class World:
    """Services with a memory."""

    folder: Path
    build: Callable[[str], Session]
    names: list[str] = field(default_factory=lambda: ["simulator", "cyton"])
    recorded: list[Collected] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    pairs: tuple[tuple[str, str], ...] = ()

    @property
    def services(self) -> Services:
        return Services(
            devices=lambda: list(self.names),
            connect=self._connect,
            recorder=self._record,
            folder=self.folder,
            pairs=lambda session: self.pairs,
            delay=lambda session: "filters 30 ms",
        )

    def _connect(self, choice: str) -> Session:
        session = self.build(choice)
        self.sessions.append(session)
        return session

    def _record(self, path: Path, session: Session) -> Collected:
        self.recorded.append(Collected())
        return self.recorded[-1]


@pytest.fixture
def steady(tmp_path) -> World:
    """Two muscles at a constant 80 µV for a minute."""
    raw = np.full((60 * RATE, 2), 80.0)
    return World(tmp_path, lambda choice: paced(stream(2), raw, Tracks()))


@pytest.fixture
def dark() -> Theme:
    return replace(theme("dark"), scale=1.0)


@pytest.fixture
def fake() -> SimpleNamespace:
    """The functions above, for tests that build their own."""
    return SimpleNamespace(
        Tracks=Tracks, World=World, blocks=blocks, effort=effort, paced=paced, stream=stream, watch=watch
    )


def watch(
    channels: int, seconds: float = 11.0, *, reference: float | None = 150.0, pairs=(), chain=None, **more
) -> Watch:
    """A watch of a session that has run to its end, as fast as it could."""
    info = stream(channels)
    values = {channel.label: reference for channel in info.channels}
    events = [Event("reference", 10, data={"values": values})] if reference else []
    driver = Scripted(info, blocks(effort(channels, seconds), events=events, **more))
    driver.open()
    session = Session(driver, chain or Tracks(len(pairs)))
    watched = Watch(session, pairs)
    session.run()
    return watched
