"""What the page says of the reference."""

import pytest

from nmr_emg import Event
from nmr_emg.analysis import Question
from nmr_emg.report import Source
from nmr_emg.report.findings import gather
from nmr_emg.report.told import reference


def page(make, *told):
    raw = make.signal(12, [[(5, 10, 30.0)]])
    return str(reference(gather(Source("r.h5", make.recording(raw), Question(told=told))))).replace(
        "\u202f", " "
    )


@pytest.fixture(scope="module")
def label(make):
    raw = make.signal(2, [[]])
    return make.recording(raw)().info.labels[0]


def test_one_that_was_measured_otherwise_is_refused_in_words(make, label):
    event = Event("reference", data={"values": {label: 90.0}, "measured": "lab1000, 20–450 Hz, RMS 0.1 s"})
    text = page(make, event)
    assert "none that this recording can be measured by" in text
    assert "not in %, because the reference was measured otherwise (lab1000, 20–450 Hz, RMS 0.1 s)" in text


def test_one_that_is_overshot_is_doubted_but_used(make, label):
    text = page(make, Event("reference", data={"values": {label: 6.0}}))
    assert "100 % stands for" in text
    assert "over 300 % of the reference: check the reference" in text
    assert "not in %" not in text
