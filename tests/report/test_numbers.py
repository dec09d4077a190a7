"""The tables: numbers of the analysis, honestly rounded, and reasons where there is none."""

import re

import pytest

from nmr_emg.analysis import analyze
from nmr_emg.report import Source
from nmr_emg.report.digits import duration, short, whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (1.0, "1.00"), (9.996, "10.0"), (99.96, "100"), (999.6, "1000"), (12345.0, "12\u202f300"),
        (-0.5, "−0.500"), (0.00123, "0.00123"), (1.2e-7, "1.20\u202f×\u202f10⁻⁷"), (float("inf"), "–"), (None, "–"),
    ],
)  # fmt: skip
def test_three_digits(value, text):
    assert short(value) == text


def test_no_more_digits_are_shown_than_three():
    for power in range(-3, 7):
        shown = re.sub(r"[^\d]", "", short(1.23456789 * 10.0**power)).lstrip("0")
        assert shown.startswith("123")
        assert set(shown[3:]) <= {"0"}


def test_counts_are_exact_and_units_stand_apart():
    assert whole(1234567) == "1\u202f234\u202f567"
    assert short(83.26, "µV") == "83.3\u202fµV"
    assert duration(59.99) == "60.0\u202fs"
    assert duration(119.7) == "2\u202fmin 0\u202fs"
    assert duration(7199) == "2\u202fh 0\u202fmin"


def test_the_table_holds_what_the_analysis_found(full, page):
    first = analyze(full.open_again, full.question)["channels"][0]
    row = [short(first[key]) for key in ("rest_uV", "rms_uV", "peak_uV", "snr_db", "mdf_hz")]
    cells = [*row, str(len(first["bursts"])), str(len(first["minor"]))]
    assert " ".join(cells) in page.text


def test_bursts_are_listed_with_their_dates_and_delays(full, page):
    for burst in analyze(full.open_again, full.question)["channels"][0]["bursts"]:
        delay = 1000 * (burst["declared"] - burst["onset"])
        length = short(burst["offset"] - burst["onset"])
        errors = [f"{max(1.0, burst[key]):.0f}" for key in ("onset_error_ms", "offset_error_ms")]
        line = [f"{burst['onset']:.3f}", errors[0], f"{burst['offset']:.3f}", errors[1], length]
        assert " ".join([*line, short(burst["peak_uV"])]) in page.text
        assert f"{short(burst['snr_db'])} {delay:.0f}" in page.text


def test_long_tables_are_folded_and_short_ones_open(make, tmp_path):
    many = make.signal(80, [[(4 + 4 * k, 6 + 4 * k, 40.0) for k in range(18)], [(4, 6, 40.0)]])
    page = make.page(tmp_path, Source("many.h5", make.recording(many)))
    assert [("open" in a) for a in page.all("details")] == [False, True]
    assert "18 bursts" in page.text


def test_what_cannot_be_measured_says_why(page):
    assert "rest was never found" in page.text or "the muscle was never found active" in page.text


def test_a_refused_spectrum_says_why(make, tmp_path):
    raw = make.signal(20, [[(5, 9, 40.0)]])
    page = make.page(tmp_path, Source("slow.h5", make.recording(raw, rate=200.0)))
    assert "200 samples a second cannot carry the EMG spectrum" in page.text
