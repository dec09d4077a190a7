"""Signal quality per channel and second, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import signal

from nmr_emg.allowed import above, between, frequencies
from nmr_emg.block import MICROVOLTS, Array, Block, StreamInfo
from nmr_emg.dsp.continuity import bridged
from nmr_emg.dsp.tumbling import tumbling
from nmr_emg.event import Event
from nmr_emg.stage import Process

Verdict: TypeAlias = tuple[int, tuple[str, ...]]

STATES = ("ok", "warn", "bad")

FLAT = "no signal: the lead is off, or the channel is switched off; press the electrode and its clip"
CLIPPED = "clipped: the signal hits the converter's limit; lower the gain or renew the electrode"
MAINS = "mains hum: move away from power supplies, twist the leads together, check the ground electrode"
NOISY = "noisy at rest: clean the skin, moisten it, and press the electrodes on"


@dataclass(frozen=True, slots=True)
class Quality:
    """Write the track `quality` (0 ok, 1 warn, 2 bad; uint8) and the event `quality` when a channel's state changes.

    Judged in windows of one second. Flat or clipped is bad and counts at once; hum and a noisy rest are warnings that
    count after two windows in a row. Three better windows in a row lead back. The event's data are `state` and
    `reasons`, sentences that say what to do.

    Args:
        flat: standard deviation of `emg` (µV) below which a channel is flat.
        clipped: share of samples at 99.5 % of the converter's range, above which a channel is clipped.
        hum: mains amplitude (µV RMS, before the notch) that may be a warning ...
        hum_ratio: ... if it is also this many times the `filtered` signal.
        noise: `rest` (µV) above which the rest is noisy.
        mains: mains frequencies (Hz) looked for.
    """

    flat: float = 0.1
    clipped: float = 0.001
    hum: float = 20.0
    hum_ratio: float = 3.0
    noise: float = 8.0
    mains: tuple[float, ...] = (50.0, 60.0)

    def __post_init__(self) -> None:
        above(0, hum=self.hum, hum_ratio=self.hum_ratio, noise=self.noise)
        between(0, 1e6, flat=self.flat)
        between(0, 1, clipped=self.clipped)
        frequencies(mains=self.mains)

    def start(self, info: StreamInfo) -> Process:
        """Start for one stream."""
        length = max(4, round(info.rate))
        columns = len(info.emg)
        judge = _judge(self, info, length)
        states = [_State() for _ in info.emg]
        feed = tumbling(length, 3 * columns)
        level = np.zeros((1, columns), np.uint8)

        def process(block: Block) -> Block:
            nonlocal feed, level
            if not bridged(block.lost, info.rate):
                feed = tumbling(length, 3 * columns)
            quality = np.empty((block.rows, columns), np.uint8)
            events = []
            first = 0
            for last, window in feed(
                np.concatenate([block["emg"], block["filtered"], block["rest"]], axis=1)
            ):
                quality[first:last] = level
                first = last
                if window is None:
                    continue
                for column, (worst, reasons) in enumerate(judge(window)):
                    if states[column].take(worst, reasons):
                        data = {
                            "state": STATES[states[column].level],
                            "reasons": list(states[column].reasons),
                        }
                        events.append(Event("quality", block.start + last - 1, info.emg[column], data))
                level = np.array([[state.level for state in states]], np.uint8)
            return block.with_tracks(quality=quality).with_events(events)

        return process


class _State:
    """One channel's state, with hysteresis."""

    def __init__(self) -> None:
        self.level = 0
        self.reasons: tuple[str, ...] = ()
        self._worse = 0
        self._better = 0

    def take(self, level: int, reasons: tuple[str, ...]) -> bool:
        """Take one window's verdict; whether the state changed."""
        self._worse = self._worse + 1 if level > self.level else 0
        self._better = self._better + 1 if level < self.level else 0
        if self._worse >= (1 if level == 2 else 2) or self._better >= 3:
            self.level, self.reasons = level, reasons
            self._worse = self._better = 0
            return True
        return False


def _judge(settings: Quality, info: StreamInfo, length: int) -> Callable[[Array], list[Verdict]]:
    columns = len(info.emg)
    picked = [info.channels[i] for i in info.emg]
    rails = np.array([c.full_scale * MICROVOLTS[c.unit] if c.full_scale else np.inf for c in picked])
    raw = np.array([c.kind == "raw" for c in picked], bool)
    turns = [_wave(f, info.rate, length) for f in settings.mains if f < info.rate / 2]

    def judge(window: Array) -> list[Verdict]:
        emg, filtered, rest = np.split(window, 3, axis=1)
        flat = emg.std(axis=0) < settings.flat
        clipped = (np.abs(emg) >= 0.995 * rails).mean(axis=0) > settings.clipped
        hum = np.max([_amplitude(emg, wave) for wave in turns], axis=0) if turns else np.zeros(columns)
        rms = np.sqrt(np.square(filtered).mean(axis=0))
        humming = raw & (hum > settings.hum) & (hum > settings.hum_ratio * rms)
        noisy = raw & (rest[-1] > settings.noise)
        found = ((flat, FLAT), (clipped & ~flat, CLIPPED), (humming, MAINS), (noisy & ~flat, NOISY))
        return [
            (
                2 if flat[c] or clipped[c] else int(humming[c] or noisy[c]),
                tuple(w for is_so, w in found if is_so[c]),
            )
            for c in range(columns)
        ]

    return judge


def _wave(frequency: float, rate: float, length: int) -> Array:
    """What picks one frequency out of a window; tapered (Hann), so that a drifting baseline is not taken for hum."""
    taper = signal.windows.hann(length, sym=False)
    turning = np.exp(-2j * np.pi * frequency * np.arange(length) / rate)
    wave: Array = (taper / taper.sum() * turning)[:, np.newaxis]
    return wave


def _amplitude(x: Array, wave: Array) -> Array:
    """RMS of the sine at one frequency."""
    amplitude: Array = np.abs(((x - x.mean(axis=0)) * wave).sum(axis=0)) * np.sqrt(2)
    return amplitude
