"""The league's adapter and its page: what is handed in is what the chain says, and the page says what was measured."""

import importlib
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from scipy import signal

from nmr_emg import Event
from nmr_emg.testing import blocks_of

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "league.md"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module


def onset(declared: int, date: int) -> Event:
    return Event("onset", declared, 0, {"onset": date})


def test_each_entry_has_its_own_dates_and_both_the_same_declarations(bench):
    adapter = bench("league_adapter")
    events = [
        onset(300, 250),
        Event("refined", 500, 0, {"declared": 300, "onset": 240.5}),
        Event("offset", 800, 0, {"offset": 700}),
        onset(1200, 1100),
    ]
    online = adapter.detection(events, 1000.0, 1500, refined=False)
    refined = adapter.detection(events, 1000.0, 1500, refined=True)
    np.testing.assert_allclose(online.intervals, [[0.25, 0.7], [1.1, 1.5]])
    np.testing.assert_allclose(refined.intervals, [[0.2405, 0.7], [1.1, 1.5]])
    np.testing.assert_allclose(online.decisions, [0.3, 1.2])
    np.testing.assert_allclose(refined.decisions, [0.3, 1.2])


def test_nothing_found_is_an_empty_list_of_intervals(bench):
    found = bench("league_adapter").detection([], 1000.0, 100, refined=True)
    assert found.intervals.shape == (0, 2)
    assert found.decisions.shape == (0,)


@pytest.mark.parametrize("rate", [250, 1000, 2000])
def test_the_entries_find_a_plain_burst_and_declare_it_after_it_began(bench, rate):
    rng = np.random.default_rng(rate)
    x = 0.005 * rng.standard_normal(8 * rate)
    x[4 * rate : 5 * rate] *= 10
    for entry in bench("league_adapter").ONSET:
        found = entry.detect(x, float(rate), (0, 2), {})
        assert found.intervals.shape == (1, 2)
        np.testing.assert_allclose(found.intervals[0], [4, 5], atol=0.1)
        assert 4 < found.decisions[0] < 4.3


def test_offline_and_stream_do_the_work_that_a_plain_scipy_program_does(bench):
    adapter = bench("league_adapter")
    x = np.random.default_rng(1).standard_normal((6000, 8)) + 0.3
    whole = adapter.WholeRecording()
    whole.setup(8, 2000)
    ours = whole.run(x, with_onset=False)[0].T
    live = adapter.Live()
    live.setup(8, 2000, 20)
    newest = [live.push(block["raw"]) for block in blocks_of(x, 20)]
    np.testing.assert_array_equal(ours[19::20], newest)
    band = signal.butter(4, [20, 450], "bandpass", fs=2000, output="sos")
    sos = np.concatenate([band, signal.tf2sos(*signal.iirnotch(50, 50 / 1.667, fs=2000))])
    power = np.square(signal.sosfilt(sos, x - x[0], axis=0))
    plain = np.sqrt(np.lib.stride_tricks.sliding_window_view(power, 500, axis=0).mean(-1))
    np.testing.assert_allclose(ours[499:], plain, rtol=1e-9)
    rms, events = whole.run(x, with_onset=True)
    np.testing.assert_array_equal(rms.T, ours)
    assert not events, "noise that never changes is no activity"


def record(group: str, onsets: int, within: int, **meta: object) -> dict:
    return {
        "meta": {"group": group, "snr": 10, "kind": "step", "fs": 1000, "dname": "none", **meta},
        "nt": onsets,
        "nd": onsets,
        "on50": within,
        "on100": within,
        "off50": 0,
        "off100": 0,
        "e_on": [0.004, -0.002],
        "e_off": [],
        "missed": 0,
        "fa": 3,
        "rest_t": 30.0,
        "lat": [0.05],
    }


def scored(name: str, peer: str, f1: float, alarms: float, mode: str = "default") -> dict:
    groups = {f"core/snr={snr}": {"f1_on50": f1, "f1_on100": f1} for snr in (-3, 0, 3, 6, 10, 15, 20)}
    groups |= {"core": {"f1_on50": f1, "f1_on100": f1}, "rest": {"fa_per_min": alarms}}
    groups |= {f"rest/{one}": {"fa_per_min": alarms} for one in ("none", "hum", "ecg", "all")}
    return {
        "name": name,
        "mode": mode,
        "peer": peer,
        "causal": True,
        "records": 10,
        "total": 10,
        "groups": groups,
    }


@pytest.fixture
def results(bench):
    accuracy = [
        scored("nmr_emg.online", "nmr-emg", 0.6, 0.4),
        scored("nmr_emg.refined", "nmr-emg", 0.7, 0.4),
        scored("other.quick", "other", 0.65, 0.1),
        scored("other.best", "other", 0.75, 5.0, mode="tuned"),
        {**scored("other.slow", "other", 0.99, 0.0), "records": 2},
        {"name": "other.gone", "mode": "default", "peer": "other", "failed": "no such module"},
    ]
    rows = [record("core", 2, 2), record("rest", 0, 0)]
    ours = dict.fromkeys(("nmr_emg.online", "nmr_emg.refined"), rows)
    stream = {
        name: {"notes": "", "rows": [{"channels": 8, "chunk": 20, "us": us}]}
        for name, us in (("nmr_emg", 12.0), ("scipy.good", 24.0))
    }
    return bench("standings.page").Results(
        date="2026-01-02",
        computer="abacus",
        versions="other 1.2",
        records="set `x`",
        accuracy={str(i): one for i, one in enumerate(accuracy)},
        ours={"x": ours},
        stream=stream,
    )


def test_the_page_says_when_on_what_and_against_which_versions(bench, results):
    text = bench("standings.page").page(results)
    for said in ("2026-01-02", "abacus", "other 1.2", "set `x`", "league.svg"):
        assert said in text


def test_the_page_tells_what_is_lost_and_what_failed(bench, results):
    text = bench("standings.page").page(results)
    lost = text.partition("## Where others are better")[2].partition("\n## ")[0]
    assert "| all | F1@50 | other.best, tuned | 0.75 | 0.70 |" in lost
    assert "| clean rest | false alarms/min | other.quick, default | 0.1 | 0.4 |" in lost
    assert "other.slow" not in lost, "what covered a fifth of the records does not compete"
    assert "Did not run: other.gone: no such module." in text


def test_a_goal_that_was_missed_is_marked(bench, results):
    text = bench("standings.page").page(results)
    assert "| F1@50, as declared | ≥ 0.55 | 1.00 |" in text
    assert "| rest: false alarms a minute | ≤ 0.5 | 6.00 **no** |" in text
    assert "| steps of 10 dB and more: median signed error, refined (ms) | ≤ 3 | 1.0 |" in text
    assert "| disturbed: F1@50, as declared | ≥ 0.6 | – |" in text


def test_the_picture_is_a_drawing_that_names_everybody(bench, results):
    listed = bench("standings.methods").methods(results.accuracy)
    drawing = ET.fromstring(bench("standings.picture").picture(listed, results.stream))  # noqa: S314
    texts = {one.text for one in drawing.iter("{http://www.w3.org/2000/svg}text")}
    assert {"this project", "scipy.good", "12", "24", "best tuned peer"} <= texts


@pytest.mark.skipif(not PAGE.exists(), reason="the league was not run yet")
def test_the_page_in_the_docs_is_dated_and_every_figure_quoted_elsewhere_is_on_it():
    text = PAGE.read_text(encoding="utf-8")
    assert re.search(r"\| on \| \d{4}-\d\d-\d\d \|", text)
    for name in ("nmr-emg", "biosppy", "neurokit2", "libemg", "brainflow", "scipy", "timeflux"):
        assert re.search(rf"\b{name} \d+\.\d+", text), f"{name} without its version"
    for page in (ROOT / "README.md", ROOT / "docs" / "index.md", ROOT / "docs" / "metrics.md"):
        for part in re.split(r"\n\s*\n", page.read_text(encoding="utf-8")):
            if "league.md" in part:
                quoted = re.findall(r"(?<![\w.])\d+\.\d+(?![\w.])", part)
                missing = [one for one in quoted if not re.search(rf"(?<!\d){re.escape(one)}(?!\d)", text)]
                assert not missing, f"{page.name} quotes {missing}, which the league's page does not have"
