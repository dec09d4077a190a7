import numpy as np
import pytest

from nmr_emg.gui.strip import Ink, Strip
from nmr_emg.ring import Snapshot

INK = Ink((0, 0, 0), (100, 100, 100), (0, 0, 255))


def snapshot(index, filtered, envelope=None):
    tracks = {"filtered": filtered}
    if envelope is not None:
        tracks["envelope"] = envelope
    return Snapshot(index, tracks, 0.0, len(index))


def in_order(strip):
    """The picture with its oldest column at the left."""
    return np.roll(strip.pixels, -(strip.end % strip.width), axis=1)


@pytest.mark.parametrize("step", [1, 7, 130])
def test_written_piece_by_piece_it_is_the_same_picture(step):
    rng = np.random.default_rng(2)
    index, signal = np.arange(900), rng.normal(0, 60, (900, 2))
    whole, pieces = (Strip(120, 80, 2.5, (100.0, 200.0), INK) for _ in range(2))
    whole.write(snapshot(index, signal, np.abs(signal)))
    for stop in [*range(step, 900, step), 900]:
        start = max(0, stop - 400)
        pieces.write(snapshot(index[start:stop], signal[start:stop], np.abs(signal)[start:stop]))
    np.testing.assert_array_equal(in_order(whole), in_order(pieces))


def test_a_level_lies_where_the_scale_says():
    strip = Strip(50, 101, 1.0, (100.0,), INK)
    strip.write(snapshot(np.arange(60), np.full((60, 1), 50.0)))
    rows = np.flatnonzero(in_order(strip)[:, 25] != 0xFF000000)
    assert rows.mean() == pytest.approx(50.5 - 0.5 * 49.5, abs=1.0)


def test_a_gap_stays_paper():
    strip = Strip(100, 40, 1.0, (100.0,), INK)
    index = np.concatenate([np.arange(40), np.arange(70, 101)])
    strip.write(snapshot(index, np.zeros((71, 1))))
    inked = (in_order(strip) != 0xFF000000).any(axis=0)
    assert inked[:40].all()
    assert not inked[41:69].any()
    assert inked[71:].all()


def test_after_a_long_pause_old_columns_are_not_shown_again():
    strip = Strip(50, 40, 1.0, (100.0,), INK)
    strip.write(snapshot(np.arange(60), np.zeros((60, 1))))
    strip.write(snapshot(np.arange(500, 510), np.zeros((10, 1))))
    inked = (in_order(strip) != 0xFF000000).any(axis=0)
    assert inked.sum() == 9
    assert inked[-9:].all()


def test_a_signal_beyond_the_edge_is_drawn_at_the_edge():
    strip = Strip(50, 40, 1.0, (10.0,), INK)
    strip.write(snapshot(np.arange(60), np.full((60, 1), 1e6)))
    assert (in_order(strip)[:3] != 0xFF000000).any()
