"""What the figures show, against what the analysis says."""

from itertools import chain

import numpy as np
import pytest

from nmr_emg.analysis import Question, analyze
from nmr_emg.block import Channel
from nmr_emg.event import Event
from nmr_emg.report import Source
from nmr_emg.report.plot import LEFT, RIGHT


@pytest.fixture(scope="module")
def result(full):
    return analyze(full.open_again, full.question)


def spans(rectangles, seconds):
    def moment(x: float) -> float:
        return (x - LEFT) / (RIGHT - LEFT) * seconds

    return [(moment(float(r["x"])), moment(float(r["x"]) + float(r["width"]))) for r in rectangles]


def test_every_burst_of_the_analysis_is_drawn_where_it_is(page, result):
    wanted = [(b["onset"], b["offset"]) for c in result["channels"] for b in c["bursts"]]
    assert len(wanted) >= 12
    assert np.allclose(spans(page.drawn("burst"), 40), wanted, atol=0.02)


def test_minor_bursts_are_drawn_apart(make, tmp_path):
    raw = make.signal(20, [[(4, 6, 80.0), (10, 12, 8.0), (15, 17, 80.0)]])
    source = Source("small.h5", make.recording(raw))
    [channel] = analyze(source.open_again, source.question)["channels"]
    page = make.page(tmp_path, source)
    assert (len(channel["bursts"]), len(channel["minor"])) == (2, 1)
    assert len(page.drawn("burst")) == 2
    [(first, last)] = spans(page.drawn("minor"), 20)
    assert (first, last) == pytest.approx((10, 12), abs=0.3)


def test_gaps_are_drawn_in_every_figure_and_no_curve_crosses_them(page):
    gaps = page.drawn("gap")
    assert all(one["fill"] == "url(#hatch)" for one in gaps)
    trends = len(page.all("path", "trend"))
    over_time = 3 + 1 + trends  # the channels, and the course of the one pair that has a score
    assert len(gaps) == 2 * over_time
    found = spans(gaps, 40)
    assert found[0] == pytest.approx((20, 21), abs=0.05)
    assert found[1] == pytest.approx((30, 30.1), abs=0.1)
    middle = LEFT + 20.5 / 40 * (RIGHT - LEFT)
    for curve in page.all("path", "mean"):
        for piece in str(curve["d"]).split("M")[1:]:
            places = [float(point.split(",")[0]) for point in piece.split("L")]
            assert not min(places) < middle < max(places)


def test_a_lost_sample_is_still_seen(make, tmp_path):
    raw = make.signal(600, [[(5, 8, 40.0)]])
    page = make.page(tmp_path, Source("one.h5", make.recording(raw, lost=[(300, 300.1)])))
    assert float(page.drawn("gap")[0]["width"]) >= 1.5


def test_percent_is_drawn_where_there_is_a_reference_and_microvolts_elsewhere(page):
    assert page.text.count("envelope, % of reference") == 2
    assert page.text.count("envelope, µV") == 1
    assert len(page.all("line", "full")) == 2 + 1  # and one in the legend
    assert len(page.all("line", "goal")) == 2 + 1


def test_the_goal_begins_when_it_was_set(page):
    [first, *_] = [a for a in page.all("line", "goal") if float(a["x1"]) > 30]
    assert float(first["x1"]) == pytest.approx(LEFT + 10 / 40 * (RIGHT - LEFT), abs=0.1)


def test_a_goal_that_was_taken_away_ends_there(make, tmp_path):
    events = [
        *make.trial("rest", 1, 4),
        *make.trial("reference", 5, 8),
        Event("goal", 2250, data={"value": 60}),
        Event("goal", 3000, data={"value": None}),
    ]
    raw = make.signal(20, [[(5, 8, 40.0), (12, 15, 30.0)]])
    page = make.page(tmp_path, Source("goal.h5", make.recording(raw, events)))
    [goal] = [a for a in page.all("line", "goal") if float(a["x1"]) > 30]
    wanted = [LEFT + second / 20 * (RIGHT - LEFT) for second in (9, 12)]
    assert [float(goal["x1"]), float(goal["x2"])] == pytest.approx(wanted, abs=0.1)


def test_without_a_reference_there_is_no_hundred_percent(make, tmp_path):
    page = make.page(tmp_path, Source("plain.h5", make.recording(make.signal(10, [[(4, 6, 40.0)]]))))
    assert "envelope, µV" in page.text
    assert not page.all("line", "full")
    assert "No reference contraction is known" in page.text


def test_trials_and_markers_are_labelled(page):
    for word in ("rest", "reference", "exercise"):
        assert word in page.words
    assert len(page.all("path", "trial")) == 3 * 3
    assert len(page.all("line", "marker")) == 3 + 1


def test_labels_never_overlap_however_many_there_are(make, tmp_path):
    raw = make.signal(60, [[(5, 8, 40.0)]])
    marks = [Event("marker", 200 * k, data={"text": f"note number {k}"}) for k in range(1, 70)]
    page = make.page(tmp_path, Source("chatty.h5", make.recording(raw, marks)))
    labels = sorted(float(a["x"]) for a in page.all("text", "note"))
    assert len(page.all("line", "marker")) == 69 + 1
    assert 3 < len(labels) < 30
    assert min(np.diff(labels)) > 5 * len("note number 7")
    assert "note number 69" in page.text  # in the list, though it has no room in the figure


def test_an_artefact_does_not_flatten_the_rest_and_is_not_hidden(make, tmp_path):
    raw = make.signal(60, [[(5 + 10 * k, 9 + 10 * k, 40.0) for k in range(5)]])
    raw[27 * 250 : 27 * 250 + 3] = 5000
    page = make.page(tmp_path, Source("spike.h5", make.recording(raw)))
    assert page.all("path", "above")
    assert "above the axis" in page.text
    heights = [
        float(p.split(",")[1])
        for p in str(page.all("path", "mean")[0]["d"]).replace("M", "L").split("L")
        if p
    ]
    bursting = np.percentile(heights, 10)
    assert bursting < 0.8 * max(heights)


def test_a_bad_lead_is_marked_in_the_figure_and_explained(page):
    assert sum(float(a["width"]) for a in page.all("rect", "bad")) > 0.9 * (RIGHT - LEFT)
    assert "bad signal" in page.text
    assert "press the electrode" in page.text


def test_times_count_from_the_first_sample_wherever_the_index_begins(make, tmp_path):
    raw = make.signal(20, [[(8, 11, 40.0)]])
    late = make.recording(np.concatenate([np.zeros((5000, 1)), raw]), lost=[(0, 20)])
    page = make.page(tmp_path, Source("late.h5", late))
    [(first, last)] = spans(page.drawn("burst"), 20)
    assert (first, last) == pytest.approx((8, 11), abs=0.4)


def test_only_asked_channels_are_drawn(make, tmp_path):
    raw = make.signal(8, [[(3, 5, 30.0)]] * 3)
    question = Question(channels=("ch2",))
    page = make.page(tmp_path, Source("three.h5", make.recording(raw), question))
    assert page.count()["figure"] == 1
    assert "1 of 3 channels" in page.text


def test_rest_alone_gives_a_page_without_bursts(make, tmp_path):
    page = make.page(tmp_path, Source("rest.h5", make.recording(make.signal(10, [[]]))))
    assert not page.drawn("burst")
    assert "ch1 : no burst was found" in page.text
    assert "never found active" in page.text


def test_a_reference_below_rest_is_refused_in_words(make, tmp_path):
    raw = make.signal(20, [[(10, 14, 30.0)]])
    events = [*make.trial("rest", 1, 4), *make.trial("reference", 5, 7)]
    page = make.page(tmp_path, Source("weak.h5", make.recording(raw, events)))
    assert "envelope, µV" in page.text
    assert "is under 3 times rest" in page.text


def test_values_that_are_no_numbers_do_not_break_a_curve(make, tmp_path):
    raw = make.signal(12, [[(4, 6, 30.0)], []])
    raw[1500:1600] = np.nan
    page = make.page(tmp_path, Source("holes.h5", make.recording(raw)))
    assert not {"nan", "inf"} & set(
        chain.from_iterable(str(a.get("d", "")).lower().split(",") for a in page.all("path"))
    )
    assert "nan" not in page.source.lower().replace("nanum", "")


def test_an_envelope_board_is_reported_without_spectrum(make, tmp_path):
    level = np.abs(make.signal(20, [[(5, 8, 60.0), (12, 15, 60.0)]])) + 3
    page = make.page(
        tmp_path, Source("env.h5", make.recording(level, channels=[Channel("a", kind="envelope")]))
    )
    assert "an envelope has no EMG spectrum" in page.text
    assert "the board sends this channel as envelope" in page.text
