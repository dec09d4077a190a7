"""The median frequency while it runs."""

import numpy as np
import pytest
from scipy import signal

from nmr_emg import Block, Channel, ConfigError, StreamInfo
from nmr_emg.dsp.spectral.live import Spectral
from nmr_emg.testing import check_stage, recut, runs, through


def blocks(rate, parts, kind="raw", lost=()):
    """Noise from 30 to 150 or 90 Hz, active or not, in pieces of (seconds, upper edge, active)."""
    rng = np.random.default_rng(2)
    x, active = [], []
    for seconds, top, on in parts:
        sos = signal.butter(6, [30, top], "bandpass", fs=rate, output="sos")
        x.append(50 * signal.sosfilt(sos, rng.standard_normal(round((seconds + 1) * rate)))[rate:])
        active.append(np.full(round(seconds * rate), on))
    x, active = np.concatenate(x)[:, None], np.concatenate(active)[:, None]
    info = StreamInfo(rate, (Channel("a", kind=kind),))
    tracks = {"raw": x, "filtered": x, "active": active, "settling": np.zeros_like(active)}
    return info, [Block(0, tracks)]


def run(stage, info, stream):
    [done] = runs(through(stage, info, stream))
    return done["mdf"][:, 0]


def test_it_follows_activity_and_holds_at_rest():
    info, stream = blocks(1000, [(3, 150, False), (20, 150, True), (5, 300, False), (20, 90, True)])
    mdf = run(Spectral(), info, stream)
    assert np.isnan(mdf[:4000]).all()
    assert mdf[22500] == pytest.approx(90, abs=4)
    assert np.ptp(mdf[23001:28999]) == 0
    assert mdf[-1] == pytest.approx(60, abs=4)


def test_it_moves_only_where_a_window_ends():
    info, stream = blocks(250, [(10, 100, True)])
    steps = np.flatnonzero(np.diff(np.nan_to_num(run(Spectral(), info, stream))))
    assert steps.tolist() == [249 + 250 * k for k in range(9)]


def test_its_value_is_scipys():
    """Half of the power of scipy's periodogram lies below."""
    info, stream = blocks(1000, [(1.001, 150, True)])
    x = stream[0]["raw"][:1000, 0]
    f, power = signal.periodogram(x, 1000, "hann", detrend=False)
    share = np.cumsum(power[20:451]) / power[20:451].sum()
    assert run(Spectral(), info, stream)[-1] == pytest.approx(np.interp(0.5, share, f[20:451] + 0.5), abs=0.1)


@pytest.mark.parametrize(("rate", "kind"), [(200, "raw"), (1000, "envelope")])
def test_what_carries_no_spectrum_has_none(rate, kind):
    info, stream = blocks(rate, [(4, 90, True)], kind)
    assert np.isnan(run(Spectral(), info, stream)).all()


@pytest.mark.parametrize(("track", "value"), [("blanked", True), ("quality", np.uint8(2))])
def test_what_is_blanked_or_bad_counts_for_no_activity(track, value):
    info, [block] = blocks(1000, [(4, 150, True)])
    told = np.zeros((4000, 1), type(value))
    told[:2000] = value
    mdf = run(Spectral(), info, [block.with_tracks(**{track: told})])
    assert np.isnan(mdf[:2999]).all()
    assert np.isfinite(mdf[3000:]).all()


def test_the_cutting_changes_nothing():
    info, stream = blocks(250, [(6, 100, True), (2, 100, False), (6, 60, True)])
    for sizes in ([1], [7, 0, 250], [249, 3]):
        check_stage(Spectral(average=3), info, recut(stream, [50]), sizes)


@pytest.mark.parametrize("average", [0, 1.5, True, 601])
def test_only_whole_numbers_of_windows_are_averaged(average):
    with pytest.raises(ConfigError, match="average is"):
        Spectral(average=average)
