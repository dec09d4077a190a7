import numpy as np
import pytest
from scipy import signal

from nmr_emg import Block, Channel, StreamInfo
from nmr_emg.analysis import Question, analyze
from nmr_emg.analysis.spectrum import Spectrum

RATE = 1000


def shaped(frequencies, seconds, seed=0):
    """Noise whose power lies evenly from 30 Hz to twice its median frequency less 30, second by second."""
    rng = np.random.default_rng(seed)
    parts = []
    for median in np.resize(frequencies, seconds):
        sos = signal.butter(8, [30, 2 * median - 30], "bandpass", fs=RATE, output="sos")
        parts.append(signal.sosfilt(sos, rng.standard_normal(2 * RATE))[RATE:])
    return np.concatenate(parts)


def contraction(medians, seconds):
    rest = 2 * np.random.default_rng(9).standard_normal(4 * RATE)
    return np.concatenate([rest, 100 * shaped(medians, seconds), rest])


def test_the_median_frequency_while_active_is_that_of_the_contraction(ask):
    channel = ask(RATE, contraction([90.0], 10))["channels"][0]
    assert channel["mdf_hz"] == pytest.approx(90, abs=6)


def test_what_is_bad_or_blanked_stands_in_no_spectrum():
    """Half a second of a tone of 30 Hz in the middle of noise is left out with every window that holds some of it."""
    info = StreamInfo(RATE, (Channel("a"),))
    x = shaped([90.0], 16)[:, None]
    x[3000:3500, 0] = 1000 * np.sin(2 * np.pi * 30 * np.arange(500) / RATE)
    marked = np.zeros((16000, 1), bool)
    marked[3000:3500] = True
    found = []
    for tracks in ({"quality": 2 * marked}, {"quality": 0 * marked, "blanked": marked}, {"settling": marked}):
        sink = Spectrum(info, (20, 450))
        quiet = {"quality": 0 * marked, "settling": ~(marked | ~marked), **tracks}
        sink.write(Block(0, {"raw": x, "emg": x, "filtered": x, "active": ~marked | marked, **quiet}))
        assert len(sink.frames(0).mdf) == 9 + 47
        found.append(sink.mdf(0))
    assert found[0] == found[1] == found[2] == pytest.approx(90, abs=5)


def test_windows_are_the_same_however_the_stream_is_cut():
    info = StreamInfo(RATE, (Channel("a"), Channel("b")))
    x = np.random.default_rng(4).standard_normal((5000, 2)) * [1.0, 40.0]
    tracks = {"raw": x, "emg": x, "filtered": x, "active": np.abs(x) < 50, "settling": x[:, :1] > 99}
    whole = Block(0, {**tracks, "quality": np.zeros_like(x)})
    kept = []
    for size in (5000, 1, 333):
        sink = Spectrum(info, (20, 450))
        for first in range(0, 5000, size):
            sink.write(whole.cut(first, min(first + size, 5000)))
        kept.append([sink.frames(column) for column in (0, 1)])
    for other in kept[1:]:
        for a, b in zip(kept[0], other, strict=True):
            np.testing.assert_array_equal([a.rms, a.mdf, a.mnf, a.finsm5], [b.rms, b.mdf, b.mnf, b.finsm5])


def test_motion_takes_the_fatigue_index_and_leaves_the_median_frequency():
    info = StreamInfo(RATE, (Channel("a"),))
    x = 50 * shaped([90.0], 16)[:, None]
    swing = 200 * np.sin(2 * np.pi * 6 * np.arange(16000) / RATE)[:, None]
    plain = {
        "active": np.ones((16000, 1), bool),
        "settling": np.zeros((16000, 1), bool),
        "quality": np.zeros((16000, 1)),
    }
    for moving, trusted in ((0, True), (swing, False)):
        sink = Spectrum(info, (20, 450))
        sink.write(Block(0, {"raw": x, "emg": x + moving, "filtered": x, **plain}))
        assert np.isfinite(sink.frames(0).finsm5).all() == trusted
        assert np.isnan(sink.frames(0).finsm5).all() != trusted
        assert sink.mdf(0) == pytest.approx(90, abs=5)


@pytest.mark.parametrize(
    ("rate", "profile", "words"),
    [
        (200, None, "200 samples a second cannot carry the EMG spectrum"),
        (125, None, "125 samples a second cannot carry the EMG spectrum"),
        (200, "generic", "the band ends at 92 Hz; under 100 Hz it cannot carry the EMG spectrum"),
    ],
)
def test_a_slow_board_is_refused_the_spectrum_in_words(ask, rate, profile, words):
    x = 50 * np.random.default_rng(1).standard_normal(rate * 30)
    channel = ask(rate, x, profile=profile)["channels"][0]
    assert channel["mdf_hz"] is None
    assert channel["fatigue"]["reason"].startswith(words)


def test_an_envelope_has_no_spectrum(recording):
    x = np.abs(50 * np.random.default_rng(1).standard_normal(1000 * 5))
    channel = analyze(recording(1000, x, kind="envelope"), Question())["channels"][0]
    assert (channel["mdf_hz"], channel["fatigue"]["reason"]) == (None, "this channel is no raw EMG")
