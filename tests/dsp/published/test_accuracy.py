"""Accuracy on synthetic EMG with one step in white noise, against a table simulated independently with 400 trials a cell.

Rest is the first second; the onset comes 0.75 to 0.85 s later.
"""

from math import sqrt

import numpy as np
import pytest

from nmr_emg.dsp.published import detector

TRIALS = 400
METHODS = {
    "HB 3": ("hodges_bui", {}),
    "HB 5": ("hodges_bui", {"deviations": 5}),
    "TKEO 8": ("tkeo", {}),
    "TKEO 15": ("tkeo", {"deviations": 15}),
    "Bonato 5 1": ("bonato", {"windows": 5, "hits": 1, "false_alarm": 0.01, "shortest": 0.03}),
    "Bonato 5 2": ("bonato", {"windows": 5, "hits": 2, "shortest": 0.03}),
    "Bonato 10 3": ("bonato", {}),
    "AGLR 1e-3": ("aglr", {"false_alarm": 1e-3}),
    "AGLR 1e-5": ("aglr", {}),
    "ML": ("change_point", {}),
}
CELLS = [  # rate, rise (s), method, SNR (dB), median error and SD of hits (ms), hits, too early, missed (%)
    (250, 0.0, "HB 3", 6, 4, 26, 88, 5, 7),
    (250, 0.0, "HB 3", 15, -16, 6, 96, 4, 0),
    (250, 0.0, "HB 5", 10, 4, 23, 98, 0, 2),
    (250, 0.0, "TKEO 8", 10, 28, 30, 74, 0, 26),
    (250, 0.0, "TKEO 8", 15, 4, 16, 100, 0, 0),
    (250, 0.0, "TKEO 15", 20, 0, 13, 100, 0, 0),
    (250, 0.0, "Bonato 5 1", 15, 0, 8, 82, 18, 0),
    (250, 0.0, "Bonato 5 2", 20, 0, 7, 98, 2, 0),
    (250, 0.0, "Bonato 5 2", 10, 0, 11, 95, 5, 0),
    (250, 0.0, "Bonato 10 3", 6, 8, 25, 94, 3, 3),
    (250, 0.0, "AGLR 1e-3", 10, 0, 11, 80, 20, 0),
    (250, 0.0, "AGLR 1e-5", 3, 4, 33, 78, 3, 18),
    (250, 0.0, "AGLR 1e-5", 10, 0, 12, 98, 2, 0),
    (250, 0.0, "ML", 0, 8, 39, 68, 11, 21),
    (250, 0.0, "ML", 6, 4, 21, 99, 0, 0),
    (250, 0.1, "HB 3", 10, 56, 20, 92, 4, 4),
    (250, 0.1, "Bonato 10 3", 10, 48, 22, 96, 3, 2),
    (250, 0.1, "AGLR 1e-5", 15, 32, 17, 98, 2, 0),
    (250, 0.1, "ML", 15, 40, 16, 100, 0, 0),
    (1000, 0.0, "HB 3", 0, 27, 30, 64, 2, 34),
    (1000, 0.0, "HB 3", 10, -17, 4, 100, 0, 0),
    (1000, 0.0, "HB 5", 6, 1, 20, 98, 0, 2),
    (1000, 0.0, "TKEO 8", 10, 7, 25, 95, 0, 5),
    (1000, 0.0, "TKEO 15", 15, 0, 12, 100, 0, 0),
    (1000, 0.0, "Bonato 5 1", 6, 26, 28, 80, 0, 20),
    (1000, 0.0, "Bonato 5 2", 6, 38, 29, 44, 0, 56),
    (1000, 0.0, "Bonato 10 3", 15, 0, 4, 100, 0, 0),
    (1000, 0.0, "AGLR 1e-3", 6, 1, 13, 75, 25, 0),
    (1000, 0.0, "AGLR 1e-5", 0, 5, 29, 88, 1, 11),
    (1000, 0.0, "AGLR 1e-5", 10, 0, 3, 98, 2, 0),
    (1000, 0.0, "ML", 3, 2, 11, 100, 0, 0),
    (1000, 0.0, "ML", 15, 0, 1, 100, 0, 0),
    (1000, 0.1, "TKEO 8", 15, 48, 14, 100, 0, 0),
    (1000, 0.1, "ML", 10, 47, 13, 100, 0, 0),
]
SHORT = [CELLS[i] for i in (1, 9, 12, 23, 31)]


def errors(trial, method, rate, rise, snr, count, seed):
    """Of the first onset after rest, in ms; infinite where there is none."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        onset = (round(1.75 * rate) + rng.integers(0, rate // 10)) / rate
        x = trial(rng, rate, snr, onset + 0.95, ((onset, 9.0),), rise)
        late = [one for one in method.find(x, rate, (0.0, 1.0)) if one.onset >= 1.0]
        found.append(1000 * (late[0].onset - onset) if late else np.inf)
    return np.array(found)


def agrees(trial, cell, count):
    rate, rise, name, snr, median, spread, hits, early, missed = cell
    found = errors(trial, detector(*METHODS[name]), rate, rise, snr, count, seed=[rate, snr, len(name)])
    hit = np.abs(found) <= 100.5
    for share, told in ((hit, hits), (found < -100.5, early), (found > 100.5, missed)):
        expected = np.clip(told / 100, 0.5 / TRIALS, 1 - 0.5 / TRIALS)
        allowed = 3.5 * sqrt(expected * (1 - expected) * (1 / count + 1 / TRIALS)) + 0.02
        assert share.mean() == pytest.approx(told / 100, abs=allowed)
    scatter = 1.25 * spread * sqrt(1 / hit.sum() + 1 / (TRIALS * hits / 100))
    assert np.median(found[hit]) == pytest.approx(median, abs=3 * scatter + 1000 / rate)
    assert found[hit].std() == pytest.approx(spread, rel=0.45, abs=2.5)


@pytest.mark.parametrize("cell", SHORT, ids=str)
def test_a_method_is_as_accurate_as_the_table_says(trial, cell):
    agrees(trial, cell, 80)


@pytest.mark.long
@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_every_method_is_as_accurate_as_the_table_says(trial, cell):
    agrees(trial, cell, TRIALS)


@pytest.mark.long
def test_change_point_of_a_clear_step_at_1000_hz(trial):
    found = errors(trial, detector("change_point"), 1000, 0.0, 15, 300, 1)
    assert abs(np.median(found)) <= 1
    assert found[np.abs(found) <= 100].std() <= 3
    assert (np.abs(found) <= 100).mean() >= 0.99


@pytest.mark.long
def test_aglr_of_a_step_at_250_hz(trial):
    found = errors(trial, detector("aglr"), 250, 0.0, 10, 300, 2)
    hit = np.abs(found) <= 100
    assert abs(np.median(found[hit])) <= 4
    assert found[hit].std() <= 16
    assert hit.mean() >= 0.95
    assert (found < -100).mean() <= 0.04


@pytest.mark.parametrize("count", [40, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", ["aglr", "bonato"])
def test_a_rate_above_the_bands_need_does_no_harm(trial, name, count):
    """Without resampling one onset in eight of AGLR came too early at 2000 Hz, and Bonato's scattered four times as much."""
    found = errors(trial, detector(name), 2000, 0.0, 15, count, 3)
    hit = np.abs(found) <= 100
    assert hit.mean() >= 0.97 - 1 / count
    assert abs(np.median(found[hit])) <= 3
    assert found[hit].std() <= 8


@pytest.mark.long
@pytest.mark.parametrize("name", ["hodges_bui", "change_point"])
def test_settings_in_seconds_mean_the_same_at_every_rate(trial, name):
    medians = [np.median(errors(trial, detector(name), rate, 0.0, 15, 150, 4)) for rate in (1000, 2000)]
    assert np.ptp(medians) <= 3
