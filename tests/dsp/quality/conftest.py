"""Signals that are good, and signals that are not."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy import signal

from nmr_emg import Chain, Channel, StreamInfo
from nmr_emg.dsp.profile import profile_for
from nmr_emg.testing import Scripted, blocks_of, collect

RATE = 250
RAIL = 187_500.0
SECONDS = 30


def second(seconds, rate=RATE):
    return np.arange(round(seconds * rate)) / rate


def noise(seconds, level=2.0, seed=0, rate=RATE):
    return level * np.random.default_rng(seed).standard_normal(round(seconds * rate))


def hum(seconds, rms, frequency=50.0, rate=RATE):
    return rms * np.sqrt(2) * np.sin(2 * np.pi * frequency * second(seconds, rate))


def emg(rate, seconds=SECONDS, level=50.0, seed=0, every=(2.5, 5.0)):
    """Rest of 2 µV on an electrode's offset, and a contraction of 2.5 s in every 5, in the spectrum of surface EMG."""
    rng = np.random.default_rng(seed)
    rows = round(seconds * rate)
    f = np.fft.rfftfreq(rows, 1 / rate)
    shape = 120**2 * f / np.sqrt(f**2 + 60**2) / (f**2 + 120**2)  # Stulen & De Luca 1981
    muscle = np.fft.irfft(np.fft.rfft(rng.standard_normal(rows)) * shape, rows)
    working = second(seconds, rate) % every[1] >= every[1] - every[0]
    return 20_000 + 2 * rng.standard_normal(rows) + level * working * muscle / muscle.std()


def beats(seconds, rate, peak=150.0, bpm=70):
    """P, Q, R, S and T as Gaussian waves after McSharry et al. 2003, IEEE Trans Biomed Eng 50:289–294."""
    t, x = second(seconds, rate), np.zeros(round(seconds * rate))
    waves = (
        (-0.17, 0.025, 0.12),
        (-0.035, 0.01, -0.1),
        (0, 0.01, 1),
        (0.035, 0.01, -0.2),
        (0.26, 0.05, 0.25),
    )
    for beat in np.arange(0.4, seconds + 0.4, 60 / bpm):
        for at, width, height in waves:
            x += peak * height * np.exp(-0.5 * ((t - beat - at) / width) ** 2)
    return x


def sway(seconds, rate, rms=150.0, seed=5):
    slow = signal.butter(2, [1, 8], "bandpass", fs=rate, output="sos")
    x = signal.sosfilt(slow, noise(seconds, 1.0, seed, rate))
    return rms * x / x.std()


def smoothed(x, rate):
    low = signal.butter(2, 3, fs=rate, output="sos")
    return np.maximum(signal.sosfilt(low, np.abs(x - 20_000)) * 20, 0)


def late(rate, x, disturbed):
    """Clean for ten seconds, disturbed from then on."""
    return np.where(second(SECONDS, rate) < 10, x, disturbed)


def run(x, rate=RATE, events=(), rows=None, settings=None, **channel):
    """What the chain for the rate makes of one channel or several."""
    x = x if x.ndim == 2 else x[:, None]
    channels = tuple(Channel(label, **{"full_scale": RAIL, **channel}) for label in "abcd"[: x.shape[1]])
    info = StreamInfo(rate, channels, str(x.dtype))
    chain = Chain(profile_for(info).chain(settings=settings or {}).stages)
    return collect(Scripted(info, blocks_of(x, rows or max(1, rate // 10), events)), chain)


def told(done, channel=0):
    """The changes of one channel's state as (second, state, names of checks)."""
    rate = done.rate if hasattr(done, "rate") else RATE
    return [
        (round((e.index + 1) / rate), e.data["state"], e.data["checks"])
        for e in done.events
        if e.kind == "quality" and e.channel == channel
    ]


def judged(x, **more):
    """The changes of state, and the track."""
    done = run(x, **more)
    return told(done), done.track("quality")[:, 0]


@pytest.fixture
def s():
    """All of the above by name."""
    functions = second, noise, hum, emg, beats, sway, smoothed, late, run, told, judged
    return SimpleNamespace(**{one.__name__: one for one in functions})
