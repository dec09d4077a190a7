"""The balance section: where the needle stands, how wide its interval is, and why there is none."""

import re
from math import log, tanh

import pytest

from nmr_emg.analysis import Question, analyze
from nmr_emg.report import Source
from nmr_emg.report.balance import bounds
from nmr_emg.scoring.score import balance_score


def needle(page) -> float:
    [path] = page.all("path", "needle")
    return float(re.match(r"M([\d.]+),", str(path["d"]))[1])


def pair_page(make, out, left, right, seconds=20):
    raw = make.signal(seconds, [[(6, 9, left), (12, 15, left)], [(6, 9, right), (12, 15, right)]])
    source = Source("pair.h5", make.recording(raw), Question(pairs=(("ch1", "ch2"),)))
    [pair] = analyze(source.open_again, source.question)["pairs"]
    return pair, make.page(out, source)


@pytest.mark.parametrize(("a", "b", "error"), [(60, 40, 0.05), (40, 60, 0.2), (50, 50, 0.1), (80, 1, 0.4)])
def test_the_interval_of_the_direction_is_that_of_the_log_ratio(a, b, error):
    found = balance_score(a, b, error=error)
    ratio = log((a + 1) / (b + 1))
    wanted = tanh((ratio - 1.959964 * error) / 2), tanh((ratio + 1.959964 * error) / 2)
    pair = {"direction": round(found.direction, 6), "ci": [round(v, 4) for v in found.interval]}
    assert bounds(pair) == pytest.approx(wanted, abs=1e-4)


def test_the_end_of_the_strip_does_not_break_it():
    low, high = bounds({"direction": 1.0, "ci": [0.0, 0.0]})
    assert -1 <= low <= high <= 1


def test_the_needle_stands_on_the_side_of_the_muscle_that_worked_more(make, tmp_path):
    pair, page = pair_page(make, tmp_path, 60.0, 15.0)
    assert pair["direction"] > 0.4
    assert needle(page) == pytest.approx(380 - 200 * pair["direction"], abs=0.1)
    assert f"score {pair['score']:.3g} of 100" in page.text
    assert "towards ch1" in page.text
    [interval] = page.all("rect", "interval")
    assert float(interval["x"]) < needle(page) < float(interval["x"]) + float(interval["width"])


def test_even_muscles_are_not_told_apart(make, tmp_path):
    pair, page = pair_page(make, tmp_path, 40.0, 40.0)
    assert pair["ci"][1] == 100
    assert "not told apart from even" in page.text


def test_a_refused_pair_shows_its_reason_and_no_needle(page):
    assert "no score – quality: for more than a fifth of the active time" in page.text
    assert len(page.all("path", "needle")) == 1  # of the other pair


def test_two_idle_muscles_get_no_score(make, tmp_path):
    raw = make.signal(10, [[], []])
    source = Source("idle.h5", make.recording(raw), Question(pairs=(("ch1", "ch2"),)))
    page = make.page(tmp_path, source)
    assert not page.all("path", "needle")
    assert "no score – insufficient activity" in page.text


def test_the_normalisation_is_stated(page, make, tmp_path):
    assert "Normalisation: mvc_isometric (a maximal isometric contraction), % of reference." in page.text
    assert "Normalisation: none; µV above rest" in pair_page(make, tmp_path, 40.0, 40.0)[1].text


def test_the_course_is_drawn_above_even_while_the_first_muscle_works_more(make, tmp_path):
    _, page = pair_page(make, tmp_path, 60.0, 15.0)
    [course] = page.all("path", "direction")
    heights = [float(point.split(",")[1]) for point in re.split("[ML]", str(course["d"]))[1:]]
    even = (90 + 8) / 2
    assert sum(height < even for height in heights) > 0.9 * len(heights)
